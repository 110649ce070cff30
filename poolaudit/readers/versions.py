"""Which version of a package is in force at a path, as requirements and lock files say.

The nearest folder upwards that names the package counts; in it a lock file beats a pin, and a pin what is said loosely.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from poolaudit.facts.pool import Place
from poolaudit.readers.document import Document, joined
from poolaudit.readers.folders import folders_above
from poolaudit.readers.located import Located, Table, entries
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
MOST_REQUIREMENTS = 20_000
"""In one file."""
MOST_INCLUDES = 20
LONGEST_SPECIFIER = 200
_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?P<specifier>[^;@#]*)")
_REQUIREMENTS = re.compile(r"(.*[-_.])?(requirements|constraints)([-_.].*)?\.(txt|in|pip)|requires\.txt")
_SUBFOLDERS = frozenset({"requirements", "requirement", "deps", "reqs"})
_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)[ =]*(\S+)")
_CARET = re.compile(r"\^\s*v?(\d+)((?:\.\d+)*)")
_TILDE = re.compile(r"~\s*v?(\d+)(?:\.(\d+))?((?:\.\d+)*)")
_CONDA = re.compile(r"(?P<name>[\w.-]+) ?= ?(?P<version>\d[\w.]*)(?P<build>=.*)?")
_INSTALL = re.compile(r"\bpip[0-9.]*\s+install\b|\buv\s+(?:pip\s+install|add)\b|\bpoetry\s+add\b")
_WORD = re.compile(r"(?<![\w.-])([A-Za-z0-9][\w.-]{0,100}(?:\[[\w,-]{0,100}\])?[=~<>!]=?[^\s\"';&|\\]{1,200})")


@dataclass(frozen=True)
class Requirement:
    """One file's word on a package: a specifier (`==2.5.1`, `>=3,<4`) as packaging writes it."""

    package: str
    specifier: str
    place: Place
    is_locked: bool = False


@dataclass
class Versions:
    """Answers which version is in force, and remembers which file said it."""

    documents: tuple[Document, ...]
    said_by: dict[tuple[str, str], Place] = field(default_factory=dict)
    _by_folder: dict[str, list[Requirement]] | None = None

    def version(self, package: str, path: str) -> Version | None:
        """Give the version of a package at a path, None where it cannot be known: see Project.version."""
        name = _canonical(package)
        for folder in folders_above(path):
            found = [one for one in self._in_folder(folder) if one.package == name]
            if found:
                return self._decided(name, found, path)
        return None

    def _in_folder(self, folder: str) -> list[Requirement]:
        if self._by_folder is None:
            self._by_folder = {}
            by_path = {document.path: document for document in self.documents}
            for document in self.documents:
                for one in _with_included(document, by_path):
                    found = islice(requirements_in(one), MOST_REQUIREMENTS)
                    self._by_folder.setdefault(_folder_of(document), []).extend(found)
        return self._by_folder.get(folder, [])

    def _decided(self, name: str, found: list[Requirement], path: str) -> Version | None:
        locked = [one for one in found if one.is_locked]
        pinned = [one for one in found if _pin(one.specifier) is not None]
        for chosen in (locked, pinned, found):
            if chosen:
                versions = [(version_of(name, one.specifier), one.place) for one in chosen]
                return self._agreed(name, versions, path)
        return None

    def _agreed(self, name: str, versions: list[tuple[Version | None, Place]], path: str) -> Version | None:
        """Take the lowest where all that is said is of one major version."""
        majors = {version[0] if version is not None else None for version, _ in versions}
        if len(majors) != 1 or None in majors:
            return None
        version, place = min((one for one in versions if one[0] is not None), key=lambda one: one[0] or ())
        self.said_by[name, path] = place
        return version


def _with_included(document: Document, by_path: Mapping[str, Document]) -> list[Document]:
    """Give a file with those that it takes in, each once."""
    found = [document]
    for one in found:
        if _is_requirements(one) and len(found) < MOST_INCLUDES:
            found += [by_path[path] for path in includes_of(one) if path in by_path and by_path[path] not in found]
    return found


def _folder_of(document: Document) -> str:
    """Give the folder that a file speaks for: `requirements/base.txt` speaks for the folder above."""
    above, _, last = document.folder.rpartition("/")
    return above if last in _SUBFOLDERS else document.folder


def _canonical(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def _pin(specifier: str) -> Version | None:
    match = re.fullmatch(r"={2,3}\s*v?(\d+(?:\.\d+)*)[\w.+-]*", specifier)
    return tuple(int(part) for part in match[1].split(".")[:4]) if match and "*" not in specifier else None


def version_of(package: str, specifier: str) -> Version | None:
    """Give the version that a specifier comes to: the pinned one, else the lowest where all are of one major version.

    None where what it admits is of several, or where it is no specifier.
    """
    pinned = _pin(specifier)
    if pinned is not None:
        return pinned
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - only where a version is asked

    try:
        return _lowest(package, SpecifierSet(specifier))
    except InvalidSpecifier:
        return None


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


def requirements_in(document: Document) -> Iterator[Requirement]:
    """Give what a file says of packages' versions; nothing where it is no file of requirements."""
    name = document.name
    if _is_requirements(document):
        yield from _of_requirements(document)
    elif name in _BY_NAME:
        yield from _BY_NAME[name](document)
    elif "Dockerfile" in name or "Containerfile" in name:
        yield from _of_dockerfile(document)


def _is_requirements(document: Document) -> bool:
    in_subfolder = document.folder.rpartition("/")[2] in _SUBFOLDERS and document.name.endswith((".txt", ".in"))
    return in_subfolder or _REQUIREMENTS.fullmatch(document.name) is not None


def _of_requirements(document: Document) -> Iterator[Requirement]:
    for number, line in enumerate(document.text.splitlines(), 1):
        text = line.partition(" #")[0].partition(" --")[0].strip().rstrip("\\").strip()
        if text and text[0] not in "#-":
            yield from _required(text, Place(document.path, number))


def _required(text: str, place: Place) -> Iterator[Requirement]:
    """Read one requirement: `Flask-SQLAlchemy[x]>=3,<4; python_version > "3"`; its marker is taken to hold."""
    match = _REQUIREMENT.match(text)
    if match is not None:
        yield Requirement(_canonical(match["name"]), match["specifier"].strip("() ")[:LONGEST_SPECIFIER], place)


def _within(table: Table, *path: str) -> Table:
    for key in path:
        table = table[key].table if key in table else {}
    return table


def _texts(found: Located | None) -> Iterator[tuple[str, Place | None]]:
    return ((one.value, one.place) for one in entries(found) if isinstance(one.value, str))


def _of_lock(document: Document) -> Iterator[Requirement]:
    """Read poetry.lock, uv.lock, pdm.lock: tables of packages with name and version."""
    for one in entries(document.table.get("package")):
        name, version = one.table.get("name"), one.table.get("version")
        if name is not None and version is not None:
            place = version.place or document.place
            yield Requirement(
                _canonical(str(name.value)), f"=={version.value}"[:LONGEST_SPECIFIER], place, is_locked=True
            )


def _of_pipfile_lock(document: Document) -> Iterator[Requirement]:
    for name, one in _within(document.table, "default").items():
        version = one.table.get("version")
        if version is not None:
            place = version.place or document.place
            yield Requirement(_canonical(name), str(version.value)[:LONGEST_SPECIFIER], place, is_locked=True)


def _of_pipfile(document: Document) -> Iterator[Requirement]:
    yield from _of_table(_within(document.table, "packages"), document)


def _of_table(table: Table, document: Document) -> Iterator[Requirement]:
    """Read a table of names and specifiers, as Pipfile and Poetry have."""
    for name, found in table.items():
        version = found.table.get("version") if found.table else found
        if version is not None and isinstance(version.value, str):
            yield Requirement(
                _canonical(name), _poetry(version.value[:LONGEST_SPECIFIER]), version.place or document.place
            )


def _poetry(text: str) -> str:
    """Write Poetry's `^2.5` and `~2.5` as pip does."""
    parts = [part.strip() for part in text.split(",")]
    return ",".join(_poetry_part(part) for part in parts if part != "*")


def _poetry_part(part: str) -> str:
    caret = _CARET.fullmatch(part)
    if caret is not None:
        return f">={caret[1]}{caret[2]},<{int(caret[1]) + 1}"
    tilde = _TILDE.fullmatch(part)
    if tilde is not None and not part.startswith("~="):
        upper = f"{tilde[1]}.{int(tilde[2]) + 1}" if tilde[2] else str(int(tilde[1]) + 1)
        return f">={part.lstrip('~ v')},<{upper}"
    return f"=={part}" if part[:1].isdigit() else part


def _of_pyproject(document: Document) -> Iterator[Requirement]:
    root = document.table
    for text, place in _texts(_within(root, "project").get("dependencies")):
        yield from _required(text, place or document.place)
    yield from _of_table(_within(root, "tool", "poetry", "dependencies"), document)


def _of_setup_cfg(document: Document) -> Iterator[Requirement]:
    found = _within(document.table, "options").get("install_requires")
    if found is not None and isinstance(found.value, str):
        for line in found.value.splitlines():
            yield from _required(line.strip(), found.place or document.place)


def _of_setup_py(document: Document) -> Iterator[Requirement]:
    """Read the literal list of install_requires; one that is worked out is not known."""
    import ast  # noqa: PLC0415 - slow to import, and few applications have a setup.py

    tree = document.module.tree if document.module is not None else None
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.keyword) and node.arg == "install_requires" and isinstance(node.value, ast.List):
            for one in node.value.elts:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield from _required(one.value, Place(document.path, one.lineno))


def _of_conda(document: Document) -> Iterator[Requirement]:
    """Read environment.yml and pip's part of it."""
    for one in entries(document.table.get("dependencies")):
        if isinstance(one.value, str):
            yield from _required(_conda(one.value), one.place or document.place)
        for text, place in _texts(one.table.get("pip")):
            yield from _required(text, place or document.place)


def _conda(text: str) -> str:
    """Write conda's `name=3.0`, which admits all of 3.0, and `name=3.0.5=build` as pip does."""
    match = _CONDA.fullmatch(text.strip())
    if match is None:
        return text
    exact = match["build"] or match["version"].count(".") > 1
    return f"{match['name']}=={match['version']}{'' if exact else '.*'}"


def _of_dockerfile(document: Document) -> Iterator[Requirement]:
    from poolaudit.readers.running.shell_script import lines_of  # noqa: PLC0415 - only where there is a Dockerfile

    for number, line in lines_of(document.text):
        if _INSTALL.search(line):
            for match in _WORD.finditer(line):
                yield from _required(match[1], Place(document.path, number))


_BY_NAME: Mapping[str, Callable[[Document], Iterator[Requirement]]] = {
    "poetry.lock": _of_lock,
    "uv.lock": _of_lock,
    "pdm.lock": _of_lock,
    "Pipfile.lock": _of_pipfile_lock,
    "Pipfile": _of_pipfile,
    "pyproject.toml": _of_pyproject,
    "setup.cfg": _of_setup_cfg,
    "setup.py": _of_setup_py,
    "environment.yml": _of_conda,
    "environment.yaml": _of_conda,
}


def includes_of(document: Document) -> Iterator[str]:
    """Give the files that a file of requirements takes in (`-r base.txt`, `-c constraints.txt`), by their paths."""
    for line in document.text.splitlines():
        match = _INCLUDE.match(line.strip())
        if match is not None:
            yield joined(document.folder, match[1])
