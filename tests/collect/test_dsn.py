"""SQLAlchemy URLs of MySQL and MariaDB."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from poolaudit.collect.dsn import target_from_dsn
from poolaudit.collect.target import SslMode, Target, Tls
from poolaudit.errors import UsageError

DRIVERS = ("", "+pymysql", "+mysqldb", "+mysqlconnector", "+aiomysql", "+asyncmy", "+mariadbconnector", "+pyodbc")
CANARY = "canary-4711"


@pytest.mark.parametrize("dialect", ["mysql", "mariadb", "MySQL"])
@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_leads_to_the_same_place(dialect: str, driver: str) -> None:
    target = target_from_dsn(f"{dialect}{driver}://app:s3cret@db1:3307/shop?charset=utf8mb4&pool_size=5")
    assert target == Target(host="db1", port=3307, user="app", password="s3cret")
    assert target.address == "db1:3307"


def test_what_is_left_out_is_mysql_s_default() -> None:
    assert target_from_dsn("mysql://") == Target()
    assert target_from_dsn("mysql:///shop") == Target()
    assert target_from_dsn("mysql://db1") == Target(host="db1")
    assert target_from_dsn("mysql://db1:/shop") == Target(host="db1")
    assert target_from_dsn("mysql://app@") == Target(user="app")
    assert target_from_dsn("mysql://app:@db1") == Target(host="db1", user="app")
    assert target_from_dsn(" mysql://db1/ \n") == Target(host="db1")


def test_names_and_passwords_are_decoded_once() -> None:
    target = target_from_dsn("mysql://a%40b:p%2525%3A%2F+%C3%A9@db1/")
    assert (target.user, target.password) == ("a@b", "p%25:/+é")


def test_a_password_may_hold_what_is_not_reserved_before_the_last_at() -> None:
    assert target_from_dsn("mysql://app:a/b?c:d@db1/x").password == "a/b?c:d"


def test_bytes_that_are_no_utf_8_are_kept() -> None:
    assert target_from_dsn("mysql://app:caf%E9@db1/").password.encode("utf-8", "surrogateescape") == b"caf\xe9"


def test_ipv6_hosts_stand_in_brackets() -> None:
    target = target_from_dsn("mysql+pymysql://app@[2001:db8::1]:3307/x")
    assert (target.host, target.port, target.address) == ("2001:db8::1", 3307, "[2001:db8::1]:3307")
    assert target_from_dsn("mysql://[::1]").host == "::1"


def test_a_socket_is_in_the_query() -> None:
    target = target_from_dsn("mysql+pymysql://app:x@localhost/shop?unix_socket=/run/my%20sql.sock&charset=utf8")
    assert (target.socket, target.address) == ("/run/my sql.sock", "/run/my sql.sock")


def test_what_drivers_take_from_the_query_counts() -> None:
    target = target_from_dsn("mysql+pymysql:///shop?user=app&passwd=x%26y+z&host=db1&port=3307")
    assert target == Target(host="db1", port=3307, user="app", password="x&y z")


@pytest.mark.parametrize(
    ("query", "tls"),
    [
        ("", Tls()),
        ("ssl_disabled=true", Tls(SslMode.DISABLED)),
        ("ssl_disabled=false", Tls()),
        ("ssl=true", Tls(SslMode.REQUIRED)),
        ("ssl=0", Tls(SslMode.DISABLED)),
        ("ssl_mode=required", Tls(SslMode.REQUIRED)),
        ("ssl-mode=VERIFY-IDENTITY", Tls(SslMode.VERIFY_IDENTITY)),
        ("ssl_ca=/ca.pem", Tls(SslMode.VERIFY_CA, ca="/ca.pem")),
        ("ssl_capath=/cas", Tls(SslMode.VERIFY_CA, capath="/cas")),
        ("ssl_ca=/ca.pem&ssl_check_hostname=true", Tls(SslMode.VERIFY_IDENTITY, ca="/ca.pem")),
        ("ssl_ca=/ca.pem&ssl_check_hostname=false", Tls(SslMode.VERIFY_CA, ca="/ca.pem")),
        ("ssl_ca=/ca.pem&ssl_verify_cert=false", Tls(SslMode.REQUIRED, ca="/ca.pem")),
        ("ssl_ca=/ca.pem&ssl_mode=PREFERRED", Tls(SslMode.PREFERRED, ca="/ca.pem")),
        ("ssl=true&ssl_ca=/ca.pem", Tls(SslMode.VERIFY_CA, ca="/ca.pem")),
        ("ssl_verify_cert=true", Tls(SslMode.VERIFY_CA)),
        ("ssl_verify_identity=true&ssl_verify_cert=true", Tls(SslMode.VERIFY_IDENTITY)),
        ("ssl_cert=/c.pem&ssl_key=/k.pem", Tls(SslMode.REQUIRED, cert="/c.pem", key="/k.pem")),
        ("ssl_disabled=true&ssl_ca=/ca.pem", Tls(SslMode.DISABLED, ca="/ca.pem")),
    ],
)
def test_tls_as_the_drivers_spell_it(query: str, tls: Tls) -> None:
    assert target_from_dsn(f"mysql+pymysql://db1/?{query}").tls == tls


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"app:{CANARY}@db1", "is no database URL"),
        (f"jdbc:mysql://db1/?password={CANARY}", "is no database URL"),
        (f"mysql:app:{CANARY}@db1", "is no database URL"),
        ("", "is no database URL"),
        (f"mysql://[::1/{CANARY}", "is no database URL"),
        (
            f"postgresql+psycopg2://app:{CANARY}@db1/shop",
            "leads to postgresql; poolaudit audits MySQL and MariaDB only",
        ),
        ("sqlite:///shop.db", "leads to sqlite"),
        (f"mysql://app:x@{CANARY}@db1/", "must be written as %40"),
        (f"mysql://app:{CANARY}", "the port is no number from 1 to 65535"),
        ("mysql://db1:65536/", "the port is no number from 1 to 65535"),
        ("mysql://db1:²/", "the port is no number from 1 to 65535"),
        ("mysql://db1/?ssl_mode=SOMETIMES", "the ssl-mode is none of DISABLED"),
        (f"mysql://app:{CANARY}@db1/?ssl_verify_cert=perhaps", "ssl_verify_cert is neither true nor false"),
        (f"mysql://app:{CANARY}@db1/?read_default_file=~/.my.cnf", "names an option file by read_default_file"),
    ],
)
def test_a_bad_url_is_one_sentence_without_the_password(text: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        target_from_dsn(text, "$POOLAUDIT_DSN")
    assert says in raised.value.message
    assert raised.value.message.startswith("$POOLAUDIT_DSN")
    assert "\n" not in raised.value.message
    assert CANARY not in raised.value.message + raised.value.hint
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_half_a_password_for_a_port_is_answered_with_how_it_is_written() -> None:
    with pytest.raises(UsageError) as raised:
        target_from_dsn(f"mysql://app:p@ss:{CANARY}@db1:3306/")
    assert "%40" in raised.value.hint


def test_no_repr_shows_the_password() -> None:
    assert CANARY not in repr(target_from_dsn(f"mysql://app:{CANARY}@db1/"))


@given(st.text())
def test_any_text_is_a_target_or_a_usage_error(text: str) -> None:
    for dsn in (text, "mysql://" + text):
        with suppress(UsageError):
            assert isinstance(target_from_dsn(dsn), Target)


_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


@given(user=_WORDS, password=_WORDS, port=st.integers(1, 65535))
def test_it_reads_what_sqlalchemy_writes(user: str, password: str, port: int) -> None:
    url = make_url("mysql+pymysql://db1/shop").set(username=user, password=password, port=port)
    target = target_from_dsn(url.render_as_string(hide_password=False))
    assert (target.user, target.password, target.port) == (user, password, port)
