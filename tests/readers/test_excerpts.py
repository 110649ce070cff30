"""Lines as they may be shown: the value is marked, and nothing that could be a password gets out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolaudit.facts.excerpt import Excerpt
from poolaudit.facts.setting import Place
from poolaudit.readers.again import Texts, split
from poolaudit.readers.document import Kind
from poolaudit.readers.excerpts import WIDEST, excerpt, excerpts_of, is_harmless

CANARY = "hunter2"
LINES = [
    ("    pool_recycle=28800,", "28800"),
    ("engine = create_engine(URL, pool_size=20, max_overflow=0)", "20"),
    ('db = SQLAlchemy(app, engine_options={"pool_size": 5, "pool_pre_ping": False})', "5"),
    ("sqlalchemy.pool_pre_ping = false", "false"),
    ("  pool_recycle: -1  # never", "-1"),
    ("{pool_size: 5, pool_recycle: 3600, pool_pre_ping: no}", "3600"),
    ('"pool_timeout": "30",', '"30"'),
    ("DB_POOL_SIZE=5", "5"),
    ("SQLALCHEMY_POOL_SIZE: int = 5", "5"),
    ('pool_recycle = int(os.environ.get("DB_POOL", 28800))', "28800"),
    ("- pool_size: 5", "5"),
    ("pool_recycle = 60 * 60 * 24", "60"),
    ('url: "mysql://app@db/shop", pool_size: 5', "5"),
    ("password: x, pool_size: 5", "5"),
]


def marked(line: str, literal: str, *, is_secret: bool = False) -> Excerpt:
    start = line.index(literal) + 1
    return excerpt(line, start, start + len(literal), is_secret=is_secret)


def value_of(one: Excerpt) -> str:
    return one.text[one.start : one.end]


@pytest.mark.parametrize(("line", "literal"), LINES)
def test_the_value_is_marked(line: str, literal: str) -> None:
    assert value_of(marked(line, literal)) == literal


@pytest.mark.parametrize("line", [line for line, _ in LINES[:5]])
def test_what_is_of_pools_is_shown_as_it_stands(line: str) -> None:
    without_comment = line.partition("  #")[0]
    assert excerpt(line).text.startswith(without_comment.rstrip())


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("url: mysql://app:hunter2@db/shop", "url: ***"),
        ('url: "mysql+pymysql://app:hun ter2@db/shop?a=b"', 'url: "***db***shop***"'),
        ("password: 12345", "password: ***"),
        ("DB_PASSWORD=pool_size", "DB_PASSWORD=***"),
        ("x = 12345", "*** = ***"),
        ("MYAPP_POOL_SIZE=5", "***_POOL_SIZE=***"),
        ("pool_size: 5  # was hunter2", "pool_size: 5  # ***"),
        ("pool_size: 5  #", "pool_size: 5  #"),
        ("    hunter2@db/shop?x=1", "    ***db***shop***"),
        ("pool_size: \x1b[2J5", "pool_size: \\x1b[***"),
        ("\tpool_size: 5", "    pool_size: 5"),
        ("пароль: pool_size", "***: pool_size"),
    ],
)
def test_what_is_not_known_is_hidden(line: str, shown: str) -> None:
    assert excerpt(line).text == shown


@pytest.mark.parametrize(
    ("line", "literal", "value"),
    [
        ("pool_size: 'hunter2'", "'hunter2'", "***"),
        ("url: mysql://app:hunter2@db/x", "mysql://app:hunter2@db/x", "***"),
        ("poolclass: QueuePool", "QueuePool", "QueuePool"),
        ('poolclass: "sqlalchemy.pool.NullPool"', '"sqlalchemy.pool.NullPool"', '"sqlalchemy.pool.NullPool"'),
        ("reset: 'none'", "'none'", "'none'"),
    ],
)
def test_a_marked_value_is_shown_where_it_is_a_number_or_a_known_word(line: str, literal: str, value: str) -> None:
    assert value_of(marked(line, literal)) == value


def test_what_a_finding_says_is_a_secret_is_hidden_whatever_it_is() -> None:
    one = marked("x: 12345", "12345", is_secret=True)
    assert (one.text, value_of(one)) == ("***: ***", "***")


def test_a_known_name_before_the_value_ends_what_a_password_hides() -> None:
    assert marked("{password: hunter2, pool_size: 5}", "5").text == "{password: *** pool_size: 5***"


def test_a_long_line_is_cut_around_the_value() -> None:
    line = "pool_size: 1, " * 40 + "pool_recycle: 28800" + ", max_overflow: 2" * 40
    one = marked(line, "28800")
    assert value_of(one) == "28800"
    assert len(one.text) <= WIDEST
    assert one.text.startswith("…")
    assert one.text.endswith("…")
    assert len(excerpt(line).text) == WIDEST


@pytest.mark.parametrize(("column", "end"), [(0, 3), (5, 5), (3, 1), (1, 99), (None, 4), (2, None)])
def test_columns_that_cannot_be_are_no_mark(column: int | None, end: int | None) -> None:
    one = excerpt("pool_size: 5", column, end)
    assert (one.text, one.start, one.end) == ("pool_size: 5", 0, 0)


passwords = st.one_of(
    st.just(CANARY),
    st.text("abcdefghijkqvwxz0123456789!$%&*+-./:;<=>?@^_|~#äß", min_size=8, max_size=20).map(
        lambda one: f"Qz7{one}Jx9"
    ),
)
around = st.sampled_from(["", " ", '"', "'", "=", ":", ": ", "@", "//", "#", "_", ".", ",", "(", "\t", "://u:", "-p"])


@given(st.sampled_from(LINES), passwords, around, around, st.data())
def test_a_password_at_any_position_does_not_get_out(
    one: tuple[str, str], password: str, before: str, after: str, data: st.DataObject
) -> None:
    line, literal = one
    position = data.draw(st.integers(0, len(line)))
    start = line.index(literal)
    inserted = before + password + after
    spoiled = line[:position] + inserted + line[position:]
    if position <= start:
        start += len(inserted)
    for shown in (excerpt(spoiled), excerpt(spoiled, start + 1, start + 1 + len(literal))):
        assert password not in shown.text
        assert "hunter" not in shown.text
        assert "Qz7" not in shown.text
        assert "Jx9" not in shown.text
        assert shown.text.isprintable()
        assert 0 <= shown.start <= shown.end <= len(shown.text)
    if is_harmless(spoiled):
        assert password not in spoiled


@given(st.text(max_size=300), st.integers(-1, 300), st.integers(-1, 300))
def test_any_line_is_shown_in_one_line_of_bounded_width(line: str, column: int, end: int) -> None:
    one = excerpt(line, column, end)
    assert one.text.isprintable()
    assert len(one.text) <= 2 * WIDEST
    assert 0 <= one.start <= one.end


def test_lines_of_places() -> None:
    texts = Texts({"a.yaml": "pool_size: 5\npool_recycle: 9\n", "gone.yaml": ""})
    first, whole, beyond = Place("a.yaml", 1, 12, 13), Place("a.yaml"), Place("a.yaml", 9)
    found = excerpts_of([first, whole, beyond, Place("no/such/file", 1), Place("--pool-size")], [], texts)
    assert found == {first.exact: Excerpt("pool_size: 5", 11, 12)}
    assert excerpts_of([first], [first], texts)[first.exact].text == "pool_size: ***"


@pytest.mark.parametrize("kind", list(Kind))
@given(text=st.text(st.sampled_from("ab \r\n\x85\u2028\u2029\x0b\x0c")))
def test_lines_and_their_ends_are_the_text(kind: Kind, text: str) -> None:
    lines, ends = split(text, kind)
    assert "".join(line + end for line, end in zip(lines, ends, strict=True)) == text
    assert not any("\n" in line or "\r" in line for line in lines)
    assert all(ends[:-1])
    assert ends[-1] == ""


def test_what_cannot_be_read_any_more_has_no_lines() -> None:
    texts = Texts()
    assert texts.text("no/such/file.yaml") is None
    assert texts.lines("no/such/file.yaml") == []
    assert texts.line("no/such/file.yaml", 2) is None
    assert texts.kind("a.py") is Kind.PYTHON
    assert Texts(kind=Kind.INI).kind("a.py") is Kind.INI
