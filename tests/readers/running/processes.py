"""Kinds of process, made without files."""

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.deployment import not_said, time_not_said
from poolaudit.readers.running.process import Environment, Process, Way


def process(  # noqa: PLR0913 - each is one thing that files say
    name: str,
    *,
    way: Way = Way.PROCFILE,
    folder: str = "",
    program: str = "gunicorn",
    application: str = "",
    processes: int = 2,
    threads: int | None = 1,
    environment: Environment | None = None,
) -> Process:
    """Give one kind of process; what is not named is not said."""
    return Process(
        name=name,
        way=way,
        folder=folder,
        program=program,
        application=application,
        processes=Setting(processes, Place("Procfile", 1), word="processes"),
        threads=Setting(threads, word="threads") if threads is not None else not_said("threads"),
        hosts=not_said("hosts"),
        request_timeout_seconds=time_not_said("request_timeout_seconds"),
        environment=environment or {},
        preload=None,
        surge_hosts=None,
        places=(Place("Procfile", 1),),
    )
