"""What files say of the versions of packages: requirements, lock files, projects' metadata, conda's, Dockerfiles."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from poolaudit.facts.setting import Place
from poolaudit.readers.document import Document, joined
from poolaudit.readers.located import Located, Table, entries

LONGEST_SPECIFIER = 200
_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?P<specifier>[^;@#]*)")
_REQUIREMENTS = re.compile(r"(.*[-_.])?(requirements|constraints)([-_.].*)?\.(txt|in|pip)|requires\.txt")
SUBFOLDERS = frozenset({"requirements", "requirement", "deps", "reqs"})
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


def canonical(package: str) -> str:
    """Write a package's name as an index does."""
    return re.sub(r"[-_.]+", "-", package).lower()


def requirements_in(document: Document) -> Iterator[Requirement]:
    """Give what a file says of packages' versions; nothing where it is no file of requirements."""
    name = document.name
    if is_requirements(document):
        yield from _of_requirements(document)
    elif name in _BY_NAME:
        yield from _BY_NAME[name](document)
    elif "Dockerfile" in name or "Containerfile" in name:
        yield from _of_dockerfile(document)


def is_requirements(document: Document) -> bool:
    """Whether a file is one of pip's requirements or constraints."""
    in_subfolder = document.folder.rpartition("/")[2] in SUBFOLDERS and document.name.endswith((".txt", ".in"))
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
        yield Requirement(canonical(match["name"]), match["specifier"].strip("() ")[:LONGEST_SPECIFIER], place)


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
                canonical(str(name.value)), f"=={version.value}"[:LONGEST_SPECIFIER], place, is_locked=True
            )


def _of_pipfile_lock(document: Document) -> Iterator[Requirement]:
    for name, one in _within(document.table, "default").items():
        version = one.table.get("version")
        if version is not None:
            place = version.place or document.place
            yield Requirement(canonical(name), str(version.value)[:LONGEST_SPECIFIER], place, is_locked=True)


def _of_pipfile(document: Document) -> Iterator[Requirement]:
    yield from _of_table(_within(document.table, "packages"), document)


def _of_table(table: Table, document: Document) -> Iterator[Requirement]:
    """Read a table of names and specifiers, as Pipfile and Poetry have."""
    for name, found in table.items():
        version = found.table.get("version") if found.table else found
        if version is not None and isinstance(version.value, str):
            yield Requirement(
                canonical(name), _poetry(version.value[:LONGEST_SPECIFIER]), version.place or document.place
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
