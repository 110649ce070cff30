"""Captures that are damaged, truncated, newer, huge, binary or nested without end: never a traceback."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolaudit.cli import main
from poolaudit.cli.errors import ExitCode
from tests.faults.busy import busy
from tests.faults.command import Outcome, each, poolaudit
from tests.servers import Server

Audit = Callable[[bytes], Outcome]
BOUNDED = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ODD: list[Any] = [
    None, True, -1, 0, 2**70, 1.5, float("nan"), float("inf"), "", "\x1b[31m", "\ud800", "9" * 5000,
    [], {}, [[]], {"missing": {}},
]  # fmt: skip


@pytest.fixture(scope="module")
def recorded() -> list[bytes]:
    """Keep the capture between tests: it takes a server."""
    return []


@pytest.fixture
def capture(mysql97: Server, recorded: list[bytes]) -> bytes:
    """Give a capture of a server with something in every section."""
    if not recorded:
        with busy(mysql97):
            made = poolaudit("capture", "--show-queries", "--interval", "0.1", "-o", "-", dsn=mysql97.dsn())
        recorded.append(made.audited().encode())
    return recorded[0]


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Audit:
    """Audit a capture in this process, as the command does, for a process each would be too many."""

    def run(content: bytes) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["poolaudit", "scan", "--from", "-", "--format", "json"])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        code = int(main())
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return run


def read_or_refused(outcome: Outcome) -> None:
    """Demand a report, or one sentence that says what is wrong with the capture."""
    if outcome.code in {ExitCode.OK, ExitCode.FOUND}:
        assert json.loads(outcome.out)["schema"] == 1
        assert outcome.err == ""
    else:
        assert "standard input is" in outcome.cannot_audit()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    """Name every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:  # noqa: ANN401 - JSON
    """Give the document with another value in one place; `...` takes the place away."""
    if not path:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    if len(path) == 1 and value is ...:
        del copy[path[0]]
    else:
        copy[path[0]] = changed(document[path[0]], path[1:], value)
    return copy


def test_the_capture_itself_is_good(capture: bytes, audit: Audit) -> None:
    assert audit(capture).code in {ExitCode.OK, ExitCode.FOUND}


@BOUNDED
@given(data=st.data())
def test_another_value_somewhere(capture: bytes, audit: Audit, data: st.DataObject) -> None:
    document = json.loads(capture)
    path = data.draw(st.sampled_from(places(document)))
    value = data.draw(st.sampled_from(ODD if not path else [*ODD, ...]))
    read_or_refused(audit(json.dumps(changed(document, path, value)).encode()))


@BOUNDED
@given(data=st.data())
def test_bytes_that_are_damaged(capture: bytes, audit: Audit, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(capture)))
    end = data.draw(st.integers(begin, min(len(capture), begin + 40)))
    read_or_refused(audit(capture[:begin] + data.draw(st.binary(max_size=8)) + capture[end:]))


@BOUNDED
@given(data=st.data())
def test_a_file_that_ends_early(capture: bytes, audit: Audit, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(capture.rstrip()) - 1))
    audit(capture[:end]).cannot_audit("standard input is no capture: it is not JSON")


def test_files_of_every_wrong_kind(tmp_path: Path, capture: bytes) -> None:
    """Each in a process of its own, for memory and the stack are what is at stake."""
    good = json.loads(capture)
    newer = json.dumps({**good, "capture": 2}).encode()
    kinds = {
        "newer": (newer, "is a capture of version 2; this poolaudit reads up to version 1"),
        "older than the first": (json.dumps({**good, "capture": 0}).encode(), "is a damaged capture: capture is 0"),
        "below nothing": (
            json.dumps(changed(good, ("server", "counters", "Uptime"), -5)).encode(),
            "is a damaged capture: server.counters.Uptime is -5, less than nothing",
        ),
        "without end": (
            json.dumps(changed(good, ("server", "later", "after_seconds"), float("nan"))).encode(),
            "is a damaged capture: server.later.after_seconds is nan",
        ),
        "empty": (b"", "is not JSON"),
        "binary": (bytes(range(256)) * 64, "is not JSON"),
        "deep": (b"[" * 1_000_000, "is not JSON"),
        "deep objects": (b'{"a":' * 500_000, "is not JSON"),
        "a long number": (b'{"capture": ' + b"9" * 10_000 + b"}", "is no"),
        "utf-16": (capture.decode().encode("utf-16"), ""),
        "a list": (b"[]", "is a damaged capture"),
        "another file": (b'{"schema": 1, "findings": []}', "is a damaged capture"),
    }
    for name, (content, _) in kinds.items():
        (tmp_path / name).write_bytes(content)
    outcomes = each(lambda name: poolaudit("scan", "--from", str(tmp_path / name)), kinds)
    for (name, (_, words)), outcome in zip(kinds.items(), outcomes, strict=True):
        if words:
            assert str(tmp_path / name) in outcome.cannot_audit(words)
        else:
            assert outcome.code in {0, 1}


def test_what_is_no_file_at_all(tmp_path: Path) -> None:
    poolaudit("scan", "--from", str(tmp_path)).refused("Is a directory")
    poolaudit("scan", "--from", str(tmp_path / "nowhere")).refused("No such file or directory")
    poolaudit("scan", "--from", "/dev/null").cannot_audit("is not JSON")


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    """A sparse terabyte costs nothing to make, and neither memory nor time to refuse."""
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(2**40)
    poolaudit("scan", "--from", str(huge)).refused("is too large for a capture: more than 256 MiB")
