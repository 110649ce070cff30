"""Whatever a file of the largest size holds, it is read or refused within a second and 200 MB."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from poolaudit.errors import CannotAuditError
from poolaudit.readers.document import Kind
from poolaudit.readers.filling import filled
from poolaudit.readers.formats import parse
from poolaudit.readers.located import LONGEST_SETTING, Located
from poolaudit.readers.source import LARGEST_FILE_BYTES
from tests.readers.quick import MOST_SECONDS_HERE

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]  # to be traced takes several times as long

SIZE = LARGEST_FILE_BYTES - 10_000
MOST_BYTES = 200_000_000


def repeated(*parts: str) -> str:
    """Give parts over and over, a number in each `{}`, up to the largest size."""
    found: list[str] = []
    size = number = 0
    while size < SIZE - 10_000:
        found.append("".join(parts).replace("{}", str(number)))
        size += len(found[-1])
        number += 1
    return "".join(found)


WORST: dict[str, tuple[Kind, Callable[[], str]]] = {
    "one long word": (Kind.YAML, lambda: "a" * SIZE),
    "blanks": (Kind.YAML, lambda: "a:" + " " * (SIZE - 4) + "b"),
    "empty lines": (Kind.YAML, lambda: "\n" * SIZE),
    "scalars": (Kind.YAML, lambda: repeated("k{}: a text of some length\n")[: SIZE // 2] + "\n"),
    "headings": (Kind.YAML, lambda: repeated("k{}:\n  a: 1\n")[: SIZE // 4] + "\n"),
    "long texts with dollars": (Kind.YAML, lambda: repeated("k{}: ", "${A:-" * 800, "\n")),
    "long texts with braces": (Kind.YAML, lambda: repeated("k{}: '", "{{ a | default(" * 270, "'\n")),
    "long texts with many to fill in": (Kind.YAML, lambda: repeated("k{}: '", "${B}$C%(D)s" * 370, "'\n")),
    "urls": (Kind.YAML, lambda: repeated("k{}: 'mysql://", "a:" * 2000, "@'\n")),
    "flow": (Kind.YAML, lambda: "[" + "{a: 1}, " * 16_000 + "]"),
    "quotes": (Kind.YAML, lambda: '"' * SIZE),
    "anchors": (Kind.YAML, lambda: repeated("k{}: &a{} *a\n")),
    "objects": (Kind.JSON, lambda: "[" + '{"a": 1}, ' * 16_000 + "1]"),
    "escapes": (Kind.JSON, lambda: '"' + "\\u0041" * (SIZE // 6 - 1) + '"'),
    "open texts": (Kind.JSON, lambda: '["' * (SIZE // 2)),
    "statements": (Kind.TOML, lambda: repeated("key{} = 5 # a comment\n")),
    "tables": (Kind.TOML, lambda: repeated("[a{}.b]\nkey = 'x'\n")),
    "a lock file": (
        Kind.TOML,
        lambda: repeated(
            "[[package]]\nname = 'p{}'\nwheels = [\n", "  {url = 'https://x/{}', size = 5},\n" * 20, "]\n"
        ),
    ),
    "a text with keys": (Kind.TOML, lambda: 'x = """\n' + repeated("k{} = 1\n")[:-300] + '\n"""\n'),
    "a list over lines": (Kind.TOML, lambda: "x = [\n" + "  'a text of some length', # and more\n" * 25_000 + "]\n"),
    "long keys": (Kind.TOML, lambda: repeated('"a{}"."', "b" * 4000, '"."c" = 1\n')),
    "dots": (Kind.TOML, lambda: repeated("a{}", ".b" * 90, " = 1\n")),
    "brackets": (Kind.TOML, lambda: repeated("[", "a " * 400, "\n")),
    "inline tables": (Kind.TOML, lambda: "x = [" + "{a = 1, b = 'c = d'}, " * 12_000 + "]\n"),
    "lines of blanks": (Kind.INI, lambda: "[a]\n" + "b = c" + " " * (SIZE - 20) + "d"),
    "keys": (Kind.INI, lambda: "[a]\n" + repeated("key{} = a value\n")[: SIZE // 2] + "\n"),
    "keys that fill in": (Kind.INI, lambda: "[a]\nx = " + "y" * 4000 + "\n" + repeated("k{} = %(x)s\n")[: SIZE // 2]),
    "references": (Kind.INI, lambda: "[a]\n" + repeated("k{} = ", "%(a)s${b:c}%%" * 300, "\n")),
    "nested": (Kind.INI, lambda: "[a]\n[[b]]\n" + repeated("k = '", "# " * 2000, "\n")),
    "go on": (Kind.INI, lambda: "[a]\nb = 1\n" + "  c\n" * (SIZE // 4 - 10)),
    "template": (Kind.INI, lambda: "[a]\n" + "{% if " * (SIZE // 6 - 10)),
    "variables": (Kind.ENV, lambda: repeated("KEY{}=a value # and a comment\n")),
    "values of blanks": (Kind.ENV, lambda: "A=b" + " " * (SIZE - 10) + "c"),
    "open quotes": (Kind.ENV, lambda: "A='\n" * (SIZE // 4)),
    "backslashes": (Kind.ENV, lambda: 'A="' + "\\" * (SIZE - 5)),
    "no key": (Kind.ENV, lambda: "'" * SIZE),
}
every_worst = pytest.mark.parametrize("name", WORST)


def read(kind: Kind, text: str) -> str:
    environment = {"B": Located("x" * LONGEST_SETTING), "C": Located("y"), "D": Located("5")}
    try:
        return filled(parse("file", kind, text), environment).kind
    except CannotAuditError as error:
        return error.message


@every_worst
def test_time(name: str) -> None:
    kind, make = WORST[name]
    text = make()
    assert len(text) <= LARGEST_FILE_BYTES
    begun = time.process_time()
    said = read(kind, text)
    assert time.process_time() - begun < MOST_SECONDS_HERE
    assert len(said) < 200


@pytest.mark.slow
def test_memory() -> None:
    """Read them all in a process of its own: its peak is that of the worst."""
    measured = subprocess.run(
        [sys.executable, "-m", "tests.readers.formats.test_bounds"], check=True, capture_output=True, text=True
    )
    assert 0 < int(measured.stdout) < MOST_BYTES


def _peak_bytes() -> int:
    """Give this process's own peak: what getrusage tells begins, on Linux, with that of the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    texts = [(kind, make()) for kind, make in WORST.values()]
    before = _peak_bytes()
    for kind, text in texts:
        read(kind, text)
    sys.stdout.write(str(_peak_bytes() - before))
