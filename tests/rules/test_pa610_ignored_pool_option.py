"""PA610: words that nothing reads, and how sure that is."""

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import QueuePool

from poolaudit.audit import audit
from poolaudit.policy import Policy
from poolaudit.readers.application import deployments_from_words
from tests.facts_toml import facts_from
from tests.rules.run import RULES, run, severities

THIRD = "\ndeployment = { flask_sqlalchemy = '3.1' }"
SECOND = "\ndeployment = { flask_sqlalchemy = '2.5' }"


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("pool_recylce = 3600", ["error"]),
        ("pool_size = 5\npool_recylce = 3600", ["error"]),
        ("pool_size = 5\npool_max_overflow = 3", ["error"]),
        ("pool_size = 5\nrecycle = 3600", ["warning"]),
        ("pool_recycle = 60\nrecycle = 3600", []),
        ("pool_size = 5\ntimeout = 3600\nsize = 3", []),
        ("pool_size = 5\nmax_pool_size = 5\npool_maxsize = 3", []),
        ("pool_timeout = 5\nmax_pool_size = 5", []),
        ("pool_size = 5\npool_recylce = 3600\nurl = 'postgresql://app@db/shop'", []),
        ("SQLALCHEMY_POOL_SIZE = 20" + THIRD, ["error"]),
        ("SQLALCHEMY_POOL_SIZE = 20\nSQLALCHEMY_POOL_RECYCLE = 60" + THIRD, ["error", "error"]),
        ("SQLALCHEMY_POOL_SIZE = 20" + SECOND, []),
        ("SQLALCHEMY_POOL_SIZE = 20\nSQLALCHEMY_ENGINE_OPTIONS = { pool_size = 20 }" + THIRD, []),
        ("SQLALCHEMY_POOL_SIZE = 20\nSQLALCHEMY_POOL_PRE_PING = true" + SECOND, ["error"]),
        ("SQLALCHEMY_POOL_SIZE = 20\nPOOL_RECYCLE = 60" + SECOND, ["warning"]),
    ],
)
def test_severities(toml: str, expected: list[str]) -> None:
    assert severities(run("PA610", "[[pools]]\n" + toml)) == expected


def test_a_version_that_is_not_said_makes_it_a_warning() -> None:
    pools = tuple(one.pool for one in deployments_from_words({"SQLALCHEMY_POOL_SIZE": 20}, "app.yaml"))
    report = audit(facts_from("")._replace(pools=pools), (RULES["PA610"],), Policy())
    (finding,) = report.findings
    assert finding.severity.word == "warning"
    assert finding.message == (
        "app.yaml read as Flask-SQLAlchemy 3 says SQLALCHEMY_POOL_SIZE, which Flask-SQLAlchemy 3 does not read"
    )


def test_a_key_of_no_version_is_an_error_in_each_reading() -> None:
    words = {"SQLALCHEMY_DATABASE_URI": "mysql://app@db/shop", "SQLALCHEMY_POOL_PRE_PING": True}
    pools = tuple(one.pool for one in deployments_from_words(words, "app.yaml"))
    report = audit(facts_from("")._replace(pools=pools), (RULES["PA610"],), Policy())
    assert severities(report) == ["error", "error"]


def test_says_where_it_belongs() -> None:
    (flask,) = run("PA610", "[[pools]]\nSQLALCHEMY_POOL_SIZE = 20" + THIRD).findings
    assert flask.fix == 'SQLALCHEMY_POOL_SIZE → SQLALCHEMY_ENGINE_OPTIONS: {"pool_size": …}'
    (typo,) = run("PA610", "[[pools]]\npool_size = 5\npool_recylce = 60").findings
    assert typo.fix == "pool_recylce → pool_recycle"


def test_the_third_flask_sqlalchemy_does_not_read_it() -> None:
    app = Flask(__name__)
    app.config |= {
        "SQLALCHEMY_DATABASE_URI": "mysql+pymysql://app@db/shop",
        "SQLALCHEMY_POOL_SIZE": 20,
        "SQLALCHEMY_MAX_OVERFLOW": 1,
        "SQLALCHEMY_POOL_PRE_PING": True,
    }
    database = SQLAlchemy(app)
    with app.app_context():
        pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    assert (pool.size(), pool._max_overflow, pool._pre_ping) == (5, 10, False)  # noqa: SLF001 - no other way to ask
