"""Lines of shell as the commands that they run, and what fills their variables in."""

from shlex import quote

import pytest

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located
from poolaudit.readers.running.command_line import command_of, commands_in, exported_in, filled, words_of

HERE = Place("start.sh", 1)
GUNICORN = ("gunicorn", "app:app")


@pytest.mark.parametrize(
    "text",
    [
        "gunicorn app:app",
        "exec gunicorn app:app",
        "env A=1 gunicorn app:app",
        "A=1 B='2 3' exec gunicorn app:app",
        "poetry run gunicorn app:app",
        "uv run --no-sync gunicorn app:app",
        "pipenv run gunicorn app:app",
        "sh -c 'gunicorn app:app'",
        'bash -lc "exec gunicorn app:app"',
        "sh -c \"bash -c 'gunicorn app:app'\"",
        "gosu app gunicorn app:app",
        "dumb-init -- gunicorn app:app",
        "tini -- gunicorn app:app",
        "ddtrace-run gunicorn app:app",
        "newrelic-admin run-program gunicorn app:app",
        "./wait-for-it.sh db:3306 -t 30 -- gunicorn app:app",
        "nohup gunicorn app:app",
        "then gunicorn app:app",
        "gunicorn app:app  # the site",
        "gunicorn app:app 2>&1",
    ],
)
def test_what_stands_around_a_command_is_taken_off(text: str) -> None:
    (command,) = commands_in(text, HERE)
    assert command.words[:2] == GUNICORN
    assert command.place == HERE


def test_each_command_of_a_line() -> None:
    found = commands_in(
        "export A=1; B=2; cd x && python manage.py migrate || true; celery worker & gunicorn app:app", HERE
    )
    assert [one.words[0] for one in found] == ["cd", "python", "true", "celery", "gunicorn"]
    assert [one.is_aside for one in found] == [False, False, False, True, False]
    assert {name: one.value for name, one in found[-1].environment.items()} == {"A": "1", "B": "2"}


def test_a_list_of_words_is_no_line_of_shell() -> None:
    (command,) = command_of(("gunicorn", "-b", "a && b", "app:app"), HERE)
    assert command.words == ("gunicorn", "-b", "a && b", "app:app")
    (inner,) = command_of(("/bin/sh", "-c", "gunicorn app:app"), HERE)
    assert inner.words == GUNICORN
    assert command_of(("exec",), HERE) == ()


@pytest.mark.parametrize("text", ["gunicorn 'app:app", 'sh -c "gunicorn', "", "  # nothing", "A=1", "x" * 30_000])
def test_what_is_no_command_gives_none(text: str) -> None:
    assert commands_in(text, HERE) == ()


def test_shells_within_shells_end_somewhere() -> None:
    text = "gunicorn"
    for _ in range(6):
        text = f"sh -c {quote(text)}"
    assert commands_in(text, HERE) == ()


@pytest.mark.parametrize(
    ("text", "value", "unknown"),
    [
        ("4", "4", None),
        ("${W}", None, "environment variable W, no default"),
        ("$W", None, "environment variable W, no default"),
        ("${W:-4}", "4", None),
        ("${W-4}", "4", None),
        ("${W:=4}", "4", None),
        ("${W:?say it}", None, "environment variable W, no default"),
        ("${SAID}", "7", None),
        ("${SAID:-4}", "7", None),
        ("0.0.0.0:${PORT:-8000}", "0.0.0.0:8000", None),
        ("${A}:${SAID}", None, "environment variable A, no default"),
        ("${*}", None, "worked out when it starts"),
        ("${*nproc}", None, "as many as there are processors"),
    ],
)
def test_variables(text: str, value: str | None, unknown: str | None) -> None:
    found = filled(text, {"SAID": Located("7", HERE)}, HERE)
    assert (found.value, found.unknown) == (value, unknown)


def test_where_a_value_comes_from_is_kept() -> None:
    assert filled("${W:-4}", {}, HERE).note == "the default of environment variable W"
    said = filled("${SAID:-4}", {"SAID": Located("7", Place("compose.yml", 5))}, HERE)
    assert (said.place, said.note) == (Place("compose.yml", 5), "environment variable SAID")
    assert filled("${*nproc}", {}, HERE, 8).value == 8


def test_what_a_shell_works_out_is_one_word() -> None:
    (command,) = commands_in("gunicorn -w $(nproc) -t $((2 * $(nproc) + 1)) -b `hostname -i`:80 app", HERE)
    assert command.words == ("gunicorn", "-w", "${*nproc}", "-t", "${*}", "-b", "${*}:80", "app")


def test_exported_variables() -> None:
    found = exported_in("export A=1 B=${A}2; C=3; run D=4", HERE)
    assert {name: one.value for name, one in found.items()} == {"A": "1", "B": "12", "C": "3"}


def test_words_alone() -> None:
    assert words_of("--workers 4 'a b'") == ("--workers", "4", "a b")
    assert words_of("it's") == ()
