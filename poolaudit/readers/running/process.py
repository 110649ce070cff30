"""What files say of the processes that run, before it is put together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from poolaudit.facts.pool import Place, Setting
from poolaudit.readers.deployment import not_said, time_not_said
from poolaudit.readers.located import Located

_NO_PROCESSES, _NO_THREADS, _NO_HOSTS = not_said("processes"), not_said("threads"), not_said("hosts")
_NO_REQUEST_TIMEOUT_SECONDS = time_not_said("request_timeout_seconds")


@dataclass(frozen=True)
class Said:
    """What one place says of one kind of process, or of every one that it configures.

    `name` is how the file calls it (`web`, a compose service, a Kubernetes Deployment), "" for what configures any
    process of its program (gunicorn.conf.py). `program` is what runs (`gunicorn`, `celery`, `uwsgi`, `python`), ""
    where the place does not say; `application` is the module or file that it runs (`shop.wsgi`). `folder` is where the
    application's files are, as far as the place says (a compose service's build context). A count is unknown with
    "… is not said" where nothing is said of it: see deployment.not_said. `environment` are its environment variables.
    `preload` is where it is said that the application is loaded before the workers are forked, None where it is not.
    """

    place: Place
    name: str = ""
    program: str = ""
    application: str = ""
    folder: str = ""
    processes: Setting[int] = _NO_PROCESSES
    threads: Setting[int] = _NO_THREADS
    hosts: Setting[int] = _NO_HOSTS
    request_timeout_seconds: Setting[float] = _NO_REQUEST_TIMEOUT_SECONDS
    environment: Mapping[str, Located] = field(default_factory=dict)
    preload: Place | None = None


@dataclass(frozen=True)
class Process:
    """One kind of process with all that its files say put together: processes and threads on each of so many hosts."""

    name: str
    folder: str
    processes: Setting[int]
    threads: Setting[int]
    hosts: Setting[int]
    request_timeout_seconds: Setting[float]
    environment: Mapping[str, Located]
    preload: Place | None
    places: tuple[Place, ...]
