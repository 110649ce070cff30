"""Instances of an application's classes as located values: what their attributes are."""

from typing import TYPE_CHECKING

from poolaudit.readers.located import Located, Table

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it makes them


class Record(dict[str, Located]):
    """An instance: its fields by name. `within` is its class's module, `owner` is the class's name there."""

    __slots__ = ("owner", "within")

    def __init__(self, fields: Table, values: "Values", owner: str) -> None:
        """Take the fields."""
        super().__init__(fields)
        self.within = values
        self.owner = owner
