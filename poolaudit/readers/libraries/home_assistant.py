"""Home Assistant's recorder: `recorder: db_url: …` in configuration.yaml.

Source: homeassistant.components.recorder.core (_setup_connection) and util of 2026.11.0. For MySQL it makes a plain
engine with SQLAlchemy's own pool, and its schema takes no word for it. Each of its sessions sets its own wait_timeout
to 28800 s, whatever the server's is.
"""

from collections.abc import Iterator

from poolaudit.facts.misfit import UNREAD, Misfit
from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import SQLALCHEMY, Engine
from poolaudit.readers.located import Located
from poolaudit.readers.misfits import POOL_WORDS
from poolaudit.readers.project import Project
from poolaudit.readers.tables import named_by, tables_in

RECORDER, URL = "recorder", "db_url"
_OWN_FILES = frozenset({"recorder.yaml", "recorder.yml"})
_NO_WORD = "Home Assistant has no setting for it; its sessions set their own wait_timeout to 28800"


def knows(document: Document) -> bool:
    """Whether it is YAML with a recorder that has a URL."""
    return document.kind is Kind.YAML and URL in document.text and any(True for _ in _recorders(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the recorder's engine."""
    _ = project
    for name, one in _recorders(document):
        yield _engine(one)._replace(name=name, place=one.place)


def _recorders(document: Document) -> Iterator[tuple[str, Located]]:
    for headings, one in tables_in(document):
        if URL in one.table and (headings[-1:] == (RECORDER,) or (not headings and document.name in _OWN_FILES)):
            yield named_by(document, headings), one


def _engine(recorder: Located) -> Engine:
    table = recorder.table
    return Engine(
        words={"url": table[URL]},
        shown={"url": URL},
        library="home-assistant",
        defaults={"pool_recycle": Setting(-1, default_of=SQLALCHEMY, note=_NO_WORD)},
        to_sqlalchemy=True,
        unread=tuple(Misfit(UNREAD, word, word, table[word].place) for word in POOL_WORDS if word in table),
    )
