"""Texts that another program fills in, and plain data as located values."""

import pytest

from poolaudit.readers.located import LONGEST_SETTING, Located, filled_in, located


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("${DB_POOL}", "environment variable DB_POOL, no default"),
        ("${DB_POOL:-5}", "environment variable DB_POOL, default 5"),
        ("${DB_POOL:5}", "environment variable DB_POOL, default 5"),
        ("${DB_POOL-5}", "environment variable DB_POOL, default 5"),
        ("${DB_POOL:--1}", "environment variable DB_POOL, default -1"),
        ("${DB_POOL:?not set}", "environment variable DB_POOL, no default"),
        ("${ssm:/shop/pool}", "filled in by a template"),
        ("${DB_POOL:-CANARY}", "environment variable DB_POOL, with a default"),
        ("$DB_POOL", "environment variable DB_POOL, no default"),
        ("%(pool)s", "filled in from pool"),
        ("{{ pool | default('5') }}", "filled in by a template"),
        ("{% if x %}5{% endif %}", "filled in by a template"),
        ("<%= pool %>", "filled in by a template"),
        ("${a b}", "filled in by a template"),
        ("x" * (LONGEST_SETTING + 1), "a text of 4097 characters is no setting"),
        ("5", None),
        ("", None),
        ("costs $5", None),
        ("100%", None),
    ],
)
def test_filled_in(text: str, why: str | None) -> None:
    assert filled_in(text) == why


def test_plain_data() -> None:
    found = located({"a": {"b": [1, "x", None, True, 1.5]}})
    entries = found.table["a"].table["b"].value
    assert isinstance(entries, tuple)
    assert [entry.value for entry in entries] == [1, "x", None, True, 1.5]
    assert found.place is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Located(None), True),
        (Located(None, unknown="worked out later"), False),
        (Located(0), False),
        (Located(""), False),
    ],
)
def test_what_is_known_to_be_none(found: Located, expected: bool) -> None:
    assert found.is_none is expected
