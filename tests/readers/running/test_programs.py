"""What commands run, by each program's own options.

What is expected was found by running gunicorn 27.0, uvicorn 0.54, hypercorn 0.18, waitress 3.0, celery 5.7, dramatiq
2.2 and uWSGI 2.0; MLflow's workers are those of its documentation.
"""

import pytest

from poolaudit.facts.setting import Place
from poolaudit.readers.located import Located
from poolaudit.readers.running.command_line import commands_in
from poolaudit.readers.running.configured import configured
from poolaudit.readers.running.process import Configured, Environment, Running
from poolaudit.readers.running.programs import running

HERE = Place("Procfile", 1)


def of(text: str, environment: Environment | None = None, cpus: int | None = None) -> Running:
    (command,) = commands_in(text, HERE)
    return running(command, environment or {}, cpus)


def numbers(found: Running) -> tuple[object, ...]:
    """Give processes, threads and patience in force: each a number, why it is not known, or None."""
    counts = found.counts.over(found.defaults)
    settings = (counts.processes, counts.threads, counts.request_timeout_seconds)
    return tuple(one and (one.value if one.is_known else one.unknown) for one in settings)


GREENLETS = "how many greenlets ask for connections at once is not said (gunicorn's worker_connections is 1,000)"
ASYNCIO = "how many tasks and threads of an asyncio server ask for connections is not said"
NO_CPUS = "as many as there are processors, which no file says"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gunicorn app:app", (1, 1, 30)),
        ("gunicorn -w 4 app:app", (4, 1, 30)),
        ("gunicorn -w4 app:app", (4, 1, 30)),
        ("gunicorn --workers=4 app:app", (4, 1, 30)),
        ("gunicorn --workers 4 --threads 2 -t 60 app:app", (4, 2, 60)),
        ("gunicorn -w 2 -w 3 app:app", (3, 1, 30)),
        ("gunicorn --timeout=0 app:app", (1, 1, 0)),
        ("python -m gunicorn -w 4 app:app", (4, 1, 30)),
        ("python3.12 -u -m gunicorn -w 4 app:app", (4, 1, 30)),
        ("gunicorn -k gevent --worker-connections 50 app:app", (1, 50, 30)),
        ("gunicorn -k gevent app:app", (1, GREENLETS, 30)),
        ("gunicorn -k gthread --threads 8 app:app", (1, 8, 30)),
        ("gunicorn -k uvicorn.workers.UvicornWorker -w 3 app:app", (3, ASYNCIO, 30)),
        ("gunicorn -w $(nproc) app:app", ("as many as there are processors", 1, 30)),
        ("gunicorn -w ${WEB_CONCURRENCY} app:app", ("environment variable WEB_CONCURRENCY, no default", 1, 30)),
        ("gunicorn -w ${N:-5} app:app", (5, 1, 30)),
        ("WEB_CONCURRENCY=6 gunicorn app:app", (6, 1, 30)),
        ("GUNICORN_CMD_ARGS='-w 7 --threads 3' gunicorn app:app", (7, 3, 30)),
        ("GUNICORN_CMD_ARGS='-w 7' gunicorn -w 2 app:app", (2, 1, 30)),
        ("gunicorn -w 0 app:app", ("-w 0 is no count", 1, 30)),
        ("gunicorn -w many app:app", ("its value is a text, no number", 1, 30)),
        ("uvicorn app:app", (1, ASYNCIO, None)),
        ("uvicorn app:app --workers 4", (4, ASYNCIO, None)),
        ("WEB_CONCURRENCY=3 uvicorn app:app", (3, ASYNCIO, None)),
        ("fastapi run app/main.py --workers 2", (2, ASYNCIO, None)),
        ("hypercorn -w 5 app:app", (5, ASYNCIO, None)),
        ("daphne app.asgi:application", (1, ASYNCIO, None)),
        ("uwsgi --processes 4 --threads 2 --harakiri 20 --module app", (4, 2, 20)),
        ("uwsgi -p 3 --wsgi-file app.py", (3, 1, None)),
        ("uwsgi --workers=6 --http :80", (6, 1, None)),
        ("celery -A shop worker -c 8", (8, 1, None)),
        ("celery -A shop worker --concurrency=8 -P prefork", (8, 1, None)),
        ("celery -A shop worker --autoscale=10,3", (10, 1, None)),
        ("celery -A shop worker -P threads -c 12", (1, 12, None)),
        ("celery -A shop worker -P gevent -c 100", (1, 100, None)),
        ("celery -A shop worker --pool=solo", (1, 1, None)),
        ("celery -A shop worker", (NO_CPUS, 1, None)),
        ("celery -A shop worker -c auto", (NO_CPUS, 1, None)),
        ("celery worker -A shop -c 2", (2, 1, None)),
        ("waitress-serve --threads=6 app:app", (1, 6, None)),
        ("waitress-serve app:app", (1, 4, None)),
        ("flask --app shop run", (1, "a development server starts a thread for each request", None)),
        ("python manage.py runserver", (1, "a development server starts a thread for each request", None)),
        ("python manage.py run_consumer", (1, "how many threads manage.py starts is not said", None)),
        ("python worker.py", (1, "how many threads worker.py starts is not said", None)),
        ("python -m shop.worker", (1, "how many threads shop.worker starts is not said", None)),
        ("dramatiq shop.tasks -p 2 -t 4", (2, 4, None)),
        ("dramatiq shop.tasks", (NO_CPUS, 8, None)),
        ("rq worker high low", (1, 1, None)),
        ("mlflow server --workers 6", (6, None, None)),
        ("mlflow server", (4, None, None)),
        ("something-else --workers 4", (None, None, None)),
    ],
)
def test_counts(text: str, expected: tuple[object, ...]) -> None:
    found = of(text)
    assert found.is_lasting
    assert numbers(found) == expected


def test_processors_that_are_given() -> None:
    assert numbers(of("gunicorn -w $(nproc) app:app", cpus=8))[0] == 8
    assert numbers(of("celery -A shop worker", cpus=8))[0] == 8
    assert numbers(of("celery -A shop worker -P threads", cpus=8))[1] == 8


def test_where_the_numbers_are_said() -> None:
    counts = of("gunicorn -w 4 app:app").counts
    assert counts.processes is not None
    assert (counts.processes.place, counts.processes.word) == (HERE, "-w")
    defaults = of("gunicorn app:app").defaults
    assert defaults.processes is not None
    assert defaults.processes.origin == "gunicorn's default"
    said = of("gunicorn app:app", {"WEB_CONCURRENCY": Located("3", Place("compose.yml", 4))}).defaults.processes
    assert said is not None
    assert (said.value, said.place, said.word) == (3, Place("compose.yml", 4), "WEB_CONCURRENCY")


@pytest.mark.parametrize(
    "text",
    [
        "alembic upgrade head",
        "flask db upgrade",
        "python manage.py migrate",
        "python manage.py collectstatic --noinput",
        "python -m alembic upgrade head",
        "python -c 'import shop'",
        "celery -A shop beat",
        "celery -A shop flower --port=5555",
        "nginx -g 'daemon off;'",
        "redis-server",
        "npm start",
        "sleep 5",
        "mlflow db upgrade mysql://x",
        "pip install x",
    ],
)
def test_what_carries_no_pool(text: str) -> None:
    assert not of(text).is_lasting


@pytest.mark.parametrize(
    ("text", "application"),
    [
        ("gunicorn -w 4 -b 0.0.0.0:8000 shop.wsgi:app", "shop.wsgi:app"),
        ("gunicorn shop.wsgi", "shop.wsgi"),
        ("gunicorn --log-level info 'shop:create_app()'", "shop:create_app()"),
        ("gunicorn -w 4 shop.wsgi --timeout 60", "shop.wsgi"),
        ("uvicorn --host 0.0.0.0 shop.main:app", "shop.main:app"),
        ("fastapi run app/main.py", "app/main.py"),
        ("celery -A shop.celery worker", "shop.celery"),
        ("celery --app=shop.celery:app worker", "shop.celery:app"),
        ("uwsgi --module shop.wsgi:application", "shop.wsgi:application"),
        ("uwsgi --mount /=shop:app", "shop:app"),
        ("FLASK_APP=shop flask run", "shop"),
        ("python -m shop.worker", "shop.worker"),
        ("python worker.py", "worker.py"),
        ("/app/worker.py", "worker.py"),
    ],
)
def test_which_application(text: str, application: str) -> None:
    assert of(text).application == application


def test_preload() -> None:
    assert of("gunicorn --preload app:app").counts.preload == HERE
    assert of("gunicorn app:app").counts.preload is None
    assert of("uwsgi --module app").defaults.preload == HERE
    lazy = of("uwsgi --lazy-apps --module app")
    assert lazy.counts.over(lazy.defaults).preload is None


def test_settings_files_that_are_named() -> None:
    assert of("gunicorn -c deploy/gunicorn.py app:app").config == "deploy/gunicorn.py"
    assert of("gunicorn --config=file:conf.py --chdir src app:app").config == "conf.py"
    assert of("uwsgi --ini /etc/uwsgi.ini").config == "/etc/uwsgi.ini"
    assert of("uwsgi app.yaml").config == "app.yaml"
    assert of("supervisord -n -c /etc/supervisord.conf").config == "/etc/supervisord.conf"


def test_scripts_lead_on() -> None:
    assert of("sh ./start.sh production").script == "./start.sh"
    assert of("./entrypoint.sh gunicorn app:app").arguments == ("gunicorn", "app:app")
    assert not of("./start.sh").is_lasting


def file_of(program: str, by_cpus: tuple[int, int] | None = None, **words: object) -> Configured:
    table = {word.replace("_apps", "-apps"): Located(value, Place("conf", 2)) for word, value in words.items()}  # type: ignore[arg-type] # plain words
    return Configured(Place("conf"), program, table, by_cpus)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (file_of("gunicorn", workers=5, threads=3, timeout=60), (5, 3, 60)),
        (file_of("gunicorn", workers=5, worker_class="gevent", worker_connections=40), (5, 40, None)),
        (file_of("gunicorn", worker_class="gevent"), (None, GREENLETS, None)),
        (
            file_of("gunicorn", worker_class="${KIND}"),
            (None, "worker_class: environment variable KIND, no default", None),
        ),
        (file_of("uwsgi", processes=4, threads="2", harakiri=30), (4, 2, 30)),
        (file_of("uwsgi", workers="4"), (4, None, None)),
        (file_of("celery", worker_concurrency=3), (3, 3, None)),
    ],
)
def test_settings_files(said: Configured, expected: tuple[object, ...]) -> None:
    counts = configured(said, {}, None)
    assert numbers(Running("x", counts=counts)) == expected


def test_celery_loads_the_application_before_its_processes_are_forked() -> None:
    assert of("celery -A app worker").defaults.preload == HERE
    assert of("celery -A app worker -P prefork").counts.preload == HERE
    solo = of("celery -A app worker -P solo")
    assert solo.counts.over(solo.defaults).preload is None
    said = of("celery -A app worker").counts.over(configured(file_of("celery", worker_pool="threads"), {}, None))
    assert said.over(of("celery -A app worker").defaults).preload is None


def test_preload_in_settings_files() -> None:
    assert configured(file_of("gunicorn", preload_app=True), {}, None).preload == Place("conf", 2)
    assert configured(file_of("gunicorn", preload_app=False), {}, None).preload is None
    assert configured(file_of("uwsgi", lazy_apps="true"), {}, None).is_lazy
    assert not configured(file_of("uwsgi", processes=2), {}, None).is_lazy


def test_workers_for_each_processor() -> None:
    unknown = Configured(Place("conf"), "gunicorn", {"workers": Located(None, unknown="worked out")}, (2, 1))
    by_none, by_four = configured(unknown, {}, None).processes, configured(unknown, {}, 4).processes
    assert by_none is not None
    assert by_none.unknown == "worked out"
    assert by_four is not None
    assert (by_four.value, by_four.note) == (9, "4 processors, as given")


def test_a_variable_of_the_environment_beats_the_default_in_a_file() -> None:
    said = Configured(Place("c"), "gunicorn", {"workers": Located(2, Place("c", 1), variable="WORKERS")})
    found = configured(said, {"WORKERS": Located("6", Place("compose.yml", 9))}, None).processes
    assert found is not None
    assert (found.value, found.place) == (6, Place("compose.yml", 9))
