"""The applications of named servers: each read once, however many servers it leads to."""

from poolaudit.cli.pool_options import Given
from poolaudit.cli.servers import Named
from poolaudit.errors import CannotAuditError
from poolaudit.facts.fit import Deployment
from poolaudit.facts.missing import Missing
from poolaudit.facts.setting import Place
from poolaudit.facts.unread import Unread


class Apps:
    """Reads applications, and remembers what was read."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, ...], Given] = {}

    def of(self, server: Named) -> Given:
        """Give the pools that lead to a server. A file that cannot be read is among the unread, and ends nothing."""
        if not server.apps:
            return Given()
        if server.apps not in self._read:
            self._read[server.apps] = _read(server.apps)
        return self._read[server.apps]


def _read(paths: tuple[str, ...]) -> Given:
    """Read files together, for they belong together; where that fails, each by itself."""
    from poolaudit.readers.application import overridden, read_applications  # noqa: PLC0415 - yaml imports slowly

    try:
        reading = read_applications(paths)
    except CannotAuditError as error:
        if len(paths) == 1:
            return Given(unread=(Unread(Place(paths[0]), Missing(paths[0], error.message, error.hint)),))
    else:
        return Given(overridden(reading.deployments), reading.unread)
    each = [_read((path,)) for path in paths]
    deployments: tuple[Deployment, ...] = tuple(one for given in each for one in given.deployments)
    return Given(deployments, tuple(one for given in each for one in given.unread))
