"""Captures: what a scan looked at, as JSON, for another person or another day.

Version 1 is an object with `capture` (the version), `poolaudit`, `taken_at` (UTC, ISO 8601) and one `server`: its
`address`, `version`, `flavor`, and a key for each section. A section that could not be read is `{"missing": {…}}`.
Statements' texts and passwords are not in it unless they were asked for.
"""

import json
from collections.abc import Callable, Container, Mapping
from datetime import datetime
from functools import partial
from math import inf
from typing import Any, TypeVar

from poolaudit import __version__
from poolaudit.errors import CannotAuditError
from poolaudit.facts.missing import Missing
from poolaudit.facts.server import (
    Account,
    AccountError,
    Flavor,
    Later,
    Refusal,
    Sections,
    Server,
)
from poolaudit.facts.session import LastStatement, LockWait, ProcessRow, Program, Transaction

CAPTURE_VERSION = 1
LARGEST_CAPTURE_BYTES = 256 * 1024 * 1024

T = TypeVar("T")


class _DamagedError(Exception):
    """A capture does not hold what it should; the message says where."""


def to_json(server: Server, note: str = "") -> str:
    """Write a server's facts as a capture; the same facts give the same text. `note` says where they come from."""
    document = {
        "capture": CAPTURE_VERSION,
        **({"note": note} if note else {}),
        "poolaudit": __version__,
        "taken_at": server.taken_at.isoformat(),
        "server": _server_out(server),
    }
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def from_json(text: str | bytes, name: str) -> Server:
    """Read a capture that `name` names; CannotAuditError where it is damaged or of a newer version."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CannotAuditError(f"{name} is no capture: it is not JSON ({error})", _HINT) from None
    try:
        version = _version(document)
        if version > CAPTURE_VERSION:
            raise CannotAuditError(
                f"{name} is a capture of version {version}; this poolaudit reads up to version {CAPTURE_VERSION}",
                "read it with the poolaudit that wrote it, or a newer one",
            )
        return server_from(_item(document, "server", dict, "the document"), _moment(document))
    except _DamagedError as error:
        raise CannotAuditError(f"{name} is a damaged capture: {error}", _HINT) from None


def _version(document: object) -> int:
    version = _item(document, "capture", int, "the document")
    if version < 1:
        raise _DamagedError(f"capture is {version}")
    return version


_HINT = "write one with: poolaudit capture -o FILE"


def server_from(table: Mapping[str, Any], taken_at: datetime) -> Server:
    """Build a server from a capture's `server` object."""
    _known_keys(table, {"address", "version", "flavor", "peak_at", "refused", *_READ}, "server")
    flavor, peak_at = _item(table, "flavor", str, "server"), table.get("peak_at")
    if flavor not in set(Flavor):
        raise _DamagedError(f"server.flavor is {flavor!r}")
    refused = table.get("refused")
    return Server(
        address=_item(table, "address", str, "server"),
        version=_item(table, "version", str, "server"),
        flavor=Flavor(flavor),
        taken_at=taken_at,
        peak_at=None if peak_at is None else _parse_moment(peak_at, "server.peak_at"),
        refused=None if refused is None else _row(Refusal, refused, "server.refused"),
        sections=Sections(**{name: _section(table, name, read) for name, read in _READ.items()}),
    )


def _server_out(server: Server) -> dict[str, object]:
    out: dict[str, object] = {"address": server.address, "version": server.version, "flavor": str(server.flavor)}
    if server.peak_at is not None:
        out["peak_at"] = server.peak_at.isoformat()
    if server.refused is not None:
        out["refused"] = _row_out(server.refused)
    return out | {name: _out(section) for name, section in server.sections._asdict().items()}


def _out(section: object) -> object:
    if isinstance(section, Missing):
        return {"missing": section._asdict()}
    if isinstance(section, Later):
        return {"after_seconds": section.after_seconds, "counters": dict(section.counters)}
    if isinstance(section, tuple):
        return [_row_out(row) for row in section]
    if isinstance(section, Mapping):
        return {str(key): value for key, value in section.items()}
    raise TypeError(type(section))


def _row_out(row: Any) -> dict[str, object]:  # noqa: ANN401 - a row of any section
    """Give a row's fields, those at their default left out: 5,000 sessions are to stay small."""
    defaults = row._field_defaults
    return {name: value for name, value in row._asdict().items() if name not in defaults or value != defaults[name]}


def _section(table: Mapping[str, Any], name: str, read: Callable[[Any, str], T]) -> T | Missing:
    where = f"server.{name}"
    if name not in table:
        raise _DamagedError(f"{where} is not there")
    value = table[name]
    if isinstance(value, dict) and set(value) == {"missing"}:
        return _row(Missing, value["missing"], where)
    return read(value, where)


def _row(kind: type[T], value: object, where: str) -> T:
    if not isinstance(value, dict):
        raise _DamagedError(f"{where} holds {value!r:.40} where an object belongs")
    row: Any = kind
    _known_keys(value, row._fields, where)
    for name in row._fields:
        if name in value:
            _check(value[name], kind.__annotations__[name], f"{where}.{name}")
        elif name not in row._field_defaults:
            raise _DamagedError(f"{where} has no {name}")
    return kind(**value)


def _check(value: object, kind: Any, where: str) -> None:  # noqa: ANN401 - a type or a union, as fields() gives it
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _DamagedError(f"{where} is {value!r:.40}")


def _known_keys(table: Mapping[str, Any], known: Container[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise _DamagedError(f"{where} has {key!r}, which this version does not know")


def _item(table: object, key: str, kind: type[T], where: str) -> T:
    if not isinstance(table, dict) or key not in table:
        raise _DamagedError(f"{where} has no {key!r}")
    value = table[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _DamagedError(f"{key} is {value!r:.40}")
    return value


def _moment(document: Mapping[str, Any]) -> datetime:
    return _parse_moment(_item(document, "taken_at", str, "the document"), "taken_at")


def _parse_moment(text: object, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise _DamagedError(f"{where} is {text!r:.40}, no moment") from None
    if moment.tzinfo is None:
        raise _DamagedError(f"{where} is {text!r:.40}, without a time zone")
    return moment


def _rows(kind: type[T], value: object, where: str) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise _DamagedError(f"{where} is no list")
    return tuple(_row(kind, row, f"{where}[{number}]") for number, row in enumerate(value))


def _table(kind: type[T], value: object, where: str) -> dict[str, T]:
    if not isinstance(value, dict):
        raise _DamagedError(f"{where} is no object")
    for key, entry in value.items():
        _check(entry, kind, f"{where}.{key}")
    return value


def _counters(value: object, where: str) -> dict[str, int]:
    table = _table(int, value, where)
    for name, number in table.items():
        if number < 0:
            raise _DamagedError(f"{where}.{name} is {number}, less than nothing")
    return table


def _by_id(value: object, where: str) -> dict[int, int]:
    try:
        return {int(key): entry for key, entry in _table(int, value, where).items()}
    except ValueError:
        raise _DamagedError(f"{where} has a key that is no id") from None


def _later(value: object, where: str) -> Later:
    counters = _counters(_item(value, "counters", dict, where), f"{where}.counters")
    after = value["after_seconds"] if isinstance(value, dict) and "after_seconds" in value else None
    if isinstance(after, bool) or not isinstance(after, (int, float)) or not 0 < after < inf:
        raise _DamagedError(f"{where}.after_seconds is {after!r:.40}")
    return Later(after, counters)


_READ: dict[str, Callable[[Any, str], Any]] = {
    "variables": partial(_table, str),
    "counters": _counters,
    "processlist": partial(_rows, ProcessRow),
    "transactions": partial(_rows, Transaction),
    "programs": partial(_rows, Program),
    "statements": partial(_rows, LastStatement),
    "lock_waits": partial(_rows, LockWait),
    "wait_timeouts": _by_id,
    "accounts": partial(_rows, Account),
    "errors": partial(_rows, AccountError),
    "later": _later,
}
