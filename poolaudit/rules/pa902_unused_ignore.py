"""PA902: ignores that accept nothing."""

from collections.abc import Iterator

from poolaudit.report import Found, Ignore, Severity
from poolaudit.rule import NoOptions, rule


@rule("PA902", "unused-ignore", about=Ignore, severity=Severity.INFO, since="0.1")
def check(
    ignore: Ignore,
    options: NoOptions,  # noqa: ARG001 - every rule takes its options
) -> Iterator[Found]:
    """An ignore in the settings met no finding, or has run out.

    ## Why it matters

    An ignore whose fault is gone will silently accept the next one of its kind. One that has run out accepts nothing,
    though whoever reads the settings may believe that it does.

    Only ignores whose rule judged something in this audit are looked at; where the rule could not look, neither can
    this one.

    ## What to do

    Delete it; or, where it has run out and its reason still holds, give it a new date.

    ## Fires

    ```toml
    [[ignores]]
    rule = "idle-in-transaction"
    reason = "nightly export"
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 7, command = "Sleep" }]
    transactions = [{ id = 7, age_seconds = 60 }]
    [[ignores]]
    rule = "idle-in-transaction"
    reason = "nightly export"
    ```
    """
    if ignore.met:
        return
    about = f"{ignore.rule} for {ignore.client}" if ignore.client is not None else ignore.rule
    about += f" on {ignore.server}" if ignore.server is not None else ""
    over = f"ran out on {ignore.until}" if ignore.expired else "met nothing in this audit"
    yield Found(
        message=f"the ignore of {about} ({ignore.reason}) {over}",
        why=(
            "it accepts nothing any more"
            if ignore.expired
            else "it would silently accept the next finding of its kind, whatever its cause"
        ),
        fix="delete it, or give it a new date if its reason still holds" if ignore.expired else "delete it",
        about=about,
        evidence={} if ignore.until is None else {"until": ignore.until.isoformat()},
        at=ignore.place,
    )
