"""PA303: interactive_timeout and wait_timeout are not the same."""

from collections.abc import Iterator

from poolaudit.facts.server import Flavor, Server
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA303", "timeouts-differ", about=Server, severity=Severity.INFO, since="0.1")
def check(
    server: Server,
    options: NoOptions,  # noqa: ARG001 - every rule takes its options
) -> Iterator[Found]:
    """The two idle timeouts, wait_timeout and interactive_timeout, differ.

    ## Why it matters

    A client that calls itself interactive (the mysql console, some administration tools) gets `interactive_timeout` as
    its session's wait_timeout; a pool gets `wait_timeout`. Whoever looks from a console sees the wrong one of them, and
    sets `pool_recycle` by it. On Aurora every idle session ends at the smaller of the two, so there it is a warning.

    ## What to do

    Set both to the same value, at run time and in the server's option file (in the parameter group on Aurora).

    ## Fires

    ```toml
    variables = { wait_timeout = "600", interactive_timeout = "28800" }
    ```

    ## Stays quiet

    ```toml
    variables = { wait_timeout = "600", interactive_timeout = "600" }
    ```
    """
    wait, interactive = server.number("wait_timeout"), server.number("interactive_timeout")
    if wait == interactive:
        return
    aurora = server.flavor is Flavor.AURORA
    yield Found(
        message=f"wait_timeout is {wait:,} s, interactive_timeout {interactive:,} s",
        why=(
            f"Aurora ends every idle session at the smaller of them, after {min(wait, interactive):,} s"
            if aurora
            else "a console shows interactive_timeout as its wait_timeout, so a recycle set by it is wrong"
        ),
        fix=(
            "give both the same value in the parameter group"
            if aurora
            else f"SET GLOBAL interactive_timeout = {wait}; (and in the server's option file), or the other way round"
        ),
        severity=Severity.WARNING if aurora else Severity.INFO,
        evidence={"wait_timeout_seconds": wait, "interactive_timeout_seconds": interactive},
    )
