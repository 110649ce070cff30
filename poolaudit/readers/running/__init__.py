"""How many copies of an application run, as its files say: one module a way of saying it, found by listing the folder.

A module `knows` a document by its name or its content, and can `read` what it says to run.
"""

from collections.abc import Iterator
from typing import Protocol

from poolaudit.readers.document import Document
from poolaudit.readers.running.process import Said


class Runner(Protocol):
    """What a module of this folder is, but for `process`."""

    def knows(self, document: Document) -> bool:
        """Whether the document says what runs."""
        ...

    def read(self, document: Document) -> Iterator[Said]:
        """Give what it says, in the document's order."""
        ...
