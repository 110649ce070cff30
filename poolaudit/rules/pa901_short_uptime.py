"""PA901: the counters have not counted for a day yet."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.server import Server
from poolaudit.facts.window import counting_seconds
from poolaudit.facts.words import duration
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """For how long the counters should have counted."""

    under_seconds: int = 86400


@rule("PA901", "short-uptime", about=Server, severity=Severity.INFO, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """The server's counters have not counted for a day yet.

    ## Why it matters

    The peak and the ratios of PA103, PA105, PA401 and PA403 go back to the server's start, or to the last FLUSH STATUS.
    Under a day they have not seen every hour of the application's day: what is quiet may be so for want of time.

    ## What to do

    Audit again when a day has passed, or look at the present with `--interval`.

    ## Fires

    ```toml
    counters = { Uptime = 86399, Uptime_since_flush_status = 86399 }
    ```

    ```toml
    counters = { Uptime = 864000, Uptime_since_flush_status = 60 }
    ```

    ## Stays quiet

    ```toml
    counters = { Uptime = 86400, Uptime_since_flush_status = 86400 }
    ```
    """
    uptime, counted = server.uptime_seconds, counting_seconds(server)
    if counted >= options.under_seconds:
        return
    event = "the server started" if counted == uptime else "its status was flushed"
    yield Found(
        message=f"{event} {duration(counted)} ago: the peak and all lifetime ratios are weak",
        why="they have not seen every hour of the application's day",
        fix="audit again when a day has passed, or look at the present with --interval 60",
        evidence={"uptime_seconds": uptime, "counted_seconds": counted},
    )
