"""Whatever a file is: one clear sentence, the right exit code, the others still judged, and no password anywhere."""

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.slow

CANARY = "hunter2"
URL = f"url: mysql://app:{CANARY}@db/shop\n"
POOL = URL + "pool_size: 5\nmax_overflow: -1\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n" for before, one in zip("abcdefghi", "bcdefghij", strict=True)
)
FORMATS = ("plain", "terminal", "json", "sarif", "github", "junit", "markdown")

READABLE = {
    "empty": (b"", 0),
    "blank": (b"\n\n   \n", 0),
    "a mark alone": (b"\xef\xbb\xbf", 0),
    "a mark and CRLF": (b"\xef\xbb\xbf" + POOL.replace("\n", "\r\n").encode(), 1),
    "UTF-16": (POOL.encode("utf-16"), 1),
    "escape sequences in a comment": (POOL.encode() + b"# \\x1b[2J and \xe2\x80\xae\n", 1),
    "a long line": (POOL.encode() + b"# " + b"x" * 200_000, 1),
    "ten thousand comments": (POOL.encode() + b"# x\n" * 10_000, 1),
}
UNREADABLE = {
    "binary": b"\x7fELF\x00\x01" + CANARY.encode() + b"\xff\xfe\x00",
    "latin-1": POOL.encode() + "# Größe\n".encode("latin-1"),
    "half of UTF-16": b"\xff\xfea",
    "a syntax error": POOL.encode() + b"b: [1, 2\n",
    "a tab": URL.encode() + b"\tx: 1\n",
    "a template": URL.encode() + f"{{% if {CANARY} %}}\npool_size: 5\n".encode(),
    "control characters": POOL.encode() + b"x: \x00\x1b[2J\n",
    "too deep": (POOL + "x: " + "[" * 5000).encode(),
    "too large": POOL.encode() + b"# " + b"x" * 1_000_000,
    "an alias that holds itself": POOL.encode() + b"x: &x [*x]\n",
    "too many values": (POOL + "x: [" + "1," * 60_000 + "]\n").encode(),
}

SLOW = ("too many values", "too deep")


@pytest.mark.parametrize("what", READABLE)
def test_what_can_be_read(what: str, poolaudit: Run, clean_place: Path) -> None:
    content, code = READABLE[what]
    (clean_place / "app.yaml").write_bytes(content)
    done = poolaudit("check-config", "app.yaml")
    assert (done.code, done.err) == (code, "")
    assert CANARY not in done.out


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read(what: str, poolaudit: Run, clean_place: Path) -> None:
    (clean_place / "bad.yaml").write_bytes(UNREADABLE[what])
    (clean_place / "good.yaml").write_text(POOL)
    for form in FORMATS if what not in SLOW else FORMATS[:1]:
        code, out, err = poolaudit("check-config", "bad.yaml", "good.yaml", "--format", form)
        assert code == 3
        assert CANARY not in out + err
        assert err.startswith("poolaudit: error: bad.yaml")
        assert err.count("poolaudit: error:") == 1
        assert "fault" not in err
        assert "PA603" in out
        assert "PA903" in out or form == "junit" or "unanswered" in out
    for option in ("--list", "--diff", "--fix") if what not in SLOW else ():
        code, out, err = poolaudit("check-config", "bad.yaml", "good.yaml", option)
        assert code == 3
        assert CANARY not in out + err
    assert (clean_place / "bad.yaml").read_bytes() == UNREADABLE[what]


def test_a_bomb_of_aliases_is_read_in_no_time_or_refused(poolaudit: Run, clean_place: Path) -> None:
    (clean_place / "app.yaml").write_text(POOL + BOMB)
    code, out, err = poolaudit("check-config", "app.yaml")
    assert code in {1, 3}
    assert CANARY not in out + err


@pytest.mark.parametrize("target", ["loop.yaml", "nowhere.yaml", "folder/."])
def test_links_that_lead_nowhere(target: str, poolaudit: Run, clean_place: Path) -> None:
    (clean_place / "folder").mkdir()
    (clean_place / "loop.yaml").symlink_to(target)
    code, _, err = poolaudit("check-config", "loop.yaml")
    assert code == (3 if not target.startswith("folder") or err else 0)


@pytest.mark.parametrize("path", ["none.yaml", "a/b/c.yaml", "x" * 300, "nul\x00.yaml"])
def test_paths_that_there_are_not(path: str, poolaudit: Run) -> None:
    code, out, err = poolaudit("check-config", path)
    assert code == 3
    assert err.count("\n") <= 2
    assert "\x00" not in err + out


def test_a_file_that_may_not_be_read(poolaudit: Run, clean_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clean_place / "app.yaml").write_text(POOL)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    # The tests may run as root, who may read everything.
    monkeypatch.setattr("poolaudit.readers.source.os.open", refuse)
    code, out, err = poolaudit("check-config", "app.yaml")
    assert code == 3
    assert "Permission denied" in err
    assert "PA903" in out
