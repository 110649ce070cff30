"""oslo.db's sections: what is read of the example projects, against the engines that oslo.db itself makes of them."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from oslo_config import cfg
from oslo_db import options  # type: ignore[import-untyped]  # it ships no types
from oslo_db.sqlalchemy import engines  # type: ignore[import-untyped]  # it ships no types

from poolaudit.facts.misfit import NO_NUMBER, REFUSED_VALUE
from poolaudit.facts.pool import Pool
from poolaudit.readers.reading import read_paths
from tests.readers.libraries.real import as_read, really

PROJECTS = Path(__file__).parents[2] / "projects" / "oslo"
OPTIONS = ("max_pool_size", "max_overflow", "pool_timeout", "connection_recycle_time")
CONNECTION = "connection = mysql+pymysql://nova@db/nova\n"
NEWEST = {None, "oslo.db 10"}
FILES = sorted(path for path in PROJECTS.glob("*/*/*.conf") if not (path.parent / "requirements.txt").exists())


def made(path: Path, section: str, connection: str = "connection") -> Any:  # noqa: ANN401 - an engine of some kind
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oslo.db's own use of what SQLAlchemy has given up
        conf = cfg.ConfigOpts()
        conf.register_opts(options.database_opts, group=section)
        conf(["--config-file", str(path)])
        said = conf[section]
        return engines.create_engine(said[connection], max_retries=0, **{name: said[name] for name in OPTIONS})


def read(path: Path) -> list[Pool]:
    found = read_paths([str(path)]).deployments
    return [one.pool for one in found if one.pool.reading in NEWEST and not one.pool.leads_elsewhere]


def section_of(pool: Pool) -> tuple[str, str]:
    section, _, connection = pool.name.rpartition(":")[2].partition(".")
    return section, connection or "connection"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_examples(path: Path) -> None:
    pools = read(path)
    assert pools or "postgresql" in path.parent.name
    for pool in pools:
        kinds = {misfit.kind for misfit in pool.misfits}
        if REFUSED_VALUE in kinds:
            with pytest.raises(cfg.ConfigFileValueError):
                made(path, *section_of(pool))
        elif NO_NUMBER in kinds:
            assert really(made(path, *section_of(pool))).recycle is None
        else:
            assert as_read(pool) == really(made(path, *section_of(pool)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "max_pool_size = 0",
        "max_pool_size =",
        "max_overflow =",
        "max_overflow = -1",
        "pool_timeout = 0",
        "pool_timeout =",
        "connection_recycle_time = -1",
        "idle_timeout = 60",
        "sql_max_pool_size = 3",
        "min_pool_size = 3",
        "max_pool_size = 5\nmax_pool_size = 6",
        "pool_pre_ping = false",
    ],
)
def test_an_option(text: str, tmp_path: Path) -> None:
    path = tmp_path / "nova.conf"
    path.write_text(f"[database]\n{CONNECTION}{text}\n", encoding="utf-8")
    newest = read(path)[-1] if "timeout = 60" not in text and "sql_max" not in text else _last(path)
    assert as_read(newest) == really(made(path, "database"))


def _last(path: Path) -> Pool:
    """Give the reading by the newest version."""
    return read_paths([str(path)]).deployments[-1].pool


def test_the_file_s_sections_are_told_apart_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "nova.conf"
    path.write_text(f"[DATABASE]\n{CONNECTION}max_pool_size = 9\n", encoding="utf-8")
    (pool,) = read(path)
    assert as_read(pool) == really(made(path, "database"))
