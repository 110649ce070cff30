"""Celery's settings in Python, where they say how many processes or threads a worker has, or of what kind they are."""

from collections.abc import Iterator

from poolaudit.readers.document import Document, Kind
from poolaudit.readers.running.process import Configured, Environment
from poolaudit.readers.running.workers import CELERY_WORDS


def knows(document: Document) -> bool:
    """Whether one of the words stands in it."""
    is_python = document.kind is Kind.PYTHON and document.module is not None
    return is_python and any(word in document.text for word in CELERY_WORDS)


def read(document: Document, _variables: Environment, /) -> Iterator[Configured]:
    """Give the words of its module and of its classes."""
    module = document.module
    for table in (module.table, *module.classes.values()) if module is not None else ():
        words = {word: table[word] for word in CELERY_WORDS if word in table}
        if words:
            yield Configured(document.place, "celery", words)
