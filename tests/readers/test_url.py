"""Database URLs: as SQLAlchemy reads them, less every password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import URL, make_url

from poolaudit.facts.pool import PoolUrl
from poolaudit.readers.url import NoUrlError, parse_url

CANARY = "hunter2CANARY"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("mysql://db1/shop", PoolUrl("mysql", host="db1", database="shop")),
        (
            f"mysql+pymysql://app:{CANARY}@db1:3307/shop?charset=utf8mb4",
            PoolUrl("mysql", "pymysql", "app", "db1", 3307, "shop", {"charset": "utf8mb4"}),
        ),
        (f"mariadb://:{CANARY}@[::1]/shop", PoolUrl("mariadb", host="::1", database="shop")),
        (f"mysql://app:{CANARY}/?#x@db1", PoolUrl("mysql", user="app", host="db1")),
        ("mysql://a%40b@db1/x%2Fy", PoolUrl("mysql", user="a@b", host="db1", database="x/y")),
        (
            f"mysql://app@db1/?password={CANARY}&ssl_ca=a",
            PoolUrl("mysql", user="app", host="db1", query={"ssl_ca": "a"}),
        ),
        (
            f"mysql://app@/?unix_socket=/run/a&passwd={CANARY}",
            PoolUrl("mysql", user="app", query={"unix_socket": "/run/a"}),
        ),
        ("mysql://${DB_USER:-app}:${DB_PASSWORD}@db1/shop", PoolUrl("mysql", host="db1", database="shop")),
        (
            f"mysql://app:${{PW:-{CANARY}@x}}@db1:${{PORT}}/shop",
            PoolUrl("mysql", user="app", host="db1", database="shop"),
        ),
        ("postgresql+asyncpg://u@h/d", PoolUrl("postgresql", "asyncpg", "u", "h", None, "d")),
        ("sqlite:///x.db", PoolUrl("sqlite", database="x.db")),
        ("  MYSQL://h  ", PoolUrl("mysql", host="h")),
    ],
)
def test_parts(text: str, url: PoolUrl) -> None:
    assert parse_url(text) == url
    assert CANARY not in repr(parse_url(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "db1",
        "mysql:db1",
        f"mysql://app:{CANARY}",
        f"mysql://app:{CANARY}@part@db1/shop",
        f"mysql://app:{CANARY}@db1/shop?x=a@b",
        "mysql://h:70a",
        "mysql://h:123456",
        "${DATABASE_URL}",
        "jdbc:mysql://h/d",
        "mysql://" + "x" * 5000,
    ],
)
def test_no_url(text: str) -> None:
    with pytest.raises(NoUrlError) as caught:
        parse_url(text)
    assert CANARY not in str(caught.value)


def said_of(text: str) -> str:
    try:
        return repr(parse_url(text))
    except NoUrlError as error:
        return str(error)


names = st.text(st.characters(codec="utf-8", exclude_characters="$\ufffc", exclude_categories=["Cc", "Cs"]), min_size=1)


@given(user=names, password=names, host=st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True), database=names)
def test_as_sqlalchemy_reads_it(user: str, password: str, host: str, database: str) -> None:
    written = URL.create("mysql+pymysql", user, password, host, 3306).render_as_string(hide_password=False)
    theirs, ours = make_url(written), parse_url(written)
    assert (ours.user, ours.host, ours.port) == (theirs.username, theirs.host, theirs.port)
    _ = database


@given(st.text())
def test_any_text_is_a_url_or_is_not(text: str) -> None:
    said = said_of(text)
    assert said.startswith(("PoolUrl(", "its text is no", "the url"))


@given(password=st.text(min_size=8).filter(lambda text: "$" not in text and "{" not in text and "%" not in text))
def test_no_part_of_a_password_gets_out(password: str) -> None:
    marked = f"CANARY{password}CANARY"
    assert "CANARY" not in said_of(f"mysql://app:{marked}@db1/shop")
