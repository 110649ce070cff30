"""What forks, and what a child does about what it inherits."""

import pytest

from poolaudit.facts.setting import Place
from tests.readers.forking.programs import MADE, forks_of, opened, script

OPENS = f"{MADE}engine.connect()\n"
CONF = "workers = 2\npreload_app = True\n"


def served(procfile: str, app: str = OPENS, **others: str) -> str | None:
    names = {"conf": "gunicorn.conf.py", "ini": "uwsgi.ini", "settings": "celeryconfig.py"}
    return opened({"Procfile": procfile, "app.py": app, **{names[name]: text for name, text in others.items()}})


@pytest.mark.parametrize(
    ("procfile", "others", "forks"),
    [
        ("web: gunicorn --preload -w 2 app:app", {}, True),
        ("web: gunicorn --preload app:app", {}, False),
        ("web: gunicorn --preload -w $N app:app", {}, True),
        ("web: gunicorn -w 2 app:app", {}, False),
        ("web: gunicorn app:app", {"conf": CONF}, True),
        ("web: gunicorn app:app", {"conf": "workers = 2\nimport app"}, True),
        ("web: gunicorn app:app", {"conf": "workers = 2\ndef on_starting(server):\n    import app"}, True),
        ("web: gunicorn app:app", {"conf": "workers = 2\ndef post_fork(server, worker):\n    import app"}, False),
        ("web: uwsgi --module app --processes 2", {}, True),
        ("web: uwsgi --module app", {}, False),
        ("web: uwsgi --module app --processes 2 --lazy-apps", {}, False),
        ("web: uwsgi --ini uwsgi.ini", {"ini": "[uwsgi]\nmodule = app\nprocesses = 2"}, True),
        ("web: uwsgi --ini uwsgi.ini", {"ini": "[uwsgi]\nmodule = app\nprocesses = 2\nlazy-apps = 1"}, False),
        ("web: celery -A app worker", {}, True),
        ("web: celery -A app worker -c 1", {}, False),
        ("web: celery -A app worker -P solo", {}, False),
        ("web: celery -A app worker -P gevent -c 9", {}, False),
        ("web: celery -A app worker -P threads", {}, False),
        ("web: celery -A app worker", {"settings": "worker_pool = 'threads'"}, False),
        ("web: celery -A app worker -P prefork", {"settings": "worker_pool = 'threads'"}, True),
        ("web: celery -A app beat", {}, False),
        ("web: python app.py", {}, False),
    ],
)
def test_what_forks(procfile: str, others: dict[str, str], *, forks: bool) -> None:
    assert served(procfile, **others) == ("app.py:3" if forks else None)


GUNICORN, UWSGI, CELERY = (
    "web: gunicorn app:app",
    "web: uwsgi --module app --processes 2",
    "web: celery -A app worker",
)
IN_UWSGI = "from uwsgidecorators import postfork\n@postfork\ndef forget(): engine.dispose()"
IN_CELERY = (
    "from celery.signals import worker_process_init\n"
    "@worker_process_init.connect\ndef forget(**rest): engine.dispose(close=False)"
)
AT_FORK = "import os\nos.register_at_fork(after_in_child=lambda: engine.dispose(close=False))"
LISTENER = (
    "from sqlalchemy import event\n@event.listens_for(engine, 'checkout')\n"
    "def check(connection, record, proxy):\n    if record.info['pid'] != os.getpid(): raise DisconnectionError"
)


@pytest.mark.parametrize(
    ("procfile", "more", "is_given_up"),
    [
        (UWSGI, IN_UWSGI, True),
        (UWSGI, "import uwsgi\ndef forget(): engine.dispose()\nuwsgi.post_fork_hook = forget", True),
        (UWSGI, IN_CELERY, False),
        (UWSGI, "def forget(): engine.dispose()", False),
        (CELERY, IN_CELERY, True),
        (CELERY, IN_CELERY.replace(".connect", ".connect(weak=False)"), True),
        (CELERY, "from celery.signals import worker_process_init as w\nw.connect(engine.dispose)", True),
        (CELERY, "from celery import signals\nsignals.worker_process_init.connect(engine.dispose)", True),
        (CELERY, IN_CELERY.replace("process_init", "init"), False),
        (CELERY, IN_UWSGI, False),
        (UWSGI, AT_FORK, True),
        (CELERY, AT_FORK, True),
        (UWSGI, "import os\nos.register_at_fork(after_in_child=engine.dispose)", True),
        (UWSGI, "import os\nos.register_at_fork(before=engine.connect)", False),
        (UWSGI, "from other import engine as two\nimport os\nos.register_at_fork(after_in_child=two.dispose)", False),
    ],
)
def test_hooks_in_the_application(procfile: str, more: str, *, is_given_up: bool) -> None:
    (fork,) = forks_of({"Procfile": procfile, "app.py": f"{OPENS}{more}"})
    assert (fork.given_up is not None) is is_given_up
    assert fork.opened.value == Place("app.py", 3)


@pytest.mark.parametrize(
    ("listener", "refused"),
    [
        (LISTENER, Place("app.py", 6)),
        (LISTENER.replace("(engine,", "(Engine,"), Place("app.py", 6)),
        (LISTENER.replace("getpid", "getcwd"), None),
        (LISTENER.replace("'checkout'", "'connect'"), None),
    ],
)
def test_a_listener_that_refuses_connections_of_another_process(listener: str, refused: Place | None) -> None:
    (fork,) = forks_of({"Procfile": UWSGI, "app.py": f"{OPENS}{listener}"})
    assert (fork.opened.value, fork.given_up, fork.refused) == (Place("app.py", 3), None, refused)
    job = f"import multiprocessing\n{OPENS}{listener}\n{WORK}multiprocessing.Pool().map(work, [])\n# __main__"
    (fork,) = forks_of({"job.py": job})
    assert (fork.by, fork.given_up, fork.refused) == ("multiprocessing", None, refused and Place("job.py", 7))


@pytest.mark.parametrize(
    ("hook", "is_given_up"),
    [
        ("def post_fork(server, worker):\n    from app import engine\n    engine.dispose(close=False)", True),
        ("def post_worker_init(worker):\n    import app\n    app.engine.dispose()", True),
        ("def post_fork(server, worker):\n    import app\n    app.engine.pool = app.engine.pool.recreate()", True),
        ("def post_fork(server, worker):\n    import app\n    app.forget()", True),
        ("def post_fork(server, worker):\n    print(worker.pid)", False),
        ("def pre_fork(server, worker):\n    from app import engine\n    engine.connect()", False),
        ("def child_exit(server, worker):\n    from app import engine\n    engine.dispose()", False),
    ],
)
def test_hooks_of_gunicorn(hook: str, *, is_given_up: bool) -> None:
    app = f"{OPENS}def forget(): engine.dispose()"
    (fork,) = forks_of({"Procfile": GUNICORN, "app.py": app, "gunicorn.conf.py": f"{CONF}{hook}"})
    assert (fork.given_up is not None) is is_given_up
    assert fork.place == Place("gunicorn.conf.py", 2)


def test_a_settings_file_of_hooks_alone_is_read() -> None:
    hook = "def post_fork(server, worker):\n    import app\n    app.engine.dispose()"
    (fork,) = forks_of({"Procfile": "web: gunicorn --preload -w 2 app:app", "app.py": OPENS, "gunicorn.conf.py": hook})
    assert fork.given_up == Place("gunicorn.conf.py", 3)


def test_each_kind_of_process_is_said() -> None:
    files = {
        "Procfile": "web: gunicorn --preload -w 2 app:app\nworker: celery -A app worker",
        "app.py": f"{OPENS}{IN_CELERY}",
    }
    web, worker = forks_of(files)
    assert (web.process, web.by, web.given_up) == ("web", "gunicorn", None)
    assert (worker.process, worker.by, worker.given_up) == ("worker", "celery", Place("app.py", 6))


def test_celerys_tasks_are_loaded_with_it() -> None:
    files = {
        "Procfile": CELERY,
        "app.py": "from celery import Celery\napp = Celery('app', include=['tasks'])",
        "tasks.py": OPENS,
    }
    assert opened(files) == "tasks.py:3"
    files["app.py"] = "from celery import Celery\napp = Celery('app')"
    assert "tasks.py" not in (opened(files) or "")


WORK = "def work(n): engine.connect()\ndef idle(n): pass\n"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("engine.connect()\nmultiprocessing.Process(target=work).start()", "warning"),
        ("engine.connect()\nmultiprocessing.Process(target=work)", None),
        ("p = multiprocessing.Process(target=work, args=(1,))\nengine.connect()\np.start()", "warning"),
        ("p = multiprocessing.Process(target=work)\np.start()\nengine.connect()", None),
        ("engine.connect()\nmultiprocessing.Process(target=idle).start()", None),
        ("engine.connect()\nmultiprocessing.Process(target=print).start()", None),
        ("engine.connect()\nmultiprocessing.Process(target=unknown()).start()", "unknown"),
        ("engine.connect()\nmultiprocessing.Pool(2).map(work, [])", "warning"),
        ("pool = multiprocessing.Pool(2)\nengine.connect()\npool.map(work, [])", None),
        ("engine.connect()\nwith multiprocessing.Pool(2) as pool:\n    pool.apply_async(work, (1,))", "warning"),
        ("engine.connect()\nmultiprocessing.get_context('fork').Pool(2).map(work, [])", "error"),
        ("engine.connect()\nmultiprocessing.get_context('spawn').Pool(2).map(work, [])", None),
        ("engine.connect()\nmultiprocessing.get_context('forkserver').Pool(2).map(work, [])", None),
        ("multiprocessing.set_start_method('fork')\nengine.connect()\nmultiprocessing.Pool().map(work, [])", "error"),
        ("multiprocessing.set_start_method('spawn')\nengine.connect()\nmultiprocessing.Pool().map(work, [])", None),
        ("engine.connect()\nengine.dispose()\nmultiprocessing.Pool(2).map(work, [])", None),
        ("engine.connect()\nmultiprocessing.Pool(2, engine.dispose, (False,)).map(work, [])", "given up"),
        ("engine.connect()\nmultiprocessing.Pool(2, initializer=engine.dispose).map(work, [])", "closed"),
        (
            (
                "from functools import partial\nengine.connect()\n"
                "multiprocessing.Pool(2, partial(engine.dispose, close=False)).map(partial(work, 1), [])"
            ),
            "given up",
        ),
        (
            (
                "def first():\n    engine.dispose(close=False)\n    work(1)\nengine.connect()\n"
                "multiprocessing.Process(target=first).start()"
            ),
            "given up",
        ),
        (
            (
                "from multiprocessing.util import register_after_fork\n"
                "register_after_fork(engine, lambda one: one.dispose(close=False))\n"
                "engine.connect()\nmultiprocessing.Pool(2).map(work, [])"
            ),
            "given up",
        ),
        (f"{LISTENER}\nengine.connect()\nmultiprocessing.Pool(2).map(work, [])", "refused"),
        (
            (
                "from concurrent.futures import ProcessPoolExecutor\nengine.connect()\n"
                "with ProcessPoolExecutor() as pool:\n    pool.submit(work, 1)"
            ),
            "warning",
        ),
        (
            (
                "from concurrent.futures import ProcessPoolExecutor\npool = ProcessPoolExecutor()\nengine.connect()\n"
                "pool.map(work, [])"
            ),
            "warning",
        ),
        (
            (
                "from concurrent.futures import ProcessPoolExecutor\nengine.connect()\n"
                "ProcessPoolExecutor(mp_context=multiprocessing.get_context('spawn')).map(work, [])"
            ),
            None,
        ),
        (
            (
                "class Worker(multiprocessing.Process):\n    def run(self):\n        work(1)\n"
                "engine.connect()\nWorker().start()"
            ),
            "warning",
        ),
        ("class Worker:\n    def run(self):\n        work(1)\nengine.connect()\nWorker().start()", None),
        (
            (
                "def main():\n    engine.connect()\n    multiprocessing.Pool(2).map(work, [])\n"
                "if __name__ == '__main__':\n    main()"
            ),
            "warning",
        ),
    ],
)
def test_multiprocessing(lines: str, found: str | None) -> None:
    forks = script(f"{WORK}{lines}")
    assert len(forks) == (found is not None)
    for fork in forks:
        assert fork.by == "multiprocessing"
        if fork.opened.unknown is not None:
            assert found == "unknown"
        elif fork.given_up is not None:
            assert found == ("closed" if fork.closes else "given up")
        elif fork.refused is not None:
            assert found == "refused"
        else:
            assert found == ("error" if fork.is_sure else "warning")


def test_a_program_that_is_started_is_followed_as_a_script() -> None:
    job = f"import multiprocessing\n{OPENS}{WORK}if __name__ == '__main__':\n    multiprocessing.Pool().map(work, [])"
    (fork,) = forks_of({"Procfile": "job: python job.py", "job.py": job})
    assert (fork.process, fork.opened.value, fork.place) == ("job", Place("job.py", 4), Place("job.py", 8))
