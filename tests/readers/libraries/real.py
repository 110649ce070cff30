"""The settings of a real engine's pool, and those of a pool that was read, in one form to be compared."""

from typing import Any, NamedTuple

from sqlalchemy import Engine

from poolaudit.facts.pool import Pool


class InForce(NamedTuple):
    """What is in force in a pool; None for what its class does not have."""

    kind: str
    size: int | None
    max_overflow: int | None
    timeout: float | None
    recycle: int
    pre_ping: bool


def really(engine: Engine) -> InForce:
    pool: Any = engine.pool
    sized = hasattr(pool, "_max_overflow")
    return InForce(
        type(pool).__name__,
        pool.size() if sized else None,
        pool._max_overflow if sized else None,  # noqa: SLF001 - nothing public tells it
        pool._timeout if sized else None,  # noqa: SLF001 - the same
        pool._recycle,  # noqa: SLF001 - the same
        bool(pool._pre_ping),  # noqa: SLF001 - the same
    )


def as_read(pool: Pool) -> InForce:
    sized = pool.is_queue
    return InForce(
        pool.pool_class.value,
        pool.size.value if sized else None,
        (-1 if pool.size.value == 0 else pool.max_overflow.value) if sized else None,
        pool.checkout_timeout_seconds.value if sized else None,
        pool.recycle_seconds.value,
        pool.pre_ping.value,
    )
