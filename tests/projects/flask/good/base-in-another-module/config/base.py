class Base:
    POOL = {"pool_size": 6, "max_overflow": 2, "pool_recycle": 900, "pool_pre_ping": True}
