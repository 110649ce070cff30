"""What .gitignore files name, as git reads them: patterns count from their own folder down, the nearest file first.

Patterns that could take long to match are left out: what they name is then read, which does no harm.
"""

import os
import re
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.errors import CannotAuditError
from poolaudit.readers.source import read_text

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # imported only where there is a .gitignore

NAME = ".gitignore"
MOST_LINES = 2_000
MOST_STARS = 2
"""In one part of a path."""
MOST_SUBFOLDERS = 3
LONGEST_PATTERN = 500
MOST_FOLDERS_ABOVE = 20


class Ignored(NamedTuple):
    """The .gitignore files in force in a folder, the nearest first, each with the length of its folder's path.

    Paths are those of a walk; `prefix` is what stands in the repository for their first `skip` characters.
    """

    files: tuple[tuple[int, "GitIgnoreSpec"], ...] = ()
    prefix: str = ""
    skip: int = 0

    def within(self, folder: str, entries: Iterable[os.DirEntry[str]]) -> "Ignored":
        """Give what is in force in a folder of the walk (with a / behind) that has these entries."""
        if not any(entry.name == NAME for entry in entries):
            return self
        spec = _spec(f"{folder}{NAME}")
        length = len(self.prefix) + len(folder) - self.skip
        return self if spec is None else self._replace(files=((length, spec), *self.files))

    def names(self, path: str) -> bool:
        """Whether a path is named; that of a folder ends with a /."""
        whole = self.prefix + path[self.skip :] if self.files else ""
        for length, spec in self.files:
            result = spec.check_file(whole[length:])
            if result.include is not None:
                return result.include
        return False


def ignored_above(folder: str) -> Ignored:
    """Give what the .gitignore files above a folder of the walk (with a / behind, or "") say, up to its repository.

    A folder that is named although they name it is walked nevertheless, and they count no more.
    """
    nothing = Ignored(skip=len(folder))
    here = os.path.realpath(folder or ".")
    above = _folders_to_root(here)
    if not above:
        return nothing
    prefix = os.path.relpath(here, above[-1]) + "/"
    found = ((len(os.path.relpath(one, above[-1])) + 1 if one != above[-1] else 0, one) for one in above)
    specs = ((length, _spec(os.path.join(one, NAME))) for length, one in found)
    files = tuple((length, spec) for length, spec in specs if spec is not None)
    ignored = nothing._replace(files=files, prefix=prefix)
    return nothing if ignored.names(folder) else ignored


def _folders_to_root(folder: str) -> list[str]:
    """Give the folders above one, up to the one that holds a repository; none where the folder itself does."""
    above = [folder]
    while len(above) <= MOST_FOLDERS_ABOVE and not os.path.exists(os.path.join(above[-1], ".git")):
        if above[-1] == os.path.dirname(above[-1]):
            return []
        above.append(os.path.dirname(above[-1]))
    return above[1:] if len(above) <= MOST_FOLDERS_ABOVE else []


def _spec(path: str) -> "GitIgnoreSpec | None":
    try:
        text = read_text(path)
    except CannotAuditError:
        return None
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only where there is a .gitignore

    lines = [line for line in text.splitlines()[:MOST_LINES] if _is_quick(line)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of re's, for a pattern such as [[a]
        patterns = [pattern for line in lines for pattern in _patterns(GitIgnoreSpec, line)]
    return GitIgnoreSpec(patterns) if patterns else None


def _patterns(kind: "type[GitIgnoreSpec]", line: str) -> "list[GitIgnoreSpecPattern]":
    try:
        return list(kind.from_lines([line]).patterns)
    except (ValueError, re.error):
        return []


def _is_quick(line: str) -> bool:
    """Whether a line is a pattern that is matched in little time: stars multiply the ways to match."""
    text = line.strip()
    if not text or text.startswith("#") or len(text) > LONGEST_PATTERN or text.count("**") > MOST_SUBFOLDERS:
        return False
    return all(part.count("*") <= MOST_STARS for part in text.split("/"))
