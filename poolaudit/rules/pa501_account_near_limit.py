"""PA501: an account's connections against its cap."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.accounts import AccountUse, account_uses, undecided
from poolaudit.facts.missing import known
from poolaudit.facts.server import Server
from poolaudit.facts.shares import share_of
from poolaudit.facts.words import percent
from poolaudit.report import Found, Severity
from poolaudit.rule import judge_each, rule


class Options(NamedTuple):
    """Shares of an account's cap in use from which it fires."""

    warning_share: float = 0.8
    error_share: float = 1.0


@rule("PA501", "account-near-limit", about=Server, severity=Severity.WARNING, since="0.1")
def check(server: Server, options: Options) -> Iterator[Found]:
    """An account is close to the number of connections that it may have.

    ## Why it matters

    `max_user_connections` caps an account, either its own (`ALTER USER … WITH MAX_USER_CONNECTIONS n`) or, where that
    is 0, the server's variable. At the cap the account is refused with 1226 or 1203 while the server has room, and the
    application's pool waits in vain.

    The cap holds for user and host pattern together (`app@10.0.%`), so sessions are matched to the accounts of
    `mysql.user`. Where the processlist does not tell which account a session is, and it matters, the rule is
    unanswered. Where `mysql.user` cannot be read, users are held against the variable alone.

    ## What to do

    Bring the demand of the account's pools (ceiling × processes × hosts) below its cap, or raise the cap.

    ## Fires

    ```toml
    processlist = [{ id = 1 }, { id = 2 }, { id = 3 }, { id = 4 }]
    accounts = [{ user = "app", host = "%", cap_connections = 5 }]
    ```

    ## Stays quiet

    ```toml
    processlist = [{ id = 1 }, { id = 2 }, { id = 3 }]
    accounts = [{ user = "app", host = "%", cap_connections = 5 }]
    ```
    """
    if server.number("max_user_connections") <= 0:
        known(server.sections.accounts)
    yield from judge_each(account_uses(server), lambda use: _judge(use, options))


def _judge(use: AccountUse, options: Options) -> Iterator[Found]:
    cap, least = use.cap_connections or 0, min(options.warning_share, options.error_share)
    if cap == 0 or share_of(use.possible_connections, cap) < least:
        return
    share = share_of(use.connections, cap)
    if share < least:
        raise undecided(use)
    yield Found(
        message=f"{use.account} has {use.connections:,} of the {cap:,} connections ({percent(share)}) that it may have",
        why="at its cap an account is refused with 1226 or 1203, though the server has room",
        fix="lower its pools' ceiling × processes × hosts below the cap, or raise max_user_connections for it",
        about=use.account,
        severity=Severity.ERROR if share >= options.error_share else Severity.WARNING,
        evidence={
            "account_connections": use.connections,
            "cap_connections": cap,
            "in_use_share": round(share, 4),
        },
    )
