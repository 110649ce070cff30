"""What a document must have for a module to be worth importing: importing them all takes longer than reading."""

from typing import NamedTuple

from poolaudit.readers.document import Document, Kind


class Worth(NamedTuple):
    """What each document has that a module knows: one of the kinds, one of the words, and one of the names.

    Words are in small letters, and looked for in the text in any; a process's variables have no text, but their names.
    Names are parts of the file's. Where there are none, any will do. It may let through more than the module knows,
    never less.
    """

    kinds: frozenset[Kind] = frozenset()
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def allows(self, document: Document) -> bool:
        """Whether the module may know the document."""
        return (
            (not self.kinds or document.kind in self.kinds)
            and (not self.names or any(name in document.name for name in self.names))
            and (not self.words or self._is_spoken_of(document))
        )

    def _is_spoken_of(self, document: Document) -> bool:
        text = (document.text or " ".join(document.table)).lower()
        return any(word in text for word in self.words)


DATA = frozenset({Kind.YAML, Kind.JSON, Kind.TOML})
PYTHON = frozenset({Kind.PYTHON})
VARIABLES = frozenset({Kind.ENV})
