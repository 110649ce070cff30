"""Home Assistant's recorder: where it is said, and which words it does not take."""

import pytest

from poolaudit.facts.misfit import UNREAD
from poolaudit.readers.document import Kind
from poolaudit.readers.libraries import home_assistant
from tests.readers.libraries.engines import misfits, pools

URL = "mysql://hass@db1/hass"


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("configuration.yaml", f"recorder:\n  db_url: {URL}\n", "configuration.yaml:recorder"),
        ("packages/db.yaml", f"db:\n  recorder:\n    db_url: {URL}\n", "packages/db.yaml:db.recorder"),
        ("recorder.yaml", f"db_url: {URL}\n", "recorder.yaml"),
    ],
)
def test_where_it_is_said(path: str, text: str, name: str) -> None:
    (pool,) = pools(home_assistant, Kind.YAML, text, path=path).values()
    assert (pool.name, pool.url.value.host, pool.size.value) == (name, "db1", 5)


def test_words_of_a_pool_are_not_read() -> None:
    text = f"recorder: {{db_url: '{URL}', pool_size: 3, pool_recycle: 300, purge_keep_days: 5}}\n"
    (pool,) = pools(home_assistant, Kind.YAML, text).values()
    assert sorted(misfits(pool)) == [(UNREAD, "pool_recycle"), (UNREAD, "pool_size")]
    assert (pool.size.value, pool.recycle_seconds.value) == (5, -1)
    assert "28800" in (pool.recycle_seconds.note or "")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.YAML, f"other: {{db_url: '{URL}'}}\n"),
        (Kind.YAML, f"db_url: '{URL}'\n"),
        (Kind.YAML, "recorder: {purge_keep_days: 5}\n"),
        (Kind.JSON, f'{{"recorder": {{"db_url": "{URL}"}}}}'),
    ],
)
def test_what_is_none(kind: Kind, text: str) -> None:
    assert pools(home_assistant, kind, text) == {}
