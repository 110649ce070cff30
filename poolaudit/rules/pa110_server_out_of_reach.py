"""PA110: a server of a run of several that could not be audited."""

from collections.abc import Iterator

from poolaudit.facts.unreached import Unreached
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA110", "server-out-of-reach", about=Unreached, severity=Severity.ERROR, since="0.1")
def check(
    unreached: Unreached,
    options: NoOptions,  # noqa: ARG001 - every rule takes its options
) -> Iterator[Found]:
    """A server that was to be audited could not be: it is down, slow, or refused the login.

    ## Why it matters

    Nothing is known of its connections. What keeps the audit out (a server that is down, a name that no longer
    resolves, a firewall, a certificate that has run out) may keep applications out as well; a login that is refused
    may only be the audit's own.

    It is found where servers are audited by their names in the settings, `scan --all` for one: the others are audited
    all the same, and the exit code is 4, if not 1 for what was found on others. A single server that is named by
    `scan`'s own options ends with a sentence and exit code 3 instead. A server that is full is PA101.

    ## What to do

    What the finding says. `--connect-timeout` and `--read-timeout`, or the keys of these names in the server's
    settings, give a slow server more time. A server that is meant to be down can be ignored, or be left out of the
    settings.

    ## Fires

    ```toml
    [[unreached]]
    name = "db1"
    address = "10.0.3.7:3306"
    because = "10.0.3.7:3306 did not answer within 5 s"
    remedy = "check host and port, and the firewalls between"
    ```

    ## Stays quiet

    ```toml
    refused = { error = 1040, message = "Too many connections" }
    missing = ["variables", "counters", "processlist"]
    ```
    """
    yield Found(
        message=f"{unreached.label} could not be audited: {unreached.because}",
        why="nothing is known of its connections, and applications may be kept out as this audit was",
        fix=unreached.remedy or "find out whether it is up, and whether the audit's account may log in",
        evidence={"address": unreached.address} if unreached.address else {},
    )
