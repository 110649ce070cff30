"""A setting of an application: its value, where that was said, and how it could be changed there."""

from typing import Generic, NamedTuple, TypeAlias, TypeVar

from poolaudit.facts.missing import FactMissingError, Missing

T = TypeVar("T")
Replacement: TypeAlias = bool | float | str | None
_WORDS = {True: "true", False: "false", None: "null"}


class _PlaceFields(NamedTuple):
    file: str
    line: int | None = None
    column: int | None = None
    end_column: int | None = None


class Place(_PlaceFields):
    """Where something is said: a file as it was named, and its line from 1 (None for an option or a whole file).

    `column` and `end_column` are where the value itself stands in that line, in characters from 1, the end not
    included: so known only where it is a literal that could be replaced there. Two places are the same where file and
    line are.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Whether it is the same line of the same file."""
        return isinstance(other, Place) and self[:2] == other[:2]

    def __ne__(self, other: object) -> bool:
        """Whether it is another line."""
        return not self == other

    def __hash__(self) -> int:
        """Hash what is compared."""
        return hash(self[:2])

    @property
    def exact(self) -> tuple[str, int | None, int | None, int | None]:
        """All that is known of it, by which places within one line differ."""
        return (self.file, self.line, self.column, self.end_column)

    @property
    def without_columns(self) -> "Place":
        """The line alone: where what stands there is part of a literal, and none of its own."""
        return Place(self.file, self.line)

    def __str__(self) -> str:
        """`app.yaml:3`, as compilers and editors write it."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Setting(NamedTuple, Generic[T]):
    """A value and where it comes from: said at `place`, or the default of `default_of`, or `unknown` and why.

    `value` raises FactMissingError where it is unknown. `note` says how a value came about where that is not plain,
    `word` is its name as the application writes it (`pool_recycle`), `remedy` how an unknown one can be made known.
    """

    said: T | None = None
    place: Place | None = None
    default_of: str | None = None
    unknown: str | None = None
    note: str | None = None
    word: str = "setting"
    remedy: str = "say it as a literal, or give it as an option"

    @property
    def value(self) -> T:
        """The value in force."""
        if self.unknown is not None:
            because = f"{self.unknown} ({self.place})" if self.place is not None else self.unknown
            raise FactMissingError(Missing(self.word, because, self.remedy))
        return self.said  # type: ignore[return-value]  # T itself admits None where None is a value

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return self.unknown is None

    @property
    def is_default(self) -> bool:
        """Whether nobody said it and a library's default is in force."""
        return self.default_of is not None

    @property
    def origin(self) -> str:
        """Where it comes from, for a person: `app.yaml:3`, `SQLAlchemy's default`, `unknown: …`."""
        if self.unknown is not None:
            return f"unknown: {self.unknown}"
        if self.default_of is not None:
            return f"{self.default_of}'s default"
        return str(self.place) if self.place is not None else "as given"

    @property
    def words(self) -> str:
        """The setting as it is in force: `pool_recycle: 60`, or `pool_recycle: -1, SQLAlchemy's default`."""
        text = f"{self.word}: {as_yaml(self.value)}"
        return f"{text}, {self.origin}" if self.is_default else text

    def changed_to(self, value: object) -> str:
        """Say a change exactly, as in `pool_recycle: -1 → 25000`."""
        return f"{self.word}: {as_yaml(self.value)} → {as_yaml(value)}"

    def change_to(self, value: Replacement) -> "tuple[Change, ...]":
        """Give the change as an edit of its file; none where the value is no literal that could be replaced."""
        return change_at(self.place, self.word, value)


class Change(NamedTuple):
    """An edit of a file: the literal at `place` (with its columns), which `word` is set to, becomes `value`."""

    place: Place
    word: str
    value: Replacement


def change_at(place: Place | None, word: str, value: Replacement) -> tuple[Change, ...]:
    """Give the change of what stands at a place; none where that is no literal that could be replaced."""
    return (Change(place, word, value),) if place is not None and place.column is not None else ()


def as_yaml(value: object) -> str:
    """Write a plain value as an application's settings file does."""
    return _WORDS[value] if value is None or isinstance(value, bool) else str(value)
