"""Which files a program comes to from the one that it starts with: by imports, and by names of modules in quotes.

Only an estimate from the text of each file, so that no file is left out for a mistake of it: Django names its settings
in a text, and Flask its configuration (`from_object("config.ProductionConfig")`).
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping

from poolaudit.readers.document import Document, Kind

MOST_FILES = 5_000
_IMPORT = r"(?m)^[ \t]*(?:from[ \t]+(\.{0,9}[\w.]{0,200})[ \t]+import[ \t]+\(?([\w, \t*]*)|import[ \t]+([\w., \t]+))"
_QUOTED = r"[\"']([A-Za-z_][\w.]{1,120})[\"']"


class Imports:
    """Follows imports among the files that were read."""

    def __init__(self, files: Mapping[str, Document]) -> None:
        self.files = files
        self._reached: dict[str, frozenset[str]] = {}
        self._named: dict[str, tuple[str, ...]] = {}

    def reached_from(self, path: str) -> frozenset[str]:
        """Give the paths that a program comes to from one, that one among them."""
        if path not in self._reached:
            self._reached[path] = frozenset(self._follow(path))
        return self._reached[path]

    def _follow(self, path: str) -> set[str]:
        reached = {path}
        waiting = deque([path])
        while waiting and len(reached) < MOST_FILES:
            one = waiting.popleft()
            new = [other for other in self._from(one) if other not in reached]
            reached.update(new)
            waiting.extend(new)
        return reached

    def _from(self, path: str) -> tuple[str, ...]:
        """Give the files that one names."""
        if path not in self._named:
            document = self.files[path]
            is_python = document.kind is Kind.PYTHON
            self._named[path] = tuple(dict.fromkeys(self._all_from(document))) if is_python else ()
        return self._named[path]

    def _all_from(self, document: Document) -> Iterator[str]:
        for match in re.finditer(_IMPORT, document.text):
            if match[3]:
                for name in match[3].split(","):
                    yield from self.files_of(name.split()[0] if name.split() else "", document)
            else:
                yield from self.files_of(match[1], document)
                for name in re.findall(r"\w+", match[2]):
                    yield from self.files_of(f"{match[1]}{'' if match[1].endswith('.') else '.'}{name}", document)
        for name in re.findall(_QUOTED, document.text):
            yield from self._quoted(name, document)

    def _quoted(self, name: str, document: Document) -> Iterator[str]:
        yield from self.files_of(name, document)
        if "." in name:
            yield from self.files_of(name.rpartition(".")[0], document)
            yield from (path for path in (_joined(document.folder, name),) if path in self.files)

    def files_of(self, name: str, document: Document) -> Iterator[str]:
        """Give the file of a module by its name, absolute or relative, with the packages on the way to it."""
        if not name.strip("."):
            return
        dots = len(name) - len(name.lstrip("."))
        inner = name.lstrip(".").replace(".", "/")
        if dots:
            folders = [_above(document.folder, dots - 1)]
        else:
            folders = [_above(document.folder, number) for number in range(document.folder.count("/") + 2)]
            folders += [_joined(folders[-1], "src")]
        for folder in folders:
            for path in (f"{inner}.py", f"{inner}/__init__.py"):
                if _joined(folder, path) in self.files:
                    yield _joined(folder, path)
                    return


def _above(folder: str, levels: int) -> str:
    for _ in range(levels):
        folder = folder.rpartition("/")[0]
    return folder


def _joined(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path
