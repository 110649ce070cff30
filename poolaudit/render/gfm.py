"""Text from outside in GitHub-flavoured Markdown: shown as it is, interpreted by nothing.

Two readers come one after the other. The parser (https://github.github.com/gfm/) takes signs for markup and addresses
for links. What shows the result then looks through its text for mentions, issues, commits, emoji and formulas; there
an escape helps no more, but in code they look for nothing. So a word that may become a link is set as code, and of the
others each sign that may be markup is escaped.
"""

import re

_BEFORE = "(\"'<"
_AFTER = ")\"'>,;:.!?"
# Not in code, for a code span has no escapes: a pipe ends a table's cell, a backtick may end the span.
_UNSPEAKABLE = re.compile(r"([|`])")
_MARKUP = re.compile(r"[*_\[\]~]")
_ENTITIES = {"|": "&#124;", "`": "&#96;"}
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"} | _ENTITIES)
_LINK = re.compile(
    r"[@#$\\]"  # mentions, addresses of mail, issues, formulas; a backslash is plainer as code than escaped
    r"|://|www\.|mailto:|xmpp:"  # addresses that are taken for links without any sign around them
    r"|:(?!\d+:)[\w+-]+:|:100:|:1234:"  # emoji; other numbers are minutes and ports
    r"|\bgh-\d|\bcve-\d|\bghsa-"  # issues and advisories
    r"|\b[0-9a-f]{7,40}\b",  # commits
    re.IGNORECASE,
)


def inline(text: str) -> str:
    """Write one line of text so that it is shown letter by letter, also in a table's cell.

    The text is to be `safe` already, and not to stand at the beginning of a line.
    """
    return " ".join(_word(word) for word in text.split(" "))


def code(text: str) -> str:
    """Write one line of text as code."""
    return "".join(_entity_or_code(part) for part in _UNSPEAKABLE.split(text) if part)


def _word(word: str) -> str:
    if not _LINK.search(word):
        return _escaped(word)
    start = len(word) - len(word.lstrip(_BEFORE))
    end = len(word.rstrip(_AFTER))
    return _escaped(word[:start]) + code(word[start:end]) + _escaped(word[end:])


def _entity_or_code(part: str) -> str:
    if part in _ENTITIES:
        return _ENTITIES[part]
    # A span loses one space on either side where it has both.
    return f"` {part} `" if part.startswith(" ") and part.endswith(" ") and part.strip(" ") else f"`{part}`"


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda sign: f"\\{sign.group()}", text).translate(_HTML)
