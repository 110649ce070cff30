"""A server on which a scan has everything to ask: a lock that is held asleep, somebody who waits for it, a sleeper."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.faults.command import until
from tests.servers import Server
from tests.servers.server import leaving

DELETE = "DELETE FROM busy.t WHERE id = 1"
WAITING = "SELECT 1 FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = %s AND trx_state = 'LOCK WAIT'"

# innodb_trx is made anew only when nobody has read it for 0.1 s, so that whoever asks faster waits for ever.
PAUSE_SECONDS = 0.15


@contextmanager
def busy(server: Server) -> Iterator[None]:
    """Hold the lock, and let another wait for it, for as long as the block runs."""
    server.sql("CREATE DATABASE busy")
    server.sql("CREATE TABLE busy.t (id INT PRIMARY KEY) ENGINE=InnoDB")
    server.sql("INSERT INTO busy.t VALUES (1)")
    with ExitStack() as stack:
        holder = stack.enter_context(leaving(server.connect(autocommit=False)))
        holder.cursor().execute(DELETE)
        waiter: Any = server.connect()
        stack.callback(waiter._force_close)  # noqa: SLF001 - its answer is not waited for
        waiter._execute_command(3, DELETE)  # noqa: SLF001 - sent, not waited for
        number = waiter.thread_id()
        until(lambda: bool(server.sql(WAITING, [number])), "a session waits for a lock", pause_seconds=PAUSE_SECONDS)
        yield
