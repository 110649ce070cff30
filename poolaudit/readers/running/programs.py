"""What a command runs: which program, how many processes and threads of it, and which application.

Options and defaults are those of gunicorn 27.0 (1 worker, 1 thread, timeout 30 s; threads > 1 makes sync gthread; a
gevent worker takes 1,000 connections at most; GUNICORN_CMD_ARGS beats the settings file, WEB_CONCURRENCY does not),
uWSGI 2.0 (1 process, 1 thread, the application loaded before the fork), uvicorn 0.54 and hypercorn 0.18 (1 worker),
celery 5.7 (as many processes as processors), waitress 3.0 (4 threads) and dramatiq 2.2 (8 threads, as many processes
as processors), found by running them; and of MLflow 3 (4 workers), by its documentation.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from poolaudit.facts.pool import Place, Setting
from poolaudit.readers.located import Located
from poolaudit.readers.running.command_line import filled, words_of
from poolaudit.readers.running.process import Command, Configured, Counts, Environment
from poolaudit.readers.settings import any_number, setting, whole_number

T = TypeVar("T")

CELERY_COUNTS = ("worker_concurrency", "CELERY_WORKER_CONCURRENCY", "CELERYD_CONCURRENCY")
CELERY_POOLS = ("worker_pool", "CELERY_WORKER_POOL", "CELERYD_POOL")
CELERY_WORDS = (*CELERY_COUNTS, *CELERY_POOLS)
PREFORK = frozenset({"prefork", "processes"})
"""Celery's names for its pool of processes that are forked."""
GUNICORN_TIMEOUT_SECONDS = 30
NOTHING_SAID = Counts()
NO_CPUS = "as many as there are processors, which no file says"
GREENLETS = "how many greenlets ask for connections at once is not said (gunicorn's worker_connections is 1,000)"
ASYNCIO = "how many tasks and threads of an asyncio server ask for connections is not said"
EACH_REQUEST = "a development server starts a thread for each request"
_GREEN = re.compile(r"gevent|eventlet|greenlet", re.IGNORECASE)
_ASYNC = re.compile(r"uvicorn|aiohttp|asgi|tornado|hypercorn|sanic", re.IGNORECASE)
_MODULE = re.compile(r"[A-Za-z_][\w.]*(:[A-Za-z_][\w.]*(\(.*\))?)?")
_SCRIPT = re.compile(r"[\w./-]+\.(sh|bash)|\.?/?[\w./-]*(entrypoint|start|run|boot|launch)[\w.-]*")
_SHOWN = re.compile(r"[\w./@ -]{1,64}")
_PYTHON = re.compile(r"python[0-9.]*|pypy[0-9.]*")
NOT_CARRYING = frozenset(
    {"alembic", "nginx", "redis-server", "mysqld", "mariadbd", "postgres", "node", "npm", "yarn", "npx", "pnpm"}
    | {"tail", "sleep", "echo", "cat", "cp", "mkdir", "chown", "chmod", "curl", "wget", "pip", "true", "set", "cd"}
    | {"haproxy", "traefik", "caddy", "envoy", "proxysql", "maxscale", "memcached", "rabbitmq-server", "flower"}
    | {"pytest", "certbot", "cron", "crond", "source", ".", "test", "[", "exit", "printf", "java", "ruby", "php"}
    | {"php-fpm", "go", "cargo", "make", "git", "apt-get", "apk", "trap", "wait", "ulimit", "umask", "mysql"}
    | {"mysqladmin", "mariadb", "nc", "until", "return", "fi", "done", "esac", "case", "for", "read", "local"}
    | {"shift", "kill", "rm", "ln", "sed", "grep", "find", "touch", "mv", "export", "unset", "function", "mongod"}
)
"""Programs that carry no pool of the application's."""
_ONCE = frozenset({"migrate", "collectstatic", "db", "upgrade", "init", "init-db", "createsuperuser", "makemigrations"})
"""Words behind a framework's command that do something once and end."""


@dataclass(frozen=True)
class Running:
    """What a command runs. `application` is a module (`shop.wsgi`) or a file, `config` a settings file that it names.

    `script` is a shell script that it starts with `arguments`; only the file itself can tell what that runs.
    `is_lasting` is whether it stays and works for the application, so that it carries the application's pools.
    """

    program: str
    application: str = ""
    counts: Counts = NOTHING_SAID
    config: str = ""
    script: str = ""
    arguments: tuple[str, ...] = ()
    chdir: str = ""
    is_lasting: bool = True
    defaults: Counts = NOTHING_SAID


@dataclass(frozen=True)
class _Call:
    """A program's words with all that is needed to read them."""

    name: str
    words: tuple[str, ...]
    place: Place
    environment: Environment
    cpus: int | None

    def filled(self, word: str) -> Located:
        return filled(word, self.environment, self.place, self.cpus)

    def last(self, *names: str) -> tuple[str, str] | None:
        """Give an option's name as it stands and what it is given, the last one where there are several."""
        found = None
        for number, word in enumerate(self.words):
            for name in names:
                value = _given(name, word, self.words[number + 1 : number + 2])
                found = (name, value) if value is not None else found
        return found

    def text(self, *names: str) -> str:
        """Give what an option is given, "" where it is not there or cannot be known."""
        found = self.last(*names)
        value = self.filled(found[1]).value if found is not None else ""
        return str(value) if value is not None else ""

    def whole(self, *names: str) -> Setting[int] | None:
        """Give the number that an option is given."""
        found = self.last(*names)
        return whole(found[0], self.filled(found[1])) if found is not None else None

    def number(self, *names: str) -> Setting[float] | None:
        """Give the number of seconds that an option is given."""
        found = self.last(*names)
        return seconds(found[0], self.filled(found[1])) if found is not None else None

    def has(self, *names: str) -> bool:
        """Whether an option stands there that is given nothing."""
        return any(word in names for word in self.words)

    def variable(self, name: str) -> Setting[int] | None:
        """Give the number that an environment variable says."""
        found = self.environment.get(name)
        return whole(name, found) if found is not None else None


_Reader: TypeAlias = Callable[[_Call], Running]


def _given(name: str, word: str, following: tuple[str, ...]) -> str | None:
    """Give an option's value: `--workers=4`, `--workers 4`, `-w4`, `-w 4`."""
    if word == name:
        return following[0] if following else None
    if word.startswith(f"{name}="):
        return word[len(name) + 1 :]
    is_short = not name.startswith("--") and word.startswith(name) and not word.startswith("--")
    return word[len(name) :] if is_short else None


def whole(word: str, found: Located, least: int = 1) -> Setting[int]:
    """Make a count of what is found; what is no number from `least` on is unknown."""
    number = setting(word, _as_number(found), whole_number, Setting(word=word))
    if number.is_known and number.value < least:
        return Setting(place=found.place, unknown=f"{word} {number.value} is no count", word=word)
    return number


def seconds(word: str, found: Located) -> Setting[float]:
    """Make a time of what is found, infinite where it is 0: no limit."""
    return setting(word, _as_number(found), any_number, Setting(word=word))


def _as_number(found: Located) -> Located:
    """Take a text of digits for its number: on a command line every number is a text."""
    value = found.value
    return replace(found, value=int(value)) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else found


def default(word: str, value: int, program: str, note: str | None = None) -> Setting[int]:
    """Give a program's own default."""
    return Setting(value, default_of=program, note=note, word=word)


def running(command: Command, environment: Environment, cpus: int | None) -> Running:
    """Say what a command runs, with the environment that it is started in; `cpus` is how many processors there are."""
    words = tuple(word for word in command.words if word)
    if not words:
        return Running("", is_lasting=False)
    known = {**environment, **command.environment}
    return _read(_Call(words[0].rpartition("/")[2], words[1:], command.place, known, cpus))


def _read(call: _Call) -> Running:
    if call.name in _READERS:
        return _READERS[call.name](call)
    if _PYTHON.fullmatch(call.name):
        return _python(call)
    if call.name.endswith(".py"):
        return _alone(call, call.name)
    return _other(call)


def _other(call: _Call) -> Running:
    """Read a program whose options are not known: a shell with a script, a script, anything."""
    if call.name in {"sh", "bash", "ash", "dash", "zsh"}:
        words = tuple(word for word in call.words if not word.startswith("-"))
        return Running("sh", script=next(iter(words), ""), arguments=words[1:], is_lasting=False)
    if _SCRIPT.fullmatch(call.name):
        return Running(call.name, script=call.name, arguments=call.words, is_lasting=False)
    return Running(call.name, is_lasting=call.name not in NOT_CARRYING)


def _python(call: _Call) -> Running:
    """Read `python -m gunicorn …`, `python manage.py …`, `python main.py`."""
    words = list(call.words)
    while words and words[0].startswith("-") and words[0] not in {"-m", "-c"}:
        words = words[2:] if words[0] in {"-W", "-X"} else words[1:]
    if len(words) > 1 and words[0] == "-m":
        module, rest = words[1], tuple(words[2:])
        inner = replace(call, name=module, words=rest)
        if module in _READERS:
            return _READERS[module](inner)
        once = module in NOT_CARRYING or bool(_ONCE & set(rest[:1]))
        return replace(_alone(call, module), is_lasting=not once)
    if not words or words[0] == "-c":
        return Running("python", is_lasting=False)
    return _script(call, words)


def _script(call: _Call, words: list[str]) -> Running:
    name, rest = words[0], words[1:]
    if name.rpartition("/")[2] == "manage.py":
        return _django(call, name, "".join(rest[:1]))
    return replace(_alone(call, name), is_lasting=not _ONCE & set(rest[:1]))


def _django(call: _Call, name: str, command: str) -> Running:
    """Read manage.py: what begins with run and its like stays, all else is done once."""
    if command == "runserver":
        return _developing(call, "django", name)
    is_lasting = command.startswith(("run", "consume", "listen", "work", "process_tasks", "rqworker", "qcluster"))
    return replace(_alone(call, name), program="django", is_lasting=is_lasting)


def shown(name: str) -> str:
    """Give a name as it may be shown; what is no name may be anything, a password as well."""
    return name if _SHOWN.fullmatch(name) else "it"


def _one(call: _Call) -> Setting[int]:
    return Setting(1, call.place, note="a program of one process", word="processes")


def _alone(call: _Call, application: str) -> Running:
    """Give one process of a program that has no workers; how many threads it starts, only its code could say."""
    threads: Setting[int] = Setting(unknown=f"how many threads {shown(application)} starts is not said", word="threads")
    return Running("python", application, Counts(_one(call), threads))


def _developing(call: _Call, program: str, application: str) -> Running:
    threads: Setting[int] = Setting(unknown=EACH_REQUEST, word="threads")
    return Running(program, application, Counts(_one(call), threads))


def _positional(words: tuple[str, ...]) -> str:
    """Give the application among a server's words: `shop.wsgi:app`, else the last word that may be a module."""
    apps = [word for word in words if not word.startswith("-") and _MODULE.fullmatch(word)]
    whole_ones = [word for word in apps if ":" in word]
    alone = [
        word
        for before, word in zip(("", *words), words, strict=False)
        if word in apps and (not before.startswith("-") or "=" in before)
    ]
    return next(iter(whole_ones), next(reversed(alone), ""))


def _gunicorn(call: _Call) -> Running:
    more = call.environment.get("GUNICORN_CMD_ARGS")
    if more is not None and isinstance(more.value, str):
        call = replace(call, words=(*words_of(more.value), *call.words))
    return Running(
        "gunicorn",
        _positional(call.words),
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


def _asgi(program: str, variable: str = "", *options: str) -> _Reader:
    """Give the reader of an asyncio server, whose worker processes are said by one option."""

    def read(call: _Call) -> Running:
        said = call.whole(*options) or (call.variable(variable) if variable else None)
        words = call.words[1:] if call.words[:1] in (("run",), ("dev",)) else call.words
        application = next((word for word in words if word.endswith(".py")), "") or _positional(words)
        return Running(
            program,
            application,
            Counts(said, Setting(unknown=ASYNCIO, word="threads")),
            defaults=Counts(default("workers", 1, program)),
        )

    return read


def _uwsgi(call: _Call) -> Running:
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


def _celery(call: _Call) -> Running:
    sub = next((word for word in call.words if word in {"worker", "beat", "flower", "multi", "events"}), "")
    application = call.text("-A", "--app")
    if sub != "worker":
        return Running("celery", application, is_lasting=False)
    kind = call.text("-P", "--pool") or "prefork"
    autoscale = call.text("--autoscale").partition(",")[0]
    most = whole("--autoscale", Located(autoscale, call.place)) if autoscale else None
    concurrency = call.last("-c", "--concurrency")
    said = most or (call.whole("-c", "--concurrency") if concurrency and concurrency[1] != "auto" else None)
    counts, defaults = _celery_counts(kind, said, call)
    return Running("celery", application, counts, defaults=defaults)


def _celery_counts(kind: str, said: Setting[int] | None, call: _Call) -> tuple[Counts, Counts]:
    """Give what a worker's command says, and what is in force where neither it nor a settings file does."""
    one: Setting[int] = Setting(1, call.place, note=f"celery's {kind} pool is one process", word="processes")
    if kind == "solo":
        return Counts(one, one._replace(word="threads")), NOTHING_SAID
    by_cpus = _by_cpus("concurrency", "celery", call.cpus)
    if kind in {"gevent", "eventlet", "threads"}:
        return Counts(one, said), Counts(threads=by_cpus)
    thread: Setting[int] = Setting(
        1, default_of="celery", note="a process of celery's works on one task", word="threads"
    )
    is_said = call.text("-P", "--pool") in PREFORK
    return Counts(said, thread, preload=call.place if is_said else None), Counts(by_cpus, preload=call.place)


def _by_cpus(word: str, program: str, cpus: int | None) -> Setting[int]:
    if cpus is None:
        return Setting(unknown=NO_CPUS, word=word, remedy="say the number, or give --cpus")
    return default(word, cpus, program, f"as many as there are processors, {cpus} as given")


def _waitress(call: _Call) -> Running:
    counts = Counts(threads=call.whole("--threads"))
    defaults = Counts(default("processes", 1, "waitress"), default("threads", 4, "waitress"))
    return Running("waitress", _positional(call.words), counts, defaults=defaults)


def _flask(call: _Call) -> Running:
    application = call.text("-A", "--app")
    if not application and "FLASK_APP" in call.environment:
        application = str(call.environment["FLASK_APP"].value or "")
    if "run" in call.words:
        return _developing(call, "flask", application)
    return Running("flask", application, is_lasting=not _ONCE & set(call.words) and "shell" not in call.words)


def _dramatiq(call: _Call) -> Running:
    counts = Counts(call.whole("-p", "--processes"), call.whole("-t", "--threads"))
    defaults = Counts(_by_cpus("processes", "dramatiq", call.cpus), default("threads", 8, "dramatiq"))
    return Running("dramatiq", _positional(call.words), counts, defaults=defaults)


def _rq(call: _Call) -> Running:
    one = Counts(default("processes", 1, "rq"), default("threads", 1, "rq"))
    return Running("rq", defaults=one, is_lasting="worker" in call.words)


def _mlflow(call: _Call) -> Running:
    counts = Counts(call.whole("-w", "--workers"))
    defaults = Counts(default("workers", 4, "MLflow"))
    return Running("mlflow", counts=counts, defaults=defaults, is_lasting=bool({"server", "ui"} & set(call.words[:1])))


def _supervisord(call: _Call) -> Running:
    return Running("supervisord", config=call.text("-c", "--configuration"), is_lasting=False)


_READERS: Mapping[str, _Reader] = {
    "gunicorn": _gunicorn,
    "gunicorn3": _gunicorn,
    "uvicorn": _asgi("uvicorn", "WEB_CONCURRENCY", "--workers"),
    "fastapi": _asgi("fastapi", "WEB_CONCURRENCY", "--workers"),
    "hypercorn": _asgi("hypercorn", "", "-w", "--workers"),
    "granian": _asgi("granian", "GRANIAN_WORKERS", "--workers"),
    "daphne": _asgi("daphne"),
    "uwsgi": _uwsgi,
    "celery": _celery,
    "waitress-serve": _waitress,
    "waitress": _waitress,
    "flask": _flask,
    "dramatiq": _dramatiq,
    "rq": _rq,
    "mlflow": _mlflow,
    "supervisord": _supervisord,
}


def configured(said: Configured, environment: Environment, cpus: int | None) -> Counts:
    """Give what a program's settings file says, in an environment that may decide some of it."""
    words = {word: in_environment(found, environment) for word, found in said.words.items()}
    if said.by_cpus is not None and cpus is not None:
        factor, more = said.by_cpus
        note = f"{cpus} processors, as given"
        words["workers"] = Located(factor * cpus + more, words["workers"].place, note=note)
    if said.program == "gunicorn":
        return _gunicorn_file(words)
    if said.program == "celery":
        count = _first(words, whole, *CELERY_COUNTS)
        pool = next((str(words[word].value) for word in CELERY_POOLS if word in words), "prefork")
        # whichever of the two the worker's command leaves open
        return Counts(count, count, is_lazy=pool not in PREFORK)
    is_lazy = any(_is_on(words.get(word)) for word in ("lazy-apps", "lazy"))
    return Counts(
        _first(words, whole, "processes", "workers", "p"),
        _first(words, whole, "threads"),
        _first(words, seconds, "harakiri"),
        is_lazy=is_lazy,
    )


def _gunicorn_file(words: Mapping[str, Located]) -> Counts:
    preload = words.get("preload_app")
    counts = Counts(
        _first(words, whole, "workers"),
        _first(words, whole, "threads"),
        _first(words, seconds, "timeout"),
        preload.place if preload is not None and _is_on(preload) else None,
    )
    kind = words.get("worker_class")
    if kind is None:
        return counts
    if kind.why_unknown is not None:
        return replace(
            counts, threads=Setting(place=kind.place, unknown=f"worker_class: {kind.why_unknown}", word="threads")
        )
    return gunicorn_counts(counts, str(kind.value), _first(words, whole, "worker_connections"))


def in_environment(found: Located, environment: Environment) -> Located:
    """Take what the environment says where a variable decides."""
    said = environment.get(found.variable) if found.variable is not None else None
    return said if said is not None else found


def _first(words: Mapping[str, Located], read: Callable[[str, Located], T], *names: str) -> T | None:
    return next((read(name, words[name]) for name in names if name in words), None)


def _is_on(found: Located | None) -> bool:
    return found is not None and str(found.value).strip().lower() in {"true", "1", "yes", "on"}
