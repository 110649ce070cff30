"""Ten thousand spoilt files, made from those of the example projects: none brings a traceback, and none takes long.

Deterministic: the seed is printed, and POOLAUDIT_FUZZ_SEED gives another.
"""

import os
import random
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from poolaudit.audit import audit
from poolaudit.cli.configured import facts_of
from poolaudit.errors import CannotAuditError
from poolaudit.policy import Policy
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.formats import kind_of, parse
from poolaudit.readers.reading import read_documents
from poolaudit.readers.source import decoded
from poolaudit.rules import load_rules
from tests.readers.quick import MOST_SECONDS_HERE

PROJECTS = Path(__file__).parents[1] / "projects"
FILES, TOGETHER = 10_000, 20
_KEY = re.compile(rb"[A-Za-z_][A-Za-z_0-9]{3,}")


def _sources() -> list[tuple[str, bytes]]:
    files = sorted(path for path in PROJECTS.glob("*/*/*/**/*") if path.is_file() and path.suffix != ".report")
    assert len(files) > 50
    return [(str(path.relative_to(PROJECTS)), path.read_bytes()) for path in files]


def _flipped(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(data: bytearray, chance: random.Random) -> bytes:
    begin = chance.randrange(len(data))
    del data[begin : begin + chance.choice((1, 5, 50, len(data)))]
    return bytes(data)


def _doubled(data: bytearray, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    which = chance.randrange(len(lines))
    return b"".join([*lines[:which], lines[which] * chance.choice((2, 3, 50)), *lines[which + 1 :]])


def _swapped(data: bytearray, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    first, second, third = sorted(chance.randrange(len(lines) + 1) for _ in range(3))
    return b"".join([*lines[:first], *lines[second:third], *lines[first:second], *lines[third:]])


def _renamed(data: bytearray, chance: random.Random) -> bytes:
    keys = sorted(set(_KEY.findall(bytes(data))))
    old, new = (chance.choice(keys or [b"x"]) for _ in range(2))
    return bytes(data).replace(old, new, chance.choice((1, -1)))


def _spoilt(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        if data:
            data = chance.choice((_flipped, _cut, _doubled, _swapped, _renamed))(bytearray(data), chance)
    return data


def _parsed(name: str, data: bytes) -> Document | None:
    try:
        document = parse(name, kind_of(name), decoded(data, name))
    except CannotAuditError as error:
        assert error.message  # noqa: PT017 - whichever is raised
        return None
    return document


def _judged(documents: list[Document]) -> int:
    """Read the files' pools and audit them; give how many there are."""
    try:
        reading = read_documents(tuple(documents))
    except CannotAuditError:
        return 0
    report = audit(facts_of(reading, datetime(2026, 11, 25, tzinfo=UTC)), load_rules(), Policy())
    assert report.rules_run >= 0
    return len(reading.deployments)


def _groups(chance: random.Random) -> Iterator[list[tuple[str, bytes]]]:
    """Give files that are read together, each spoilt."""
    sources = _sources()
    for number in range(0, FILES, TOGETHER):
        chosen = [chance.choice(sources) for _ in range(TOGETHER)]
        yield [(f"f{number + one}/{name}", _spoilt(data, chance)) for one, (name, data) in enumerate(chosen)]


@pytest.mark.slow
@pytest.mark.no_cover  # to be traced takes several times as long
def test_spoilt_files_bring_no_traceback_and_take_no_long_time() -> None:
    seed = int(os.environ.get("POOLAUDIT_FUZZ_SEED", "2611"))
    print(f"seed {seed}")  # noqa: T201 - pytest shows it where this fails
    pools = read = 0
    for group in _groups(random.Random(seed)):  # noqa: S311 - no secret is made of it
        documents, slowest = [], 0.0
        for name, data in group:
            began = time.process_time()
            document = _parsed(name, data)
            slowest = max(slowest, time.process_time() - began)
            documents += [document] if document is not None else []
        began = time.process_time()
        try:
            pools += _judged(documents)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {[one.path for one in documents]}") from error
        slowest = max(slowest, time.process_time() - began)
        assert slowest < MOST_SECONDS_HERE, [name for name, _ in group]
        read += len(documents)
    assert read > FILES / 4
    assert pools > FILES / 100


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "text", ["", "\n", "\x1b", "\ufeff", "[", "{" * 5000, "- " * 5000, "a" * 100_000, "\\", "\u2028="]
)
def test_the_least_and_the_oddest_texts(kind: Kind, text: str) -> None:
    document = None
    began = time.process_time()
    try:
        document = parse("odd", kind, text)
    except CannotAuditError as error:
        assert error.message.startswith("odd")  # noqa: PT017 - either may be
    if document is not None:
        assert _judged([document]) == 0
    assert time.process_time() - began < MOST_SECONDS_HERE
