"""Jinja's own lines in a file that is otherwise plain: `{% if %}` … `{% endif %}`."""

import re

_LINE = re.compile(r"\s*(?:\{%[-+]?\s*(?P<word>\w+)(?:(?!%\}).)*%\}|\{#.*?#\})\s*$")
_OPENS = frozenset({"if", "for", "macro", "call", "filter"})
WHY = "stands under a condition of a template"


class Branches:
    """Passes over a template's lines, and knows whether what follows is there in every case."""

    def __init__(self) -> None:
        self.level = 0

    def takes(self, line: str) -> bool:
        """Whether the line is the template's own."""
        match = _LINE.match(line) if "{%" in line or "{#" in line else None
        if match is None:
            return False
        word = match["word"] or ""
        if word in _OPENS:
            self.level += 1
        elif word.startswith("end") and word[3:] in _OPENS:
            self.level = max(self.level - 1, 0)
        return True

    @property
    def why(self) -> str | None:
        """Why what stands here cannot be known, None where it can."""
        return WHY if self.level else None
