"""supervisord's programs: each is run numprocs times.

Source: Supervisor 4's manual (numprocs 1 where it is not said; environment is `A="1",B="2"`; `%(ENV_X)s` is X).
"""

import re
from collections.abc import Iterator

from poolaudit.readers.document import Document, Kind
from poolaudit.readers.located import Located, Table
from poolaudit.readers.running.arguments import whole
from poolaudit.readers.running.command_line import commands_in
from poolaudit.readers.running.process import Environment, Started, Way

_PROGRAM = re.compile(r"program:\s*(\S+)")
_VARIABLE = re.compile(r"(?<!\w)([A-Za-z_]\w{0,100})=(\"[^\"]*\"|'[^']*'|[^,]*)")
_EXPANDED = re.compile(r"%\(ENV_([A-Za-z_]\w*)\)s")


def knows(document: Document) -> bool:
    """Whether it has a program's section."""
    return document.kind is Kind.INI and any(_programs(root.table) for root in document.roots)


def _programs(table: Table) -> list[tuple[str, Located]]:
    found = ((_PROGRAM.fullmatch(heading), section) for heading, section in table.items())
    return [(match[1], section) for match, section in found if match is not None]


def read(document: Document, _variables: Environment, /) -> Iterator[Started]:
    """Give its programs, in its order."""
    for root in document.roots:
        for name, section in _programs(root.table):
            command = section.table.get("command")
            text = command.value if command is not None else None
            if not isinstance(text, str):
                continue
            place = command.place if command is not None and command.place is not None else document.place
            copies = section.table.get("numprocs")
            yield Started(
                place=place,
                way=Way.SUPERVISORD,
                name=name,
                commands=commands_in(_EXPANDED.sub(r"${\1}", text), place),
                folder=document.folder,
                copies=whole("numprocs", copies, least=0) if copies is not None else None,
                environment=_environment(section.table.get("environment")),
            )


def _environment(found: Located | None) -> Environment:
    if found is None or not isinstance(found.value, str):
        return {}
    return {
        match[1]: Located(match[2].strip("\"' "), found.place)
        for match in _VARIABLE.finditer(found.value)
        if "%(" not in match[2]
    }
