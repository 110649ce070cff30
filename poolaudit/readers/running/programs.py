"""What a command runs: which program, how many processes and threads of it, and which application."""

import re
from collections.abc import Mapping
from dataclasses import replace

from poolaudit.facts.setting import Setting
from poolaudit.readers.running.arguments import ONCE, Call, Reader, one_process, shown
from poolaudit.readers.running.process import Command, Counts, Environment, Running
from poolaudit.readers.running.web_servers import asgi, developing, flask, gunicorn, mlflow, uwsgi, waitress
from poolaudit.readers.running.workers import celery, dramatiq, rq

_SCRIPT = re.compile(r"[\w./-]+\.(sh|bash)|\.?/?[\w./-]*(entrypoint|start|run|boot|launch)[\w.-]*")
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


def running(command: Command, environment: Environment, cpus: int | None) -> Running:
    """Say what a command runs, with the environment that it is started in; `cpus` is how many processors there are."""
    words = tuple(word for word in command.words if word)
    if not words:
        return Running("", is_lasting=False)
    known = {**environment, **command.environment}
    return _read(Call(words[0].rpartition("/")[2], words[1:], command.place, known, cpus))


def _read(call: Call) -> Running:
    if call.name in _READERS:
        return _READERS[call.name](call)
    if _PYTHON.fullmatch(call.name):
        return _python(call)
    if call.name.endswith(".py"):
        return _alone(call, call.name)
    return _other(call)


def _other(call: Call) -> Running:
    """Read a program whose options are not known: a shell with a script, a script, anything."""
    if call.name in {"sh", "bash", "ash", "dash", "zsh"}:
        words = tuple(word for word in call.words if not word.startswith("-"))
        return Running("sh", script=next(iter(words), ""), arguments=words[1:], is_lasting=False)
    if _SCRIPT.fullmatch(call.name):
        return Running(call.name, script=call.name, arguments=call.words, is_lasting=False)
    return Running(call.name, is_lasting=call.name not in NOT_CARRYING)


def _python(call: Call) -> Running:
    """Read `python -m gunicorn …`, `python manage.py …`, `python main.py`."""
    words = list(call.words)
    while words and words[0].startswith("-") and words[0] not in {"-m", "-c"}:
        words = words[2:] if words[0] in {"-W", "-X"} else words[1:]
    if len(words) > 1 and words[0] == "-m":
        module, rest = words[1], tuple(words[2:])
        inner = replace(call, name=module, words=rest)
        if module in _READERS:
            return _READERS[module](inner)
        once = module in NOT_CARRYING or bool(ONCE & set(rest[:1]))
        return replace(_alone(call, module), is_lasting=not once)
    if not words or words[0] == "-c":
        return Running("python", is_lasting=False)
    return _script(call, words)


def _script(call: Call, words: list[str]) -> Running:
    name, rest = words[0], words[1:]
    if name.rpartition("/")[2] == "manage.py":
        return _django(call, name, "".join(rest[:1]))
    return replace(_alone(call, name), is_lasting=not ONCE & set(rest[:1]))


def _django(call: Call, name: str, command: str) -> Running:
    """Read manage.py: what begins with run and its like stays, all else is done once."""
    if command == "runserver":
        return developing(call, "django", name)
    is_lasting = command.startswith(("run", "consume", "listen", "work", "process_tasks", "rqworker", "qcluster"))
    return replace(_alone(call, name), program="django", is_lasting=is_lasting)


def _alone(call: Call, application: str) -> Running:
    """Give one process of a program that has no workers; how many threads it starts, only its code could say."""
    threads: Setting[int] = Setting(unknown=f"how many threads {shown(application)} starts is not said", word="threads")
    return Running("python", application, Counts(one_process(call), threads))


def _supervisord(call: Call) -> Running:
    return Running("supervisord", config=call.text("-c", "--configuration"), is_lasting=False)


_READERS: Mapping[str, Reader] = {
    "gunicorn": gunicorn,
    "gunicorn3": gunicorn,
    "uvicorn": asgi("uvicorn", "WEB_CONCURRENCY", "--workers"),
    "fastapi": asgi("fastapi", "WEB_CONCURRENCY", "--workers"),
    "hypercorn": asgi("hypercorn", "", "-w", "--workers"),
    "granian": asgi("granian", "GRANIAN_WORKERS", "--workers"),
    "daphne": asgi("daphne"),
    "uwsgi": uwsgi,
    "celery": celery,
    "waitress-serve": waitress,
    "waitress": waitress,
    "flask": flask,
    "dramatiq": dramatiq,
    "rq": rq,
    "mlflow": mlflow,
    "supervisord": _supervisord,
}
