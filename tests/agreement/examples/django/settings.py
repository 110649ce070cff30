DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.mysql",
        "NAME": "todo",
        "USER": "app",
        "HOST": "db.internal",
        "PORT": "3306",
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"ssl_disabled": True},
    }
}
