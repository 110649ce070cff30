"""A .env file as located values: one table of its variables, each a text.

As python-dotenv 1.2 reads it: `export` may stand in front; a text in single quotes is as it stands, in double quotes it
has escapes; without quotes it ends at ` #`. A variable without `=` says nothing. The last of several counts.
"""

import re

from poolaudit.facts.pool import Place
from poolaudit.readers.located import Located

_LINE = re.compile(
    r"""[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)[ \t]*[=:][ \t]*"""
    r"""(?P<value>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\n]*)""",
    re.DOTALL,
)
_COMMENT = re.compile(r"\s+#.*|^#.*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "$": "$"}


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read a text's variables; what is no line of a variable is passed over, as the libraries do."""
    table: dict[str, Located] = {}
    text = text.replace("\r\n", "\n")
    offset = 0
    while offset < len(text):
        match = _LINE.match(text, offset)
        if match is not None and not text[offset : match.start("name")].strip(" \texport"):
            table[match["name"]] = _variable(match, text, path)
            offset = match.end()
        end = text.find("\n", offset)
        offset = len(text) if end < 0 else end + 1
    return (Located(table, Place(path, 1)),)


def _variable(match: "re.Match[str]", text: str, path: str) -> Located:
    raw = match["value"]
    if raw[:1] not in {"'", '"'} or len(raw) < len("''"):
        raw = _COMMENT.sub("", raw).rstrip()
    start = match.start("value")
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    is_one_line = raw != "" and "\n" not in raw
    place = Place(path, line, column, column + len(raw)) if is_one_line else Place(path, line)
    return Located(_unquoted(raw), place)


def _unquoted(raw: str) -> str:
    if len(raw) > 1 and raw[0] == raw[-1] == "'":
        return re.sub(r"\\(['\\])", r"\1", raw[1:-1])
    if len(raw) > 1 and raw[0] == raw[-1] == '"':
        return re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[0]), raw[1:-1], flags=re.DOTALL)
    return raw
