"""What a rule is, and the decorator that makes one of a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from poolaudit.facts.missing import FactMissingError
from poolaudit.report import Found, Severity

if TYPE_CHECKING:
    # Types alone: a scan of a server without applications has no pools, and imports nothing of them.
    from poolaudit.facts.fit import Fit

S = TypeVar("S")
P = TypeVar("P")
T = TypeVar("T")
Check = Callable[[S, P], Iterator[Found]]


class NoOptions(NamedTuple):
    """The options of a rule without thresholds."""


@dataclass(eq=False, repr=False)
class Rule(Generic[S, P]):
    """One thing that poolaudit judges, about one kind of subject.

    `beside` and `unless` name rules by code: its findings on a server count only where one of `beside` fired there, and
    only where none of `unless` did. `check_fit` judges in place of `check` where a server and its applications'
    settings are both known: a Server with all of its deployments (`with_pools`), a Pool with the server and its own
    deployments alone, one for each kind of process that carries it (`with_server`).
    """

    code: str
    name: str
    about: type[S]
    severity: Severity
    since: str
    options: type[P]
    page: str
    check: Check[S, P]
    beside: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    check_fit: Check[Fit, P] | None = None

    def with_pools(self, check: Check[Fit, P]) -> Check[Fit, P]:
        """Take a check about a Fit, to be used instead where the pools of a server's applications are given."""
        self.check_fit = check
        return check

    def with_server(self, check: Check[Fit, P]) -> Check[Fit, P]:
        """Take a check about a Fit of one pool's deployments, used instead where the server of a pool is given."""
        self.check_fit = check
        return check

    @property
    def title(self) -> str:
        """The first line of its page."""
        return self.page.partition("\n")[0]


def rule(  # noqa: PLR0913 - a rule has these properties, and each call names them
    code: str,
    name: str,
    *,
    about: type[S],
    severity: Severity,
    since: str,
    beside: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
) -> Callable[[Check[S, P]], Rule[S, P]]:
    """Make a Rule of a check; its docstring is the rule's page, its second parameter's type the rule's options."""

    def make(check: Check[S, P]) -> Rule[S, P]:
        options: Any = check.__annotations__["options"]
        return Rule(
            code=code,
            name=name,
            about=about,
            severity=severity,
            since=since,
            options=options,
            page=check.__doc__ or "",
            check=check,
            beside=frozenset(beside),
            unless=frozenset(unless),
        )

    return make


def judge_each(subjects: Iterable[T], judge: Callable[[T], Iterable[Found]]) -> Iterator[Found]:
    """Judge every subject, then raise for the first that could not be judged: one gap hides no other's findings."""
    gap: FactMissingError | None = None
    for subject in subjects:
        try:
            yield from judge(subject)
        except FactMissingError as missing:
            gap = gap or missing
    if gap is not None:
        raise gap
