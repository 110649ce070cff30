"""PA612: a process is forked while its engine has a connection open."""

from collections.abc import Iterator

from poolaudit.facts.fork import Fork
from poolaudit.facts.pool import KEEPING, Pool
from poolaudit.facts.setting import Place
from poolaudit.report import Found, Severity
from poolaudit.rule import NoOptions, judge_each, rule

_HOOKS = {
    "gunicorn": "in gunicorn's settings file, def post_fork(server, worker): engine.dispose(close=False)",
    "uwsgi": "call engine.dispose(close=False) in a function with @uwsgidecorators.postfork, or set lazy-apps",
    "celery": "call engine.dispose(close=False) in a function with @worker_process_init.connect",
    "multiprocessing": "call engine.dispose(close=False) first in the new process, as a pool's initializer",
}
_WORDS = {
    "gunicorn": "gunicorn forks its workers",
    "uwsgi": "uwsgi forks its processes",
    "celery": "celery forks its processes",
    "multiprocessing": "multiprocessing forks a process",
}


@rule("PA612", "engine-before-fork", about=Pool, severity=Severity.ERROR, since="0.1")
def check(pool: Pool, options: NoOptions) -> Iterator[Found]:
    """A connection is open when a process is forked, so that two processes use it.

    ## Why it matters

    A fork copies the pool, with the connections that wait in it; the sockets are the same ones. Two processes that each
    think a connection theirs write into one stream and read each other's answers: `Packet sequence number wrong`,
    `Command Out of Sync` (2014), `Lost connection` (2013), a thread that waits for ever, or, worst, the rows of
    another's query. Pre-ping may hide it, and does not prevent it.

    Pre-ping even undoes a remedy that SQLAlchemy's documentation names: a listener of `checkout` that refuses a
    connection of another process. The ping comes first, on the very connection that the listener would refuse.

    An engine alone does no harm: it connects when it is first used. So this fires where all of it is seen:

    - the application is loaded, then forked: gunicorn's `preload_app`, uwsgi without `lazy-apps`, celery's prefork
      workers, or a program's own `multiprocessing` and `ProcessPoolExecutor`;
    - something that runs before the fork opens a connection: `create_all(engine)` at the top of a module, a query in
      `create_app()`;
    - nothing lets go of it, neither before the fork nor in the child, and no listener of `checkout` refuses it before
      anything is sent.

    The program is followed from its first statement without running it, through its own modules and functions. What
    only happens under a condition leaves the rule unanswered. Where multiprocessing's start method is not said it is a
    warning: Linux forks up to Python 3.13, and macOS, Windows and Python 3.14 do not. A program that runs one process
    shares with nobody.

    A child of multiprocessing that calls plain `dispose()` closes its parent's connections, whose next statement then
    fails unless it pings: a warning. The servers' masters use no connection, so that there either kind will do.

    Engines of SQLAlchemy and Flask-SQLAlchemy are judged. `os.fork()` itself, and what another package does with an
    engine that it is given, are not followed.

    ## What to do

    Call `engine.dispose(close=False)` (SQLAlchemy 1.4.33 and newer) in each child, before it uses the engine: the child
    forgets what it inherits, and the connection stays its parent's. The hooks for that are gunicorn's `post_fork`,
    uwsgi's `@postfork`, celery's `worker_process_init`, a pool's `initializer`, and `os.register_at_fork`. Or call
    `engine.dispose()` in the parent, when it is done with the database and before it forks; or move what uses the
    database out of the import, as a migration has its own command.

    ## Fires

    ```toml
    [[pools]]
    pool_size = 5
    forks = [{ by = "gunicorn", place = "gunicorn.conf.py:2", opened = "shop/db.py:9" }]
    ```

    ## Stays quiet

    ```toml
    [[pools]]
    pool_size = 5
    forks = [{ by = "gunicorn", place = "gunicorn.conf.py:2" }]
    ```

    ```toml
    [[pools]]
    pool_size = 5
    forks = [{ by = "gunicorn", place = "gunicorn.conf.py:2", opened = "db.py:9", given_up = "gunicorn.conf.py:7" }]
    ```

    ```toml
    [[pools]]
    pool_pre_ping = false
    forks = [{ by = "gunicorn", place = "gunicorn.conf.py:2", opened = "db.py:9", refused = "db.py:18" }]
    ```

    ```toml
    [[pools]]
    poolclass = "NullPool"
    forks = [{ by = "gunicorn", place = "gunicorn.conf.py:2", opened = "shop/db.py:9" }]
    ```
    """
    _ = options
    if pool.forks and not pool.leads_elsewhere:
        yield from judge_each(pool.forks, lambda fork: _judged(pool, fork))


def _judged(pool: Pool, fork: Fork) -> Iterator[Found]:
    if pool.pool_class.value not in KEEPING:
        return
    if fork.given_up is None and fork.refused is not None and not pool.pre_ping.value:
        return
    if fork.opened.value is None:
        return
    where = f" of {fork.process}" if fork.process else ""
    seen = f"{pool.label} has a connection open ({fork.opened.value}) when {_WORDS[fork.by]}{where} ({fork.place})"
    if fork.given_up is not None:
        if fork.closes and fork.by == "multiprocessing" and not pool.pre_ping.value:
            yield _closed(pool, fork, fork.given_up, seen)
        return
    pinged = f", and pings it before a listener can refuse it ({fork.refused})" if fork.refused is not None else ""
    yield Found(
        message=f"{seen}{pinged}",
        why="both processes use its socket: they read each other's answers, lose the connection, or hang",
        fix=_HOOKS[fork.by],
        about=pool.label,
        severity=Severity.ERROR if fork.is_sure else Severity.WARNING,
        at=fork.opened.value,
        evidence={"forked_by": fork.by, "opened_at": str(fork.opened.value), "forked_at": str(fork.place)},
    )


def _closed(pool: Pool, fork: Fork, closed: Place, seen: str) -> Found:
    return Found(
        message=f"{seen}, and the new process closes it for its parent too ({closed})",
        why="dispose() says goodbye to the server, so that the parent's next statement loses its connection (2013)",
        fix="dispose() → dispose(close=False)",
        about=pool.label,
        severity=Severity.WARNING,
        at=closed,
        evidence={"forked_by": fork.by, "opened_at": str(fork.opened.value), "closed_at": str(closed)},
    )
