"""Markdown laid out for a terminal."""

import pytest

from poolaudit.render.page import page_for_terminal

PAGE = """# A title

A paragraph that is
hard wrapped with `some code` in it and goes on and on for more than forty columns.

- an item that is long enough to be wrapped at forty columns
  and goes on in a second line
- `two`

| a     | b |
|-------|---|
| `one` | 2 |

```toml
first = 1

second = "a line that is longer than forty columns is not wrapped"
```
"""


def test_layout() -> None:
    assert (
        page_for_terminal(PAGE, width=40, color=False)
        == """A title

A paragraph that is hard wrapped with
`some code` in it and goes on and on for
more than forty columns.

- an item that is long enough to be
  wrapped at forty columns and goes on
  in a second line
- `two`

| a     | b |
|-------|---|
| `one` | 2 |

    first = 1

    second = "a line that is longer than forty columns is not wrapped"
"""
    )


def test_colours_change_nothing_but_colours() -> None:
    painted = page_for_terminal(PAGE, width=40, color=True)
    assert painted.startswith("\x1b[1mA title\x1b[0m\n")
    assert "\x1b[36msome code\x1b[0m" in painted
    assert "\x1b[2m    first = 1\x1b[0m" in painted
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"):
        painted = painted.replace(code, "")
    plain = page_for_terminal(PAGE, width=40, color=False)
    assert painted == plain.replace("| `one` |", "| one   |").replace("`", "")


@pytest.mark.parametrize(("width", "longest"), [(60, 60), (100, 100), (300, 100)])
def test_no_line_of_prose_is_wider_than_100(width: int, longest: int) -> None:
    text = page_for_terminal("word " * 200, width=width, color=False)
    assert longest - 5 < max(map(len, text.splitlines())) <= longest
