"""PA304 at its threshold, with and without the host cache in use."""

import pytest

from tests.rules.run import run, severities


def facts(errors: int, cache: int = 279, skip: str = "OFF") -> str:
    return (
        f'variables = {{ max_connect_errors = "{errors}", host_cache_size = "{cache}", skip_name_resolve = "{skip}" }}'
    )


@pytest.mark.parametrize(("errors", "expected"), [(1, ["warning"]), (99, ["warning"]), (100, []), (101, [])])
def test_threshold(errors: int, expected: list[str]) -> None:
    assert severities(run("PA304", facts(errors))) == expected


@pytest.mark.parametrize(
    ("cache", "skip", "expected"),
    [(1, "OFF", ["warning"]), (0, "OFF", []), (279, "ON", []), (279, "on", []), (279, "1", []), (0, "ON", [])],
)
def test_only_with_the_host_cache_in_use(cache: int, skip: str, expected: list[str]) -> None:
    assert severities(run("PA304", facts(10, cache, skip))) == expected


def test_says_the_number() -> None:
    (finding,) = run("PA304", facts(10)).findings
    assert finding.message.startswith("10 broken connects in a row")
    assert finding.evidence == {"max_connect_errors": 10}


def test_unanswered_without_variables() -> None:
    report = run("PA304", 'missing = ["variables"]')
    assert [(gap.code, gap.missing.part) for gap in report.unanswered] == [("PA304", "variables")]
