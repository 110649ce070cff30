"""`python -m poolaudit` is `poolaudit`."""

from poolaudit.cli import command_line

command_line()
