"""The trend as SVG, as PNG and as bars of text: the same numbers, and what they mean said in words."""

import sys
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from poolaudit.facts.usage import Usage
from poolaudit.render.shape import Trend
from poolaudit.render.trend import trend_of
from poolaudit.render.trend_png import HEIGHT_PIXELS, WIDTH_PIXELS, png_of
from poolaudit.render.trend_svg import HEIGHT, WIDTH, svg_of
from poolaudit.render.trend_text import bars_of
from poolaudit.report import Report
from tests.facts_toml import TAKEN_AT
from tests.render.names import a_few, is_clean, reports_with_past
from tests.render.past import week

draws = pytest.mark.slow  # matplotlib takes a second to import

SVG = "{http://www.w3.org/2000/svg}"


def a_trend() -> Trend:
    one = week()
    trend = trend_of(one, one.facts.servers[0])
    assert trend is not None
    return trend


def of(*looks: Usage) -> Trend:
    return Trend(looks, "words")


def drawn(trend: Trend, title: str = "db1") -> ET.Element:
    return ET.fromstring(svg_of(trend, title))  # noqa: S314 - drawn by the line above


def test_the_drawing_says_what_it_shows() -> None:
    root = drawn(a_trend(), "Connections of <db1>")
    assert root.attrib["role"] == "img"
    assert [(child.tag, child.text) for child in list(root)[:2]] == [
        (f"{SVG}title", "Connections of <db1>"),
        (f"{SVG}desc", a_trend().words),
    ]


def test_gaps_refusals_and_the_restart_are_marks() -> None:
    classes = [element.attrib.get("class") for element in drawn(a_trend()).iter()]
    assert classes.count("area") == 2
    assert classes.count("unread") == 2
    assert classes.count("restart") == 1
    assert classes.count("refused") == 6
    assert classes.count("limit") == 1


def test_a_limit_that_changes_is_a_step() -> None:
    looks = [Usage(TAKEN_AT + timedelta(hours=n), 10, max_connections=limit) for n, limit in enumerate((100, 100, 200))]
    (path,) = (element for element in drawn(of(*looks)).iter() if element.attrib.get("class") == "limit")
    assert path.attrib["d"].count("V") == 1


@a_few
@given(reports_with_past())
def test_every_drawing_is_well_formed_and_stays_in_its_frame(one: Report) -> None:
    trend = trend_of(one, one.facts.servers[0])
    if trend is None:
        return
    root = drawn(trend, "any\u0041")
    for element in root.iter():
        points = element.attrib.get("points", "").replace(",", " ").split()
        assert all(0 <= float(x) <= WIDTH + 1 for x in points[::2])
        assert all(-0.1 <= float(y) <= HEIGHT for y in points[1::2])
    lines = list(bars_of(trend))
    assert all(is_clean(line) and len(line) <= 78 for line in lines)


@draws
def test_one_look_alone_can_be_drawn() -> None:
    assert drawn(of(Usage(TAKEN_AT, 3))).tag == f"{SVG}svg"
    assert png_of(of(Usage(TAKEN_AT, 3))).startswith(b"\x89PNG")
    assert list(bars_of(of(Usage(TAKEN_AT, 3)))) == [f"06:00  {'#' * 22}{'.' * 8}  3"]


@draws
def test_nothing_known_can_be_drawn() -> None:
    trend = of(*(Usage(TAKEN_AT + timedelta(hours=n), was_read=False) for n in range(3)))
    assert "polyline" not in svg_of(trend, "db1")
    assert png_of(trend).startswith(b"\x89PNG")
    assert [line.split("  ")[-1] for line in bars_of(trend)] == ["no answer"] * 3


@draws
def test_the_picture_is_a_png_of_its_size_and_the_same_each_time() -> None:
    picture = png_of(a_trend())
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == (WIDTH_PIXELS, HEIGHT_PIXELS)
    assert len(picture) < 60_000
    assert picture == png_of(a_trend())


@draws
def test_the_picture_needs_no_pyplot() -> None:
    before = "matplotlib.pyplot" in sys.modules
    png_of(a_trend())
    assert before or "matplotlib.pyplot" not in sys.modules


def test_without_matplotlib_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError):
        png_of(a_trend())


def test_bars_of_a_week() -> None:
    lines = list(bars_of(a_trend()))
    assert len(lines) == 12
    assert lines[0] == f"14 Nov 06:00  {'#' * 12}{'.' * 18}  58 of 151"
    assert lines[7].endswith(f"{'#' * 30}  151 of 151, 74 refused")
