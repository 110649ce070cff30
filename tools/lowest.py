"""Print the lowest version of each direct dependency that pyproject.toml declares, as constraints for pip.

`--check` instead makes sure that exactly these are installed, and exits with 1 where one is not.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

BOUND = re.compile(r"(?P<name>[A-Za-z0-9._-]+)>=(?P<lowest>[0-9.]+)")

OF_THEIR_TIME = ("pyparsing<3.3",)
"""What the lowest versions bring along, as it was then: the pyparsing of today warns of words that matplotlib used."""


def lowest() -> Iterator[tuple[str, str]]:
    """Give each dependency of the program, its extras included, with its lower bound."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (one for group in project["optional-dependencies"].values() for one in group)
    for requirement in [*project["dependencies"], *extras]:
        match = BOUND.fullmatch(requirement)
        if match is None:
            sys.exit(f"pyproject.toml: {requirement!r} has no plain lower bound; write it as name>=version")
        yield match["name"], match["lowest"]


def is_same(one: str, other: str) -> bool:
    """Whether two versions are the same: 13.7 is 13.7.0."""
    return re.sub(r"(\.0)+$", "", one) == re.sub(r"(\.0)+$", "", other)


def check() -> int:
    """Say what is installed, and whether it is the lowest."""
    installed = [(name, bound, version(name)) for name, bound in lowest()]
    print("installed:", ", ".join(f"{name} {found}" for name, _, found in installed))
    wrong = [f"{name} {found} in place of {bound}" for name, bound, found in installed if not is_same(bound, found)]
    for one in wrong:
        print(f"not the lowest: {one}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    for dependency, bound in lowest():
        print(f"{dependency}=={bound}")
    print(*OF_THEIR_TIME, sep="\n")
