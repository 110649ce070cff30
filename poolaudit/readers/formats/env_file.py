r"""A .env file as located values: one table of texts, as python-dotenv reads it (found by running 1.2.4).

    export DB_POOL_SIZE=5             # a comment behind a blank
    DB_URL="mysql://app@${DB_HOST:-db}/shop"
    OPTIONS='{"pool_size": 5}'        JSON stays a text

Quotes may span lines, with the escapes of each kind (`\"`, `\n` in double ones). `${X}` and `${X:-5}` are filled in,
in quotes of either kind too, from what stands above in the file; `$X` is not. What is not found there stays as it is,
for the environment to fill in.
"""

import re

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.formats.bounds import MOST_VALUES, said_again, too_many
from poolaudit.readers.located import LONGEST_SETTING, Located

MOST_FILLED = 2_000_000
"""Characters, in all of a file."""

_BLANKS = re.compile(r"\s*")
_LINE_REST = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_KEY = re.compile(
    r"(?:export[^\S\r\n]+)?+(?:'(?P<quoted>[^']+)'|(?P<plain>(?!')[^=#\s]+))[^\S\r\n]*(?P<equals>=[^\S\r\n]*)?"
)
_QUOTED = {
    "'": re.compile(r"'((?:\\.|[^'\\])*)'", re.DOTALL),
    '"': re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL),
}
_ESCAPES = {"'": re.compile(r"\\([\\'])"), '"': re.compile(r"\\([\\'\"abfnrtv])")}
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_PLAIN = re.compile(r"[^\r\n]*")
_COMMENT = re.compile(r"\s#")
_END = re.compile(r"[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)")
_REFERENCE = re.compile(r"\$\{(?P<name>[^}:]{1,128})(?::-(?P<default>[^}]*))?\}")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_HINT = "a .env file has lines such as KEY=value"


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read a text; CannotAuditError with file and line where nothing in it can be read, or it is too large.

    A line that cannot be read is passed over, as python-dotenv does: what it says is not in force.
    """
    reading = _Reading(text, path)
    while reading.is_at_binding():
        if not reading.binding():
            reading.pass_over()
    if reading.wrong_line is not None and not reading.table:
        raise CannotAuditError(f"{path}:{reading.wrong_line}: this is no .env file that can be read", _HINT)
    return (Located(reading.table, Place(path, 1)),)


class _Reading:
    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.at = 0
        self.counted = 0
        self.line = 1
        self.spent = 0
        self.bindings = 0
        self.wrong_line: int | None = None
        self.table: dict[str, Located] = {}

    def is_at_binding(self) -> bool:
        """Pass over blank lines and comments; whether anything comes behind them."""
        while (self._skip(_BLANKS) or True) and self.text.startswith("#", self.at):
            self._skip(_LINE_REST)
        return self.at < len(self.text)

    def binding(self) -> bool:
        """Read one `KEY=value`; whether it is one."""
        line = self._line_at(self.at)
        found = _KEY.match(self.text, self.at)
        if found is None:
            return False
        self.at = found.end()
        said = self._value(found["equals"])
        if said is None or not self._skip(_END):
            return False
        value, place = said
        key = found["quoted"] or found["plain"]
        self.bindings += 1
        if self.bindings > MOST_VALUES:
            raise too_many(self.path, line, _HINT)
        note = said_again(line) if key in self.table else None
        filled = self._filled(value) if value is not None and "${" in value else value
        self.table[key] = Located(filled, place if filled == value else Place(self.path, place.line), note=note)
        return True

    def pass_over(self) -> None:
        """Go on behind a line that is none."""
        self.wrong_line = self.wrong_line or self._line_at(self.at)
        self._skip(_LINE_REST)

    def _value(self, equals: str | None) -> tuple[str | None, Place] | None:
        begins = self.at
        quote = self.text[begins : begins + 1]
        if equals is None:
            return None, self._place(begins, begins)
        if quote in _QUOTED:
            found = _QUOTED[quote].match(self.text, begins)
            if found is None:
                return None
            self.at = found.end()
            value = _ESCAPES[quote].sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), found[1])
            return value, self._place(begins, found.end())
        whole = _PLAIN.match(self.text, begins)
        rest = whole[0] if whole is not None else ""
        value = "" if len(equals) > 1 and quote == "#" else rest[: _cut_at(rest)].rstrip()
        self.at = begins + len(rest)
        return value, self._place(begins, begins + len(value))

    def _place(self, begins: int, ends: int) -> Place:
        """Give the place of a literal, with its columns where it stands on one line."""
        line = self._line_at(begins)
        if begins == ends or _NEWLINE.search(self.text, begins, ends):
            return Place(self.path, line)
        starts = max(self.text.rfind("\n", 0, begins), self.text.rfind("\r", 0, begins)) + 1
        return Place(self.path, line, begins - starts + 1, ends - starts + 1)

    def _line_at(self, at: int) -> int:
        """Count lines up to a character, each time from where the last count ended."""
        self.line += len(_NEWLINE.findall(self.text, self.counted, at))
        self.counted = at
        return self.line

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found is not None else self.at
        return found is not None

    def _filled(self, text: str) -> str:
        if len(text) > LONGEST_SETTING:
            return text
        filled = _REFERENCE.sub(self._part, text)
        self.spent += len(filled)
        if self.spent > MOST_FILLED:
            raise CannotAuditError(f"{self.path}: its values fill in one another too often for a settings file", _HINT)
        return filled

    def _part(self, match: re.Match[str]) -> str:
        found = self.table.get(match["name"])
        value = found.value if found is not None else None
        return value if isinstance(value, str) and len(value) <= LONGEST_SETTING else match[0]


def _cut_at(rest: str) -> int:
    """Where a comment begins, the end of the text where there is none."""
    comment = _COMMENT.search(rest)
    return comment.start() if comment is not None else len(rest)
