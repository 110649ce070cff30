"""A report for a pipe: each fact on a line that grep, awk and a mail's reader find."""

from typing import Any

import pytest
from hypothesis import given

from poolaudit.render import render
from poolaudit.report import Report
from tests.render.names import a_few, is_clean, reports
from tests.render.samples import LONG_NAME, SAMPLES


def shown(one: Report, **how: Any) -> str:  # noqa: ANN401 - whatever render takes
    return render(one, "plain", width=None, **{"color": True} | how)


@a_few
@given(reports())
def test_nothing_invisible_and_no_colour(one: Report) -> None:
    assert is_clean(shown(one, show_queries=True))
    assert shown(one, show_queries=True, ascii_only=True).isascii()


@a_few
@given(reports())
def test_each_finding_and_each_gap_is_one_line(one: Report) -> None:
    lines = shown(one).split("\n")
    starts = tuple(f"{word} PA201 idle-in-transaction: " for word in ("error", "warning", "info"))
    assert sum(line.startswith(starts) for line in lines) == len(one.findings)
    assert sum(line.startswith("unanswered PA202 idle-blocker: ") for line in lines) == 1


def table_of(name: str) -> tuple[list[str], list[list[str]]]:
    lines = shown(SAMPLES[name]()).split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("connections  "))
    head, *rows = lines[start : lines.index("", start)]
    return head.split(), [row.split(maxsplit=7) for row in rows if not row.startswith(("and ", "app@"))]


def test_the_table_has_the_same_columns_whatever_is_in_it() -> None:
    columns = ["connections", "running", "pooled", "held", "unknown", "oldest_held", "limit", "client"]
    for name in ("incident-0a", "healthy", "wide-names"):
        assert table_of(name)[0] == columns


def test_names_are_whole() -> None:
    text = shown(SAMPLES["wide-names"]())
    assert f"  {LONG_NAME}@10.0.0.2\n" in text
    assert "  报表用户@应用服务器一号.例子.中国 (订单处理程序, pid 7)\n" in text


def test_names_that_look_like_numbers_stay_as_they_are() -> None:
    from tests.render.samples import facts_of, report, server  # noqa: PLC0415 - this test alone makes a report

    users = ["1e5", "007", "nan", "0x1F", "1_000", "-"]
    one = server(processlist=[{"id": n, "user": user, "host": ""} for n, user in enumerate(users)])
    text = shown(report(facts_of(one)))
    assert sorted(line.split()[-1] for line in text.split("\n") if line.startswith("          1 ")) == sorted(users)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_line_ends_in_blanks(name: str) -> None:
    assert all(line == line.rstrip() for line in shown(SAMPLES[name]()).split("\n"))


def test_the_verdict_comes_first_and_the_sums_last() -> None:
    lines = shown(SAMPLES["incident-0a"]()).split("\n")
    assert lines[0].startswith("ERROR: app@10.0.3.7 (flask-todo, pid 4211) holds 5 of its 5 connections")
    assert lines[1].startswith("  do: close the session")
    assert lines[-2:] == ["3 errors, 0 warnings, 1 info; 30 rules ran, 1 unanswered; 0 ignored", ""]


def test_a_server_that_refused_is_no_server_without_clients() -> None:
    text = shown(SAMPLES["server-full"]())
    assert "server: db1:3306, refused with 1040 (Too many connections)" in text
    assert "no client is connected" not in text
    assert "no client is connected" in shown(SAMPLES["nobody"]())
