"""A text in Markdown is shown letter by letter, by each parser, and holds nothing that GitHub looks for."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from poolaudit.render.gfm import code, inline
from poolaudit.render.text import safe
from tests.render.markup import LOOKED_FOR, PARSERS, Seen, plain
from tests.render.names import texts

IN_TABLE = "| head |\n| --- |\n| . {} |\n"
every_parser = pytest.mark.parametrize("html_of", PARSERS)
many = settings(deadline=None, max_examples=200)


@every_parser
@pytest.mark.parametrize("write", [inline, code])
@many
@given(texts)
def test_in_a_cell(html_of: Callable[[str], str], write: Callable[[str], str], text: str) -> None:
    seen = Seen(html_of(IN_TABLE.format(write(safe(text)))))
    assert seen.tags <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert [[plain(cell) for cell in row] for row in seen.rows] == [["head"], [plain(f". {safe(text)}")]]
    assert [part for part in seen.loose if LOOKED_FOR.search(part)] == []


@every_parser
@pytest.mark.parametrize("write", [inline, code])
@many
@given(texts)
def test_in_a_paragraph(html_of: Callable[[str], str], write: Callable[[str], str], text: str) -> None:
    seen = Seen(html_of(f". {write(safe(text))}\n"))
    assert seen.tags <= {"p", "code"}
    assert [plain(block) for block in seen.blocks] == [plain(f". {safe(text)}")]
    assert [part for part in seen.loose if LOOKED_FOR.search(part)] == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("pool_size: 5 * 2", r"pool\_size: 5 \* 2"),
        ("app@10.0.3.7 (flask-todo, pid 4211)", "`app@10.0.3.7` (flask-todo, pid 4211)"),
        ("(see #123).", "(see `#123`)."),
        ("a|b", "a&#124;b"),
        ("a|b@c", "`a`&#124;`b@c`"),
        ("`x`", "&#96;x&#96;"),
        ("`x`$", "&#96;`x`&#96;`$`"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("read 06:00:00", "read 06:00:00"),
        ("db1:3306: full", "db1:3306: full"),
        ("all is :boom: :100:", "all is `:boom`: `:100`:"),
        (r"a\x1bb", r"`a\x1bb`"),
        ("https://evil.example/x", "`https://evil.example/x`"),
        ("fixed by deadbeef", "fixed by `deadbeef`"),
        ("[x](y) ~~z~~", r"\[x\](y) \~\~z\~\~"),
        ("", ""),
    ],
)
def test_written_as(text: str, written: str) -> None:
    assert inline(text) == written


@pytest.mark.parametrize(
    ("text", "written"), [("a b", "`a b`"), (" a ", "`  a  `"), ("a`|b", "`a`&#96;&#124;`b`"), (" ", "` `"), ("", "")]
)
def test_written_as_code(text: str, written: str) -> None:
    assert code(text) == written
