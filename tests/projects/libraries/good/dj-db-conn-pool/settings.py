DATABASES = {
    "default": {
        "ENGINE": "dj_db_conn_pool.backends.mysql",
        "NAME": "shop",
        "HOST": "db1",
        "POOL_OPTIONS": {"POOL_SIZE": 6, "MAX_OVERFLOW": 4, "RECYCLE": 600},
    },
}
