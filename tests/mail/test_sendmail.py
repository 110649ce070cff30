"""Letters to a program that stands in for sendmail."""

import os
from pathlib import Path

import pytest

from poolaudit.mail.delivery import Delivered, DeliveryError
from poolaudit.mail.sendmail import Sendmail, find_sendmail

LETTER = b"Subject: two errors\r\n\r\nlook at db1\r\n"
FROM, TO = "poolaudit@example.com", ("dba@example.com", "ops@example.com")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return tmp_path / "sendmail"


def does(program: Path, script: str) -> Sendmail:
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return Sendmail(str(program))


def refused(sendmail: Sendmail) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sendmail.send(LETTER, FROM, TO)
    return caught.value


def test_it_is_handed_over_with_the_machines_own_line_ends(program: Path, tmp_path: Path) -> None:
    sendmail = does(program, f'cat > "{tmp_path}/letter"; echo "$@" > "{tmp_path}/arguments"')
    assert sendmail.send(LETTER, FROM, TO) == Delivered()
    assert (tmp_path / "letter").read_bytes() == LETTER.replace(b"\r\n", b"\n")
    assert (tmp_path / "arguments").read_text("utf-8") == f"-oi -f {FROM} -- {' '.join(TO)}\n"


@pytest.mark.parametrize(("code", "is_lasting"), [(os.EX_TEMPFAIL, False), (os.EX_NOUSER, True)])
def test_it_is_not_taken(program: Path, code: int, *, is_lasting: bool) -> None:
    error = refused(does(program, f"cat > /dev/null; echo 'no \x1b[31mway' >&2; exit {code}"))
    assert error.message == f"{program} ended with {code}: no [31mway"
    assert error.is_lasting is is_lasting


def test_it_says_nothing(program: Path) -> None:
    assert refused(does(program, "cat > /dev/null; exit 1")).message.endswith("it does not say why")


@pytest.mark.slow
def test_it_hangs(program: Path) -> None:
    error = refused(does(program, "exec sleep 60")._replace(timeout_seconds=0.3))
    assert error.message == f"{program} did not end in 0.3 s"
    assert not error.is_lasting


def test_it_is_not_there(program: Path) -> None:
    assert refused(Sendmail(str(program))).message == f"{program} cannot be run: No such file or directory"


def test_it_is_found_in_the_path(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    does(program, "true")
    monkeypatch.setenv("PATH", str(program.parent))
    assert find_sendmail() == str(program)


def test_it_is_found_where_cron_has_no_path_to(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program.parent / "nowhere"))
    monkeypatch.setattr("poolaudit.mail.sendmail.PLACES", (str(program),))
    assert find_sendmail() is None
    does(program, "true")
    assert find_sendmail() == str(program)
