"""uwsgi's settings in a file: an ini's or YAML's `uwsgi` section.

Source: uWSGI 2.0's reference; running it shows that the application is loaded before the fork unless lazy-apps.
"""

from collections.abc import Iterator

from poolaudit.readers.document import Document, Kind
from poolaudit.readers.located import Located
from poolaudit.readers.running.process import Configured, Environment

_MODULES = ("module", "wsgi", "wsgi-file", "mount")


def knows(document: Document) -> bool:
    """Whether it has the section."""
    return document.kind in {Kind.INI, Kind.YAML} and any(_section(root) is not None for root in document.roots)


def _section(root: Located) -> Located | None:
    found = root.table.get("uwsgi")
    return found if found is not None and found.table else None


def read(document: Document, _variables: Environment, /) -> Iterator[Configured]:
    """Give its words."""
    for root in document.roots:
        section = _section(root)
        if section is not None:
            words = section.table
            module = next((str(words[word].value) for word in _MODULES if word in words), "")
            yield Configured(
                section.place or document.place, "uwsgi", words, application=module.partition("=")[2] or module
            )
