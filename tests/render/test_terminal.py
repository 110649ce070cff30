"""A report on a terminal, at any width and in any letters."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.render import render
from poolaudit.render.layout import cells
from poolaudit.render.terminal import NARROWEST
from poolaudit.report import Report, Severity
from tests.render.names import a_few, is_clean, reports
from tests.render.samples import SAMPLES, facts_of, finding, report, server

COLOUR = re.compile(r"\x1b\[[0-9;]+m")
WIDTHS = (1, 20, 40, 63, 80, 99, 100, 120, 200)
every_sample = pytest.mark.parametrize("name", SAMPLES)


def shown(one: Report, width: int = 80, **how: Any) -> str:  # noqa: ANN401 - whatever render takes
    return render(one, "terminal", width=width, **{"color": False} | how)


@a_few
@given(reports(), st.integers(NARROWEST, 200), st.booleans())
def test_lines_fit_and_hold_nothing_invisible(one: Report, width: int, plain: bool) -> None:
    text = shown(one, width, ascii_only=plain, show_queries=True)
    assert is_clean(text)
    assert all(cells(line) <= width for line in text.split("\n"))
    assert text.isascii() or not plain
    assert text.endswith("\n")


@every_sample
@pytest.mark.parametrize("width", WIDTHS)
def test_lines_fit(name: str, width: int) -> None:
    for line in shown(SAMPLES[name](), width).split("\n"):
        assert cells(line) <= max(width, NARROWEST)
        assert line == line.rstrip()


@every_sample
@pytest.mark.parametrize("width", WIDTHS)
def test_colour_adds_nothing_but_colour(name: str, width: int) -> None:
    one = SAMPLES[name]()
    plain = [line.rstrip() for line in COLOUR.sub("", shown(one, width, color=True)).split("\n")]
    assert plain == shown(one, width).split("\n")


@every_sample
def test_a_report_starts_with_its_verdict_and_ends_with_its_sums(name: str) -> None:
    lines = shown(SAMPLES[name]()).splitlines()
    assert lines[0].split()[0] in {"ERROR", "WARNING", "INFO", "OK", "PARTIAL"}
    assert "rules ran" in lines[-1]


def test_severity_is_a_word_and_not_colour_alone() -> None:
    found = tuple(finding("PA201", "idle-in-transaction", severity, severity.word) for severity in Severity)
    text = shown(report(facts_of(server()), found))
    for severity in Severity:
        assert f"\n{severity.word.upper()} PA201 idle-in-transaction\n" in text


def test_markup_is_text() -> None:
    markup = "[bold red]x[/bold red] :smile: [link=https://example.org]y[/link] \x1b[2J"
    one = server(processlist=[{"id": 1, "user": markup}])
    text = shown(report(facts_of(one), (finding("PA201", "idle-in-transaction", Severity.ERROR, markup),)), 200)
    assert text.count("[bold red]x[/bold red] :smile: [link=https://example.org]y[/link] \\x1b[2J") == 3


def rows_of_the_table(text: str) -> list[str]:
    lines = text.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("client "))
    return lines[start : lines.index("", start)]


@pytest.mark.parametrize("width", [80, 99, 100, 120, 200])
def test_a_row_is_one_line_and_shows_what_is_held(width: int) -> None:
    head, *rows = rows_of_the_table(shown(SAMPLES["wide-names"](), width))
    end = head.index("held") + len("held")
    assert len(rows) == 5
    for row, held in zip(rows, "11000", strict=True):
        columns = [character for character in row for _ in range(cells(character))]
        assert columns[end - 1] == held
        assert columns[end] == " "


@pytest.mark.parametrize("width", [20, 40, 60])
def test_where_a_table_would_not_fit_clients_are_told_one_by_one(width: int) -> None:
    text = " ".join(shown(SAMPLES["incident-0a"](), width).split())
    assert "app@10.0.3.7 (flask-todo, pid 4211) 5 open, 5 held, oldest for 10 h 34 min, limit 5" in text
    assert "root@localhost (mysql, pid 999) 1 open, 1 running" in text


def test_full_headers_where_there_is_room() -> None:
    head = rows_of_the_table(shown(SAMPLES["incident-0a"](), 120))[0]
    assert head.split("  ")[-1] == "pool's limit"
    assert "connections  running  idle in pool  held  oldest held" in head


def test_columns_that_say_nothing_are_left_out() -> None:
    assert rows_of_the_table(shown(SAMPLES["healthy"](), 80))[0].split()[1:] == [
        "connections",
        "running",
        "idle",
        "in",
        "pool",
        "held",
    ]


def bar(connected: int, peak: int, limit: int) -> str:
    one = server(
        variables={"max_connections": str(limit)},
        counters={"Threads_connected": connected, "Max_used_connections": peak},
    )
    return shown(report(facts_of(one))).split("\n")[3].split(" ")[0]


@pytest.mark.parametrize(
    ("connected", "peak", "limit", "drawn"),
    [
        (0, 0, 151, "░" * 24),
        (1, 1, 100_000, "█" + "░" * 23),
        (12, 18, 24, "█" * 12 + "▒" * 6 + "░" * 6),
        (24, 25, 24, "█" * 24),
        (30, 30, 24, "█" * 24),
        (1, 25, 24, "█" + "▒" * 23),
        (24, 0, 48, "█" * 12 + "░" * 12),
    ],
)
def test_bar(connected: int, peak: int, limit: int, drawn: str) -> None:
    assert bar(connected, peak, limit) == drawn


def test_a_server_that_lets_nobody_in_by_its_settings_has_no_bar() -> None:
    one = server(variables={"max_connections": "0"})
    assert "connections  12 of 0 in use, peak 40" in shown(report(facts_of(one)))


def test_a_socket_with_a_long_path_stands_on_its_own_line() -> None:
    path = "/var/lib/mysql/" + "deep/" * 10 + "mysqld.sock"
    assert f"\n{path}\n  MySQL 8.4.3" in shown(report(facts_of(server(address=path))), 100)


def test_what_findings_share_is_said_once() -> None:
    text = shown(SAMPLES["five-thousand"](), 120)
    assert text.count("PA201 idle-in-transaction") == 1
    assert text.count("each is a connection") == 1
    assert text.count("  seen  app@") == 3


def test_the_same_advice_is_said_once() -> None:
    found = [finding("PA205", "long-sleepers", Severity.INFO, "asleep", fix=fix) for fix in ("sleep", "sleep", "wake")]
    lines = shown(report(facts_of(server()), tuple(found))).split("\n")
    assert [line.strip() for line in lines if line.startswith("  do ")] == ["do    sleep", "do    wake"]


def test_the_same_rule_with_another_reason_says_it() -> None:
    found = [finding("PA602", "pre-ping-off", Severity.INFO, why, why=why) for why in ("one reason", "another reason")]
    text = shown(report(facts_of(server()), tuple(found)))
    assert text.count("INFO PA602 pre-ping-off") == 2
    assert text.count("  why   ") == 2
