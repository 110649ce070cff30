"""PA606: a thread waits for a connection for longer than anybody waits for its answer."""

from collections.abc import Iterator
from typing import NamedTuple

from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Setting, as_yaml
from poolaudit.report import Found, Severity
from poolaudit.rule import rule


class Options(NamedTuple):
    """The longest checkout timeout that is no finding, where no request timeout is said."""

    longest_seconds: float = 60


@rule("PA606", "checkout-timeout-long", about=Pool, severity=Severity.WARNING, since="0.1")
def check(pool: Pool, options: Options) -> Iterator[Found]:
    """A thread may wait for a connection for longer than its request may take.

    ## Why it matters

    When a pool is exhausted, each thread that asks for a connection waits for `pool_timeout` seconds (30 by default,
    for ever at null) before it fails with an error that names the pool. Where the worker is killed before that, or the
    client has gone, that error is never seen, and what is seen (a timeout of the web server) says nothing of the pool.
    Until then the waiting threads keep everything else waiting too.

    A pool's timeout is to be below the request's, `deployment: {request_timeout_seconds: …}`. Where both are what
    SQLAlchemy and gunicorn come with, 30 s, nobody chose it: then this is information. Where no request timeout is
    said, more than a minute is too long.

    Pools that cannot be told how long to wait (aiomysql's and asyncmy's) are not judged. peewee's `timeout: 0` means
    for ever.

    ## What to do

    Set `pool_timeout` to what a request can wait and still be answered: 5 to 10 seconds, and no more than half of the
    request timeout.

    ## Fires

    ```toml
    [[pools]]
    pool_timeout = 61
    ```

    ```toml
    [[pools]]
    pool_timeout = 20
    deployment = { request_timeout_seconds = 20 }
    ```

    ```toml
    [[pools]]
    pool_size = 5
    deployment = { request_timeout_seconds = 30 }
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_timeout = 60
    ```

    ```toml
    [[pools]]
    pool_timeout = 19
    deployment = { request_timeout_seconds = 20 }
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    deployment = { request_timeout_seconds = 20 }
    ```
    """
    if pool.leads_elsewhere or not pool.waits:
        return
    timeout, request = pool.checkout_timeout_seconds.value, _request_seconds(pool)
    if timeout is None or timeout > options.longest_seconds or (request is not None and timeout >= request):
        yield _found(pool, timeout, request, options)
    elif not pool.request_timeout_seconds.is_known and pool.request_timeout_seconds.place is not None:
        _ = pool.request_timeout_seconds.value


def _request_seconds(pool: Pool) -> float | None:
    return pool.request_timeout_seconds.value if pool.request_timeout_seconds.is_known else None


def _found(pool: Pool, timeout: float | None, request: float | None, options: Options) -> Found:
    setting = pool.checkout_timeout_seconds
    by_chance = setting.is_default and timeout == request
    against = f", and a request may take {request:g} s" if request is not None else ""
    return Found(
        message=f"a thread of {pool.label} waits for a connection {_how_long(timeout)} ({_words(setting)}){against}",
        why="whoever asked has given up by then, and the error that would name the pool is never seen",
        fix=_as_written(setting.changed_to(f"{_sound_seconds(request, options):g}"), setting),
        about=pool.label,
        severity=Severity.INFO if by_chance else Severity.WARNING,
        at=pool.place_of(setting),
        changes=setting.change_to(_sound_seconds(request, options)),
        evidence={
            "checkout_timeout_seconds": as_yaml(timeout),
            **({"request_timeout_seconds": request} if request is not None else {}),
        },
    )


def _words(setting: Setting[float | None]) -> str:
    return _as_written(setting.words, setting)


def _as_written(words: str, setting: Setting[float | None]) -> str:
    """Write what waits for ever as its library has it: null, but 0 for peewee."""
    return words.replace(": null", ": 0", 1) if setting.word == "timeout" else words


def _how_long(timeout: float | None) -> str:
    return "for ever" if timeout is None else f"for {timeout:g} s"


def _sound_seconds(request: float | None, options: Options) -> float:
    """Give a checkout timeout that leaves half of a request's time for its work; 10 s are enough for anybody."""
    sound = min(10, options.longest_seconds, request / 2 if request is not None else 10)
    return int(sound) if sound >= 1 else sound
