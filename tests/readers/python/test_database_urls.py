"""Entries of Django's DATABASES that helpers make of a URL."""

import pytest

from poolaudit.readers.python.database_urls import URL
from tests.readers.python.modules import comes_to

HEAD = "import os\nimport dj_database_url\nimport environ\nfrom decouple import config\nenv = environ.Env()\n"
SHOP = "mysql://shop@db1/shop"
NONE_SAID = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}


@pytest.mark.parametrize(
    ("expression", "environment", "entry"),
    [
        ("dj_database_url.config()", {"DATABASE_URL": SHOP}, {URL: SHOP, **NONE_SAID}),
        ("dj_database_url.config()", {}, {URL: "? environment variable DATABASE_URL, no default", **NONE_SAID}),
        (f"dj_database_url.config(default='{SHOP}')", {}, {URL: SHOP, **NONE_SAID}),
        (f"dj_database_url.config('X', '{SHOP}', conn_max_age=60)", {}, {URL: SHOP, **NONE_SAID, "CONN_MAX_AGE": 60}),
        ("dj_database_url.config(env='X', conn_health_checks=True)", {"X": SHOP},
         {URL: SHOP, **NONE_SAID, "CONN_HEALTH_CHECKS": True}),
        ("dj_database_url.config(env=name())", {},
         {URL: "? what name() gives when the program runs", **NONE_SAID}),
        ("dj_database_url.config(env=5)", {}, {URL: "? a variable that is not known", **NONE_SAID}),
        (f"dj_database_url.parse('{SHOP}?charset=utf8mb4', engine='dj_db_conn_pool')", {},
         {URL: SHOP, **NONE_SAID, "ENGINE": "dj_db_conn_pool", "OPTIONS": {"charset": "utf8mb4"}}),
        (f"dj_database_url.parse('{SHOP}', **more)", {},
         {URL: SHOP, "CONN_MAX_AGE": "? more is not said in this file",
          "CONN_HEALTH_CHECKS": "? more is not said in this file"}),
        ("env.db()", {"DATABASE_URL": f"{SHOP}?conn_max_age=60&autocommit=true&timeout=5"},
         {URL: SHOP, "CONN_MAX_AGE": 60, "AUTOCOMMIT": True, "OPTIONS": {"timeout": 5}}),
        (f"env.db_url('X', default='{SHOP}')", {}, {URL: SHOP}),
        (f"env.dj_db_url('X', '{SHOP}', conn_max_age=5)", {}, {URL: SHOP, **NONE_SAID, "CONN_MAX_AGE": 5}),
        ("env.db(var='X')", {"X": SHOP}, {URL: SHOP}),
        ("env.db(5)", {}, "? a variable that is not known"),
        (f"config('X', default='{SHOP}', cast=dj_database_url.parse)", {}, {URL: SHOP, **NONE_SAID}),
        ("config('X', cast=dj_database_url.parse)", {"X": SHOP}, {URL: SHOP, **NONE_SAID}),
        ("config(name(), cast=dj_database_url.parse)", {}, "? what decouple.config() gives when the program runs"),
        ("other.db()", {}, "? what other.db() gives when the program runs"),
    ],
)  # fmt: skip
def test_entries(expression: str, environment: dict[str, str], entry: object) -> None:
    assert comes_to(HEAD, expression, environment) == entry
