"""Lines fit, whatever letters they are made of."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.render.layout import Span, cells, labelled, middle_cut, padded, painted, paragraph, wrapped
from poolaudit.render.text import safe
from tests.render.names import texts


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("中文", 4), ("e\u0301", 1), ("🚀", 2), ("", 0)])
def test_cells(text: str, columns: int) -> None:
    assert cells(text) == columns


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("app@10.0.3.7", 12, "app@10.0.3.7"),
        ("app@10.0.3.7", 11, "app@1….3.7"),
        ("中文数据库", 7, "中…库"),
        ("中文数据库", 9, "中文…据库"),
        ("abe\u0301", 2, "a…"),
    ],
)
def test_names_are_cut_in_the_middle(text: str, width: int, cut: str) -> None:
    shown = middle_cut(text, width, "…")
    assert cells(shown) <= width
    assert (shown[0], shown[-1]) == (cut[0], cut[-1])
    assert ("…" in shown) == ("…" in cut)


def test_an_accent_is_not_torn_from_its_letter() -> None:
    assert middle_cut("xxxxxe\u0301y", 4, "…") == "xx…y"


@given(texts.map(safe), st.integers(3, 40))
def test_a_cut_name_fits_and_keeps_its_ends(text: str, width: int) -> None:
    shown = middle_cut(text, width, "…")
    head, mark, tail = shown.partition("…") if shown != text else (text, "", "")
    assert cells(shown) <= width
    assert text.startswith(head)
    assert text.endswith(tail)
    assert bool(mark) == (cells(text) > width)


@given(texts.map(safe), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1), st.integers(9, 30))
def test_a_line_takes_as_many_words_as_fit(words: list[str], width: int) -> None:
    lines = wrapped(" ".join(words), width)
    for line, following in pairwise(lines):
        assert len(line) + 1 + len(following.split(" ")[0]) > width


@pytest.mark.parametrize("whole", ["KILL 38;", "10 h 34 min", "3 d 4 h", "7 min 38 s", "93 %", "8 h"])
def test_what_belongs_together_stays_so(whole: str) -> None:
    for width in range(12, 30):
        assert whole in "\n".join(wrapped(f"some words before {whole} and after", width))


def test_a_number_and_its_noun_may_part() -> None:
    assert wrapped("12 sessions", 9) == ["12", "sessions"]


def test_further_lines_stand_under_the_first() -> None:
    lines = labelled(Span("do", "dim"), Span("one two three"), 12, indent=2, start=6)
    assert [painted(line, color=False) for line in lines] == ["  do  one", "      two", "      three"]


def test_labelled_text_starts_two_columns_after_its_label() -> None:
    (line,) = labelled(Span("数据"), Span("text"), 40)
    assert painted(line, color=False) == "数据  text"


def test_paragraph_indents_each_line() -> None:
    assert [painted(line, color=False) for line in paragraph(Span("one two"), 5, indent=2)] == ["  one", "  two"]


def test_padding_counts_columns() -> None:
    assert padded("中", 4) == "中  "
    assert padded("7", 4, right=True) == "   7"


def test_colour_is_around_the_text_and_never_around_blanks() -> None:
    assert painted((Span("  ", "error"), Span("held", "error")), color=True) == "  \x1b[1;31mheld\x1b[0m"
    assert painted((Span("held", "error"), Span("  ")), color=False) == "held"
