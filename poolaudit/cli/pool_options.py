"""The options that say which application's pools lead to the server, and how many of them run."""

from typing import TYPE_CHECKING, Any, NamedTuple

from poolaudit.cli.command import option, together
from poolaudit.cli.values import seconds, whole

if TYPE_CHECKING:
    from poolaudit.facts.fit import Application, Deployment  # imported only where there are pools
    from poolaudit.facts.unread import Unread  # the same


class Given(NamedTuple):
    """The pools that are said to lead to the server, and the files of their folders that could not be read.

    `applications` are the pools that one process carries, as far as files say it.
    """

    deployments: "tuple[Deployment, ...]" = ()
    unread: "tuple[Unread, ...]" = ()
    applications: "tuple[Application, ...]" = ()


class Pools(NamedTuple):
    """What the command line says of applications' pools."""

    app: tuple[str, ...]
    pool_size: int | None
    max_overflow: int | None
    pool_recycle: int | None
    pool_timeout: float | None
    pool_pre_ping: bool | None
    processes: int | None
    hosts: int | None
    threads: int | None

    def read(self) -> Given:
        """Read the applications' files and lay the options over them; nothing where neither is given."""
        over: dict[str, Any] = dict(zip(_OVER, self[1:], strict=True))
        if not self.app and all(value is None for value in self[1:]):
            return Given()
        from poolaudit.readers.application import overridden, read_applications  # noqa: PLC0415 - yaml imports slowly

        if not self.app:
            return Given(overridden((), **over))
        from poolaudit.cli.configured import applications_of  # noqa: PLC0415 - the same

        reading = read_applications(self.app)
        deployments = overridden(reading.deployments, **over)
        return Given(deployments, reading.unread, applications_of(reading, deployments))


NO_POOLS = Pools((), *[None] * (len(Pools._fields) - 1))
_OVER = Pools._fields[1:]
_SECTION = "Application"
pool_options = together(
    "pools",
    Pools,
    option(
        _SECTION,
        "--app",
        metavar="PATH",
        multiple=True,
        help="An application's file or folder, as check-config reads it. May be repeated.",
    ),
    option(_SECTION, "--pool-size", type=whole(0), metavar="N", help="The pool itself, or over what --app says."),
    option(_SECTION, "--max-overflow", type=whole(-1), metavar="N", help="-1 is no limit."),
    option(_SECTION, "--pool-recycle", type=whole(-1), metavar="SECONDS", help="-1 is never."),
    option(_SECTION, "--pool-timeout", type=seconds(zero=True), metavar="SECONDS", help="The wait for a checkout."),
    option(_SECTION, "--pool-pre-ping/--no-pool-pre-ping", default=None, help="Whether a checkout is tested."),
    option(_SECTION, "--processes", type=whole(1), metavar="N", help="Processes with such a pool, on each host."),
    option(_SECTION, "--hosts", type=whole(1), metavar="N", help="Hosts with so many processes."),
    option(_SECTION, "--threads", type=whole(1), metavar="N", help="Threads in each process."),
)
