"""PA612 over what is known of a fork."""

import pytest

from tests.rules.run import run, severities

OPENED = 'opened = "db.py:9"'


def pool(*forks: str, words: str = "pool_size = 5") -> str:
    tables = ", ".join(f'{{ place = "gunicorn.conf.py:2", {fork} }}' for fork in forks)
    return f"[[pools]]\n{words}\nforks = [{tables}]"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("[[pools]]\npool_size = 5", []),
        (pool('by = "gunicorn"'), []),
        (pool(f'by = "gunicorn", {OPENED}'), ["error"]),
        (pool(f'by = "uwsgi", {OPENED}'), ["error"]),
        (pool(f'by = "celery", {OPENED}'), ["error"]),
        (pool(f'by = "multiprocessing", {OPENED}'), ["error"]),
        (pool(f'by = "multiprocessing", is_sure = false, {OPENED}'), ["warning"]),
        (pool(f'by = "gunicorn", {OPENED}, given_up = "gunicorn.conf.py:5"'), []),
        (pool(f'by = "gunicorn", {OPENED}', f'by = "celery", {OPENED}'), ["error", "error"]),
        (pool(f'by = "gunicorn", {OPENED}', 'by = "celery"'), ["error"]),
        (pool(f'by = "gunicorn", {OPENED}', words='poolclass = "NullPool"'), []),
        (pool(f'by = "gunicorn", {OPENED}', words='poolclass = "StaticPool"'), ["error"]),
        (pool(f'by = "gunicorn", {OPENED}', words='url = "postgresql://app@db/shop"'), []),
        (pool(f'by = "gunicorn", {OPENED}', words='url = "${URL}"'), ["error"]),
    ],
)
def test_what_is_known(toml: str, expected: list[str]) -> None:
    assert severities(run("PA612", toml)) == expected


REFUSED = 'refused = "db.py:18"'


@pytest.mark.parametrize(
    ("fork", "words", "expected"),
    [
        (f"{OPENED}, {REFUSED}", "pool_size = 5", []),
        (f"{OPENED}, {REFUSED}", "pool_pre_ping = true", ["error"]),
        (f"{OPENED}, {REFUSED}, is_sure = false", "pool_pre_ping = true", ["warning"]),
        (f'{OPENED}, {REFUSED}, given_up = "db.py:20"', "pool_pre_ping = true", []),
        (f'unknown = "it depends on db.py:8", {REFUSED}', "pool_size = 5", []),
        (REFUSED, "pool_pre_ping = true", []),
    ],
)
def test_a_listener_that_refuses_comes_after_a_ping(fork: str, words: str, expected: list[str]) -> None:
    report = run("PA612", pool(f'by = "gunicorn", {fork}', words=words))
    assert severities(report) == expected
    assert not report.unanswered
    assert all(
        finding.message.endswith(", and pings it before a listener can refuse it (db.py:18)")
        for finding in report.findings
    )


CLOSING = f'{OPENED}, given_up = "db.py:12", closes = true'


@pytest.mark.parametrize(
    ("by", "words", "expected"),
    [
        ("multiprocessing", "pool_size = 5", ["warning"]),
        ("multiprocessing", "pool_pre_ping = true", []),
        ("gunicorn", "pool_size = 5", []),
        ("uwsgi", "pool_size = 5", []),
        ("celery", "pool_size = 5", []),
    ],
)
def test_a_child_that_closes_its_parents_connections(by: str, words: str, expected: list[str]) -> None:
    assert severities(run("PA612", pool(f'by = "{by}", {CLOSING}', words=words))) == expected


def test_a_finding_names_both_places() -> None:
    (finding,) = run("PA612", pool(f'by = "gunicorn", process = "web", {OPENED}')).findings
    assert finding.message == (
        "app.yaml has a connection open (db.py:9) when gunicorn forks its workers of web (gunicorn.conf.py:2)"
    )
    assert str(finding.at) == "db.py:9"
    assert "post_fork" in finding.fix


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        (pool('by = "gunicorn", unknown = "it depends on db.py:8"'), "opened before the fork"),
        (pool(f'by = "gunicorn", {OPENED}', words='poolclass = "${X}"'), "poolclass"),
        (pool(f'by = "multiprocessing", {CLOSING}', words='pool_pre_ping = "${X}"'), "pool_pre_ping"),
        (pool(f'by = "gunicorn", {OPENED}, {REFUSED}', words='pool_pre_ping = "${X}"'), "pool_pre_ping"),
    ],
)
def test_unanswered_where_unknown(toml: str, part: str) -> None:
    report = run("PA612", toml)
    assert not report.findings
    assert [gap.missing.part for gap in report.unanswered] == [part]


def test_what_is_not_known_of_one_process_hides_nothing_of_another() -> None:
    report = run("PA612", pool('by = "gunicorn", unknown = "it depends on db.py:8"', f'by = "celery", {OPENED}'))
    assert [finding.severity.word for finding in report.findings] == ["error"]
    assert len(report.unanswered) == 1
