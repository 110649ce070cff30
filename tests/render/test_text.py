"""What cannot be seen is shown; all else stays as it is."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.render.text import ascii_only, safe
from tests.render.names import is_clean, texts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("app@10.0.3.7 (flask-todo, pid 4211)", "app@10.0.3.7 (flask-todo, pid 4211)"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\r\tc\x00\x7f", r"a\nb\r\tc\x00\x7f"),
        ("\x9b2J", r"\x9b2J"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\u200bb\u2060c\ufeff", r"a\u200bb\u2060c\ufeff"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("\udc80", r"\udc80"),
        ("\ue000\U000e0041\u0378", r"\ue000\U000e0041\u0378"),
        ("❤\ufe0f \u3164", r"❤\ufe0f \u3164"),
        ("[bold]x[/bold] :smile:", "[bold]x[/bold] :smile:"),
        ("报表用户 🚀 דוחות e\u0301", "报表用户 🚀 דוחות e\u0301"),
        ("\u0301a", r"\u0301a"),
        ("a\u00a0b\u3000c", "a\u00a0b\u3000c"),
        ("\\x1b", "\\x1b"),
    ],
)
def test_shown_as(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(texts)
def test_nothing_invisible_is_left(text: str) -> None:
    assert is_clean(safe(text))
    assert "\n" not in safe(text)


@given(texts)
def test_what_is_safe_stays(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@given(st.text(st.characters(exclude_categories=("C", "M", "Zl", "Zp"))))
def test_visible_letters_are_kept(text: str) -> None:
    hidden = {character for character in text if 0x115F <= ord(character) <= 0x1160 or character in "\u3164\uffa0"}
    assert hidden or safe(text) == text
    assert all(category(character) == "Lo" for character in hidden)


@given(texts)
def test_ascii_is_ascii(text: str) -> None:
    assert ascii_only(safe(text)).isascii()
    assert ascii_only(safe(text)).isprintable()


def test_own_signs_have_plain_fellows() -> None:
    assert ascii_only("(10 + 10) × 4 → 240 …") == "(10 + 10) x 4 -> 240 ..."
    assert ascii_only("中") == r"\u4e2d"
