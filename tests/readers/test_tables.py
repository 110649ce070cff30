"""A data file's tables, and the URL that its parts come to."""

import pytest

from poolaudit.errors import CannotAuditError
from poolaudit.readers.document import Kind
from poolaudit.readers.formats import parse
from poolaudit.readers.located import located
from poolaudit.readers.tables import dialect_of, named_by, tables_in, url_of_parts


def names(text: str) -> list[str]:
    document = parse("app.yaml", Kind.YAML, text)
    return [named_by(document, headings) for headings, _ in tables_in(document)]


def test_tables_are_named_by_their_headings() -> None:
    assert names("a: {b: {c: 1}}\nd:\n- 1\n- {e: 1}\n") == ["app.yaml", "app.yaml:a", "app.yaml:a.b", "app.yaml:d[1]"]


def test_a_heading_that_may_be_more_than_a_name_is_numbered() -> None:
    assert names("x: 1\n'p@ss/word': {c: 1}\n") == ["app.yaml", "app.yaml:[1]"]


def test_aliases_that_multiply_are_refused() -> None:
    lines = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 7))
    document = parse("bomb.yaml", Kind.YAML, lines)
    with pytest.raises(CannotAuditError, match="too many headings"):
        list(tables_in(document))


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("mysql", "mysql"),
        ("MySQL", "mysql"),
        ("mysql2", "mysql"),
        ("mysql+aiomysql", "mysql+aiomysql"),
        ("pgsql", "postgresql"),
        ("redis", None),
        ("my sql", None),
        (5, None),
        ("m" * 100, None),
    ],
)
def test_dialects(text: object, dialect: str | None) -> None:
    assert dialect_of(text) == dialect


@pytest.mark.parametrize(
    ("words", "heading", "url"),
    [
        ({"host": "db", "port": 3306, "user": "a", "database": "x"}, "mysql", "mysql://a@db:3306/x"),
        ({"host": "db", "driver": "mysql+pymysql"}, "main", "mysql+pymysql://db/"),
        ({"hostname": "${HOST}", "username": "a@b", "type": "mysql"}, "", "mysql://a%40b@{{ }}/"),
        ({"host": "db", "port": "${PORT}"}, "mariadb", "mariadb://db:{{ }}/"),
        ({"host": "db"}, "main", None),
        ({"user": "a"}, "mysql", None),
        ({"engine": "mysql"}, "main", "mysql:///"),
    ],
)
def test_urls_of_parts(words: dict[str, object], heading: str, url: str | None) -> None:
    found = url_of_parts(located(words).table, heading)
    assert (found.value if found is not None else None) == url
