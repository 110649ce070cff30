"""Parts of texts and of URLs that are not known."""

import pytest

from poolaudit.readers.located import Located
from poolaudit.readers.python.formatting import hole, in_url


@pytest.mark.parametrize(
    ("why", "expected"),
    [("environment variable HOST, no default", "${HOST}"), ("worked out when the program runs", "{{ }}")],
)
def test_a_hole_names_its_variable(why: str, expected: str) -> None:
    assert hole(Located(None, unknown=why)) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, ""),
        (Located(None), ""),
        (Located("db1"), "db1"),
        (Located(3306), "3306"),
        (Located("a/b@c"), "a%2Fb%40c"),
        (Located("/run/my sql.sock"), "/run/my%20sql.sock"),
        (Located(None, unknown="environment variable HOST, no default"), "${HOST}"),
    ],
)
def test_a_part_of_a_url(found: Located | None, expected: str) -> None:
    assert in_url(found) == expected
