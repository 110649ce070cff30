from sqlalchemy import create_engine  # noqa: F401
