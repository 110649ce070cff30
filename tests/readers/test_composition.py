"""Which processes carry which pool, and what one process carries, without any file being read."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from poolaudit.facts.fit import Deployment
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.alternatives import is_tests, not_in_force
from poolaudit.readers.composition import Carriers, Composed, Said, composed
from poolaudit.readers.deployment import deployed_from
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import Engine
from poolaudit.readers.imports import Imports
from poolaudit.readers.located import located
from poolaudit.readers.running.process import Process, Way
from tests.readers.running.documents import text
from tests.readers.running.processes import process

URL = "mysql://app@db/shop"


def engine(path: str, name: str = "", library: str = "sqlalchemy", **deployment: int) -> Said:
    heading = located(deployment) if deployment else None
    words = located({"url": URL}).table
    called = f"{path}:{name}" if name else path
    made = Engine(words, name=called, place=Place(path, 1), library=library, deployment=heading)
    return Said(made, path, deployed_from(heading))


def put(said: Iterable[Said], processes: Iterable[Process], files: dict[str, str] | None = None) -> Composed:
    engines = tuple(said)
    documents = {path: Document(path, Kind.PYTHON, content) for path, content in (files or {}).items()}
    paths = frozenset(one.path for one in engines)
    return composed(engines, Carriers(tuple(processes), paths, Imports(documents)))


def rows(found: Composed) -> list[tuple[str, str]]:
    return [(one.process, one.pool.name) for one in found.deployments]


def reasons(deployments: Iterable[Deployment]) -> list[str | None]:
    return [one.processes.unknown for one in deployments]


def test_every_kind_of_process_carries_the_pool() -> None:
    found = put([engine("config.yaml")], [process("web", threads=4), process("worker", processes=8)])
    assert rows(found) == [("web", "config.yaml"), ("worker", "config.yaml")]
    web, worker = found.deployments
    assert (web.processes.value, worker.processes.value) == (2, 8)
    assert web.pool == worker.pool
    assert web.pool.threads.value == 4
    assert [one.carried.threads.value for one in found.deployments] == [4, 1]


def test_threads_that_one_of_them_does_not_say() -> None:
    found = put([engine("config.yaml")], [process("web", threads=4), process("worker", threads=None)])
    assert not found.deployments[0].pool.threads.is_known
    assert found.deployments[0].carried.threads.value == 4


def test_the_nearest_folder_counts() -> None:
    said = [engine("api/config.yaml"), engine("jobs/config.yaml"), engine("config.yaml")]
    found = put(said, [process("api", folder="api"), process("jobs", folder="jobs"), process("web")])
    assert rows(found) == [("api", "api/config.yaml"), ("jobs", "jobs/config.yaml"), ("web", "config.yaml")]


def test_folders_of_manifests_speak_for_what_they_stand_in() -> None:
    found = put([engine("src/shop/config.yaml")], [process("web", folder="deploy/k8s")])
    assert rows(found) == [("web", "src/shop/config.yaml")]


def test_ways_are_alternatives() -> None:
    processes = [process("web", way=Way.PROCFILE), process("app", way=Way.COMPOSE)]
    found = put([engine("config.yaml")], processes)
    assert rows(found) == [("app", "config.yaml")]
    assert [one.partition(":")[0] for one in found.together[1:]] == ["Procfile (web) is not counted"]
    assert found.together[1].endswith("a compose file before a Procfile")


def test_poolaudits_own_heading_beats_files() -> None:
    found = put([engine("config.yaml", processes=3, hosts=2)], [process("web")])
    (one,) = found.deployments
    assert (one.process, one.processes.value, one.hosts.value) == ("", 3, 2)


def test_nothing_runs() -> None:
    found = put([engine("config.yaml")], [])
    assert reasons(found.deployments) == ["how many processes run is not said"]
    assert found.together == ()


def test_a_celery_backend_is_carried_by_workers() -> None:
    processes = [process("web"), process("worker", program="celery")]
    said = [engine("celeryconfig.py", library="celery"), engine("config.yaml")]
    assert rows(put(said, processes)) == [
        ("worker", "celeryconfig.py"),
        ("web", "config.yaml"),
        ("worker", "config.yaml"),
    ]
    assert rows(put(said[:1], processes[:1])) == [("web", "celeryconfig.py")]


def test_a_migration_tool_runs_in_no_process_that_stays() -> None:
    found = put([engine("config.yaml"), engine("migrations/alembic.ini")], [process("web")])
    assert reasons(found.deployments) == [
        None,
        "a migration tool runs by hand or before a release, in no process that stays",
    ]
    alone = put([engine("alembic.ini")], [process("web")])
    assert reasons(alone.deployments) == ["how many processes run is not said"]
    assert found.applications == ()


def test_a_tests_engine_is_not_deployed() -> None:
    found = put([engine("config.yaml"), engine("tests/conftest.py", "engine")], [process("web")])
    assert [one.is_unused for one in found.deployments] == [False, True]
    assert found.applications == ()


FILES = {
    "api/wsgi.py": "from api.db import engine\n",
    "api/db.py": "from sqlalchemy import create_engine\n",
    "jobs/tasks.py": "from .db import engine\nimport common.settings, os\n",
    "jobs/db.py": "",
    "common/settings.py": "",
    "common/__init__.py": "",
    "scripts/report.py": "",
}
BOTH = [process("api", application="api/wsgi.py"), process("jobs", application="jobs/tasks.py")]


def test_a_process_carries_what_its_program_comes_to() -> None:
    said = [engine("api/db.py"), engine("jobs/db.py"), engine("common/settings.py")]
    assert rows(put(said, BOTH, FILES)) == [
        ("api", "api/db.py"),
        ("jobs", "jobs/db.py"),
        ("jobs", "common/settings.py"),
    ]


def test_a_file_that_nothing_comes_to() -> None:
    found = put([engine("api/db.py"), engine("scripts/report.py")], BOTH, FILES)
    assert rows(found) == [("api", "api/db.py"), ("", "scripts/report.py")]
    assert reasons(found.deployments) == [None, "nothing that is started is seen to come to this file"]


def test_a_program_of_which_the_file_is_not_known_may_come_to_any() -> None:
    found = put([engine("api/db.py"), engine("scripts/report.py")], [*BOTH, process("more")], FILES)
    assert rows(found) == [("api", "api/db.py"), ("more", "api/db.py"), ("more", "scripts/report.py")]


def test_imports_that_lead_to_no_pool_tell_nothing() -> None:
    found = put([engine("scripts/report.py")], BOTH, FILES)
    assert rows(found) == [("api", "scripts/report.py"), ("jobs", "scripts/report.py")]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("import shop.config", "shop/config.py"),
        ("import os, shop.config as c", "shop/config.py"),
        ("from shop import config", "shop/config.py"),
        ("from shop.config import (\n    A,\n)", "shop/config.py"),
        ("    from .config import A", "shop/config.py"),
        ("from . import config", "shop/config.py"),
        ("from .. import top", "top.py"),
        ("app.config.from_object('shop.config.Production')", "shop/config.py"),
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")', "shop/settings/__init__.py"),
        ("app.config.from_pyfile('config.py')", "shop/config.py"),
        ("import top", "top.py"),
    ],
)
def test_imports(source: str, path: str) -> None:
    texts = {"shop/app.py": source, "shop/config.py": "", "shop/settings/__init__.py": "", "top.py": "import nothing"}
    imports = Imports({name: Document(name, Kind.PYTHON, content) for name, content in texts.items()})
    assert path in imports.reached_from("shop/app.py")
    assert imports.reached_from("top.py") == {"top.py"}


NAMES = ["config.py:Config", "config.py:DevelopmentConfig", "config.py:ProductionConfig", "config.py:TestingConfig"]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (NAMES, [NAMES[2]]),
        (NAMES[:2], [NAMES[0]]),
        (NAMES[1:2], [NAMES[1]]),
        (NAMES[1::2], [NAMES[1], NAMES[3]]),
        (
            ["s/settings/base.py:default", "s/settings/dev.py:default", "s/settings/prod.py:default"],
            ["s/settings/prod.py:default"],
        ),
        (
            ["app.yaml:production.database", "app.yaml:development.database", "app.yaml:reports"],
            ["app.yaml:production.database", "app.yaml:reports"],
        ),
        (["config.py:A", "config.py:B"], ["config.py:A", "config.py:B"]),
    ],
)
def test_configurations_for_several_environments(names: list[str], chosen: list[str]) -> None:
    instead = not_in_force(names, {})
    assert [name for name in names if name not in instead] == chosen
    assert all(one in chosen for one in instead.values())


def test_the_environment_names_a_configuration() -> None:
    environment = {"APP_SETTINGS": text("config.DevelopmentConfig"), "OTHER": text("TestingConfig")}
    instead = not_in_force(NAMES, dict.fromkeys(NAMES, environment))
    assert set(instead.values()) == {NAMES[1]}


def test_nothing_runs_with_the_other_configurations() -> None:
    found = put([engine("config.py", name.partition(":")[2]) for name in NAMES], [process("web", processes=3)])
    assert [one.processes.value for one in found.deployments] == [0, 0, 3, 0]
    assert found.deployments[0].processes.note == "config.py:ProductionConfig is taken to be the one that is deployed"
    assert found.applications == ()


def test_tests_are_known_by_their_place() -> None:
    assert all(map(is_tests, ["tests/a.py", "a/test_b.py", "conftest.py", "a/test/b.yaml"]))
    assert not any(map(is_tests, ["latest/a.py", "contest.py", "testing_ground.py"]))


def test_pools_of_one_process() -> None:
    said = [engine("db.py", "engine"), engine("jobs.py", "store", "apscheduler")]
    (one,) = put(said, [process("web", folder="")]).applications
    assert (one.name, [pool.name for pool in one.pools]) == ("web", ["db.py:engine", "jobs.py:store"])


def test_pools_that_surely_share_a_process_though_none_is_known() -> None:
    scheduler = engine("shop/jobs.py", "store", "apscheduler")
    found = put([engine("shop/db.py"), scheduler, engine("other/db.py")], [])
    assert [[pool.name for pool in one.pools] for one in found.applications] == [["shop/db.py", "shop/jobs.py:store"]]
    same = put([engine("app.yaml", "a"), engine("app.yaml", "b"), engine("more.yaml")], [])
    assert [one.name for one in same.applications] == ["app.yaml"]


def test_what_was_put_together_is_said() -> None:
    found = put([engine("config.yaml")], [process("web")])
    assert found.together == ("config.yaml with Procfile (web): nothing nearer says what runs of this folder",)
    files = {"wsgi.py": "import config", "config.py": ""}
    reached = put([engine("config.py")], [process("web", application="wsgi.py")], files)
    assert reached.together == ("config.py with Procfile (web): web runs wsgi.py",)


def test_the_shortest_patience_counts() -> None:
    impatient = replace(process("web"), request_timeout_seconds=Setting(20.0))
    for_ever = replace(process("jobs"), request_timeout_seconds=Setting(0.0))
    found = put([engine("config.yaml")], [process("a"), for_ever, impatient])
    assert found.deployments[0].pool.request_timeout_seconds.value == 20
    alone = put([engine("config.yaml")], [for_ever])
    assert not alone.deployments[0].pool.request_timeout_seconds.is_known
