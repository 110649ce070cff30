"""How many processes and threads web servers run, by their commands.

Options and defaults are those of gunicorn 27.0 (1 worker, 1 thread, timeout 30 s; threads > 1 makes sync gthread; a
gevent worker takes 1,000 connections at most; GUNICORN_CMD_ARGS beats the settings file, WEB_CONCURRENCY does not),
uWSGI 2.0 (1 process, 1 thread, the application loaded before the fork), uvicorn 0.54 and hypercorn 0.18 (1 worker) and
waitress 3.0 (4 threads), found by running them; and of MLflow 3 (4 workers), by its documentation.
"""

import re
from dataclasses import replace

from poolaudit.facts.setting import Setting
from poolaudit.readers.running.arguments import ONCE, Call, Reader, default, one_process, positional
from poolaudit.readers.running.command_line import words_of
from poolaudit.readers.running.process import Counts, Running

GUNICORN_TIMEOUT_SECONDS = 30
GREENLETS = "how many greenlets ask for connections at once is not said (gunicorn's worker_connections is 1,000)"
ASYNCIO = "how many tasks and threads of an asyncio server ask for connections is not said"
EACH_REQUEST = "a development server starts a thread for each request"
_GREEN = re.compile(r"gevent|eventlet|greenlet", re.IGNORECASE)
_ASYNC = re.compile(r"uvicorn|aiohttp|asgi|tornado|hypercorn|sanic", re.IGNORECASE)


def gunicorn(call: Call) -> Running:
    """Read gunicorn, with the options that its variable says."""
    more = call.environment.get("GUNICORN_CMD_ARGS")
    if more is not None and isinstance(more.value, str):
        call = replace(call, words=(*words_of(more.value), *call.words))
    return Running(
        "gunicorn",
        positional(call.words),
        gunicorn_counts(
            Counts(
                call.whole("-w", "--workers"),
                call.whole("--threads"),
                call.number("-t", "--timeout"),
                call.place if call.has("--preload") else None,
            ),
            call.text("-k", "--worker-class"),
            call.whole("--worker-connections"),
        ),
        config=call.text("-c", "--config").removeprefix("file:"),
        chdir=call.text("--chdir"),
        defaults=Counts(
            call.variable("WEB_CONCURRENCY") or default("workers", 1, "gunicorn"),
            default("threads", 1, "gunicorn"),
            Setting(GUNICORN_TIMEOUT_SECONDS, default_of="gunicorn", word="timeout"),
        ),
    )


def gunicorn_counts(counts: Counts, worker_class: str, connections: Setting[int] | None) -> Counts:
    """Put right what a class of worker makes of the threads: greenlets count as such, an asyncio worker has none.

    gunicorn's default of 1,000 `worker_connections` bounds sockets; nobody has said that so many will ask for the
    database, and every ordinary pool would be too small for them.
    """
    if _GREEN.search(worker_class):
        return replace(counts, threads=connections or Setting(unknown=GREENLETS, word="threads"))
    if _ASYNC.search(worker_class):
        return replace(counts, threads=Setting(unknown=ASYNCIO, word="threads"))
    return counts


def asgi(program: str, variable: str = "", *options: str) -> Reader:
    """Give the reader of an asyncio server, whose worker processes are said by one option."""

    def read(call: Call) -> Running:
        said = call.whole(*options) or (call.variable(variable) if variable else None)
        words = call.words[1:] if call.words[:1] in (("run",), ("dev",)) else call.words
        application = next((word for word in words if word.endswith(".py")), "") or positional(words)
        return Running(
            program,
            application,
            Counts(said, Setting(unknown=ASYNCIO, word="threads")),
            defaults=Counts(default("workers", 1, program)),
        )

    return read


def uwsgi(call: Call) -> Running:
    """Read uWSGI's command; a settings file that it names says the rest."""
    files = [word for word in call.words if word.endswith((".ini", ".yaml", ".yml", ".json", ".xml"))]
    config = call.text("--ini", "--yaml", "--yml", "-y") or next(iter(files), "")
    is_lazy = call.has("--lazy-apps", "--lazy")
    return Running(
        "uwsgi",
        (call.text("--module", "-w") or call.text("--wsgi-file") or call.text("--mount").partition("=")[2]),
        Counts(
            call.whole("-p", "--processes", "--workers"),
            call.whole("--threads"),
            call.number("-t", "--harakiri"),
            is_lazy=is_lazy,
        ),
        config=config,
        chdir=call.text("--chdir"),
        defaults=Counts(
            default("processes", 1, "uwsgi"), default("threads", 1, "uwsgi"), preload=None if is_lazy else call.place
        ),
    )


def waitress(call: Call) -> Running:
    """Read waitress-serve."""
    counts = Counts(threads=call.whole("--threads"))
    defaults = Counts(default("processes", 1, "waitress"), default("threads", 4, "waitress"))
    return Running("waitress", positional(call.words), counts, defaults=defaults)


def flask(call: Call) -> Running:
    """Read Flask's own command."""
    application = call.text("-A", "--app")
    if not application and "FLASK_APP" in call.environment:
        application = str(call.environment["FLASK_APP"].value or "")
    if "run" in call.words:
        return developing(call, "flask", application)
    return Running("flask", application, is_lasting=not ONCE & set(call.words) and "shell" not in call.words)


def mlflow(call: Call) -> Running:
    """Read MLflow's server."""
    counts = Counts(call.whole("-w", "--workers"))
    defaults = Counts(default("workers", 4, "MLflow"))
    return Running("mlflow", counts=counts, defaults=defaults, is_lasting=bool({"server", "ui"} & set(call.words[:1])))


def developing(call: Call, program: str, application: str) -> Running:
    """Give a development server, which starts a thread for each request."""
    threads: Setting[int] = Setting(unknown=EACH_REQUEST, word="threads")
    return Running(program, application, Counts(one_process(call), threads))
