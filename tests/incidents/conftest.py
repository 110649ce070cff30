"""The fixture of the incidents."""

from collections.abc import Iterator

import pytest

from tests.incidents.live import Live
from tests.servers import Server


@pytest.fixture
def live(server: Server) -> Iterator[Live]:
    """Give each kind of server in turn, with the to-do database."""
    incident = Live(server)
    yield incident
    incident.close()
