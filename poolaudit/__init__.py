"""poolaudit: says which MySQL sessions wait in a pool, which were never given back, and by whom."""

__version__ = "0.1.0"
