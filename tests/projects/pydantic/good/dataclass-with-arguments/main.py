from dataclasses import asdict, dataclass, field

from sqlalchemy import create_engine


@dataclass(frozen=True)
class Pool:
    pool_size: int = 5
    max_overflow: int = 10
    pool_recycle: int = field(default_factory=lambda: 15 * 60)
    pool_pre_ping: bool = True


pool = Pool(20, max_overflow=0)
engine = create_engine(
    "mysql+pymysql://shop@db1/shop",
    pool_size=pool.pool_size,
    max_overflow=pool.max_overflow,
    pool_recycle=pool.pool_recycle,
    pool_pre_ping=pool.pool_pre_ping,
)
reports = create_engine("mysql+pymysql://shop@db2/reports", **asdict(Pool()))
