"""Which version a specifier (`==2.5.1`, `>=3,<4`) comes to."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from poolaudit.readers.project import Version

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet  # slow to import, and most runs ask for no version

NEWEST_MAJORS: Mapping[str, int] = {
    "apache-airflow": 3,
    "apache-superset": 6,
    "apscheduler": 3,
    "celery": 5,
    "django": 6,
    "flask-sqlalchemy": 3,
    "mlflow": 3,
    "oslo-db": 18,
    "sqlalchemy": 2,
}
"""The newest major version of packages whose version decides, on PyPI in November 2026: `>=3` can be no other."""
OLDEST_MAJORS: Mapping[str, int] = {"flask-sqlalchemy": 2, "sqlalchemy": 1, "apscheduler": 3}
"""The oldest major version that can still be installed beside a Python of today."""
LAST_OF_MAJOR: Mapping[tuple[str, int], Version] = {("flask-sqlalchemy", 2): (2, 5, 1)}
"""The last release of a major version that gets no more of them: it is what a loose requirement has come to."""


def version_of(package: str, specifier: str) -> Version | None:
    """Give the version that a specifier comes to: the pinned one, else the lowest where all are of one major version.

    None where what it admits is of several, or where it is no specifier.
    """
    exact = pinned(specifier)
    if exact is not None:
        return exact
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - only where a version is asked

    try:
        return _lowest(package, SpecifierSet(specifier))
    except InvalidSpecifier:
        return None


def pinned(specifier: str) -> Version | None:
    """Give the one version that a specifier admits, None where it admits several."""
    match = re.fullmatch(r"={2,3}\s*v?(\d+(?:\.\d+)*)[\w.+-]*", specifier)
    return tuple(int(part) for part in match[1].split(".")[:4]) if match and "*" not in specifier else None


def _lowest(package: str, specifiers: "SpecifierSet") -> Version | None:
    bounds = [_numbers(one.version) for one in specifiers]
    newest = NEWEST_MAJORS.get(package)
    lower = [_numbers(one.version) for one in specifiers if one.operator in {">=", ">", "~=", "=="}]
    is_open = newest is None and all(one.operator not in {"<", "<=", "~=", "=="} for one in specifiers)
    if not bounds or is_open:
        return None
    oldest = OLDEST_MAJORS.get(package, 0)
    most = max([newest or 0, *(bound[0] for bound in bounds)])
    majors = [
        major
        for major in range(oldest, min(most, 10_000) + 1)
        if any(specifiers.contains(text) for text in _samples(major, bounds))
    ]
    if len(majors) != 1:
        return None
    (major,) = majors
    least = max([bound for bound in lower if bound[0] == major], default=(major,))
    return LAST_OF_MAJOR.get((package, major), least)


def _samples(major: int, bounds: list[Version]) -> Iterator[str]:
    """Give versions of a major one, by which it shows whether any is admitted."""
    yield from (f"{major}.0", f"{major}.9999")
    for bound in bounds:
        if bound[0] == major:
            text = ".".join(map(str, bound))
            yield from (text, f"{text}.1")


def _numbers(text: str) -> Version:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:4]) or (0,)
