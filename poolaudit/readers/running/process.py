"""What files say of the processes that run, before it is put together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import TypeAlias

from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.located import Located

Environment: TypeAlias = Mapping[str, Located]
NO_VARIABLES: Environment = MappingProxyType({})


class Way(IntEnum):
    """A way of starting an application. Several in one repository are alternatives, of which the first counts."""

    KUBERNETES = 1
    HELM = 2
    COMPOSE = 3
    SUPERVISORD = 4
    SYSTEMD = 5
    PROCFILE = 6
    DOCKERFILE = 7
    SCRIPT = 8


@dataclass(frozen=True)
class Command:
    """One command, in the words that a shell makes of it; variables in them are not filled in yet.

    `environment` are the variables set in front of it or exported above it. One that `is_aside` runs beside what stands
    below it (`celery … &`); of others, the next begins when it has ended.
    """

    words: tuple[str, ...]
    place: Place
    environment: Environment = field(default_factory=dict)
    is_aside: bool = False


@dataclass(frozen=True)
class Started:
    """What one place says to start, so many times.

    `name` is how the file calls it (`web`, a compose service, a Kubernetes Deployment), "" where it gives no name.
    `folder` is where the application's files are, as far as the place says (a compose service's build context), and
    `dockerfile` what makes the image that runs `commands` where the place itself says none. `image` is the image's
    name. `hosts` and `surge` (how many more, or what share more of them run during a deploy, without a place where that
    is a default) are None where nothing is said of them; `copies` are those on one host. `extends` names the file and
    the entry whose words count where this one says nothing. `target` is what an autoscaler calls it, `kind/name`.
    `env_files` are files of variables, `shared` names of such (see Shared).
    """

    place: Place
    way: Way
    name: str = ""
    commands: tuple[Command, ...] = ()
    folder: str = ""
    image: str = ""
    dockerfile: str = ""
    is_built: bool = False
    hosts: Setting[int] | None = None
    copies: Setting[int] | None = None
    surge: Located | None = None
    environment: Environment = field(default_factory=dict)
    env_files: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    extends: tuple[str, str] | None = None
    target: str = ""


@dataclass(frozen=True)
class Counts:
    """How much of one application a program runs; None where nothing is said.

    `preload` is where it is said that the application is loaded before its processes are forked.
    """

    processes: Setting[int] | None = None
    threads: Setting[int] | None = None
    request_timeout_seconds: Setting[float] | None = None
    preload: Place | None = None
    is_lazy: bool = False

    def over(self, other: "Counts") -> "Counts":
        """Take the other's where this says nothing."""
        return Counts(
            self.processes or other.processes,
            self.threads or other.threads,
            self.request_timeout_seconds or other.request_timeout_seconds,
            self.preload or (None if self.is_lazy else other.preload),
            self.is_lazy or other.is_lazy,
        )


NOTHING_SAID = Counts()


@dataclass(frozen=True)
class Configured:
    """What a program's own settings file says: the words of `gunicorn`, `uwsgi` or `celery`.

    `by_cpus` is where the workers are said as so many for each processor and so many more: 2 and 1 for
    `cpu_count() * 2 + 1`. `application` is the module that the file names.
    """

    place: Place
    program: str
    words: Mapping[str, Located]
    by_cpus: tuple[int, int] | None = None
    application: str = ""


@dataclass(frozen=True)
class Scaled:
    """An autoscaler: that of `target`, a `kind/name`, may make so many hosts."""

    place: Place
    target: str
    most: Setting[int]


@dataclass(frozen=True)
class Served:
    """A database server that a file starts, with the variables that the file sets, by MySQL's names.

    `option_files` are files that it is given as its own (a mounted my.cnf).
    """

    place: Place
    name: str
    variables: Mapping[str, Setting[str]] = field(default_factory=dict)
    option_files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shared:
    """Variables that several may take into their environment by a name: a Kubernetes ConfigMap."""

    place: Place
    name: str
    variables: Environment


Said: TypeAlias = Started | Configured | Scaled | Served | Shared


@dataclass(frozen=True, eq=False)
class Process:
    """One kind of process with all that its files say put together: processes and threads on each of so many hosts.

    `application` is the file that it runs, "" where that is not known, `entry` as its command names it
    (`shop.wsgi:create_app()`), and `settings_file` the program's own, "" where none was read. `preload` is where it is
    said that the application is loaded before its processes are forked. `places` are those that it was read from.
    """

    name: str
    way: Way
    folder: str
    program: str
    application: str
    processes: Setting[int]
    threads: Setting[int]
    hosts: Setting[int]
    request_timeout_seconds: Setting[float]
    environment: Environment
    preload: Place | None
    surge_hosts: Setting[int] | None
    places: tuple[Place, ...]
    entry: str = ""
    settings_file: str = ""


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
