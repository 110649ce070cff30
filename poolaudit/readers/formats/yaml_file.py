"""A YAML file as located values: every scalar with its line, nothing constructed that the file asks for.

Lines are those of PyYAML's node marks. Aliases share their values, so that an alias bomb stays as small as its text.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

import yaml

from poolaudit.errors import CannotAuditError
from poolaudit.facts.pool import Place
from poolaudit.readers.located import Located, Scalar

MOST_NODES = 50_000
DEEPEST_LEVEL = 100
LONGEST_NUMBER = 64
_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"
_READABLE_TAG = re.compile(r"!?![A-Za-z][A-Za-z_]{0,19}")
_HINT = "give a plain YAML file; a value that begins with one of * & ! % @ ` { [ is to be in quotes"


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read a text's documents; CannotAuditError with file and line where it is not YAML, too large or too deep.

    No message repeats any of the file's text, for it may be a password.
    """
    try:
        nodes = tuple(_compose(text, path))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark is not None else path
        raise CannotAuditError(f"{where}: this is not YAML that can be read", _HINT) from None
    except yaml.YAMLError:
        raise CannotAuditError(f"{path} holds control characters, so it is no text file", _HINT) from None
    conversion = _Conversion(path, _merge_sources(nodes))
    return tuple(conversion.located(node) for node in nodes)


class _Loader(yaml.SafeLoader):
    """Composes nodes within bounds; never asked to construct what a tag names."""

    path = ""
    nodes = 0
    level = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        self.nodes += 1
        self.level += 1
        if self.nodes > MOST_NODES or self.level > DEEPEST_LEVEL:
            what = "nests too deeply" if self.level > DEEPEST_LEVEL else f"holds more than {MOST_NODES:,} values"
            line = self.line + 1
            raise CannotAuditError(f"{self.path}:{line}: the file {what} for a settings file", _HINT)
        node: yaml.Node | None = super().compose_node(parent, index)  # type: ignore[arg-type]  # stubs want an int
        self.level -= 1
        return node


def _compose(text: str, path: str) -> list[yaml.Node]:
    loader = _Loader(text)
    loader.path = path
    try:
        nodes = []
        while loader.check_node():
            nodes.append(loader.get_node())
        return [node for node in nodes if node is not None]
    finally:
        loader.dispose()


class _Conversion:
    """Turns one file's nodes into located values, each node once."""

    def __init__(self, path: str, templates: frozenset[int]) -> None:
        self.path = path
        self.templates = templates
        self.done: dict[int, Located] = {}
        self.open: set[int] = set()
        self.scalars = yaml.constructor.SafeConstructor()

    def located(self, node: yaml.Node) -> Located:
        """Give a node's value; CannotAuditError where an alias holds itself."""
        if id(node) in self.open:
            raise CannotAuditError(f"{self._place(node)}: an alias in here holds itself", _HINT)
        if id(node) not in self.done:
            self.open.add(id(node))
            self.done[id(node)] = self._fresh(node)
            self.open.discard(id(node))
        return self.done[id(node)]

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.path, node.start_mark.line + 1)

    def _exact_place(self, node: yaml.ScalarNode) -> Place:
        """Give a scalar's place with its columns, where it stands in one line and is more than nothing."""
        start, end = node.start_mark, node.end_mark
        if node.style in {"|", ">"} or start.line != end.line or start.column == end.column:
            return self._place(node)
        return Place(self.path, start.line + 1, start.column + 1, end.column + 1)

    def _fresh(self, node: yaml.Node) -> Located:
        place = self._place(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, self._exact_place(node))
        if node.tag not in {_TAG + "map", _TAG + "seq"}:
            return Located(None, place, unknown=_filled_by(node.tag))
        if isinstance(node, yaml.MappingNode):
            if any(isinstance(key, yaml.CollectionNode) for key, _ in node.value) and node.flow_style:
                return Located(None, place, unknown="filled in by a template")
            return Located(self._table(node), place, is_template=id(node) in self.templates)
        return Located(tuple(self.located(entry) for entry in node.value), place)

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Located:
        kind = node.tag.removeprefix(_TAG)
        if kind.startswith("python/name:"):
            return Located(kind.rpartition(":")[2], place)
        if kind in {"int", "float", "bool", "null"} and len(node.value) <= LONGEST_NUMBER:
            return Located(self._number(kind, node), place)
        if node.tag.startswith(_TAG) and kind not in {"binary", "null"} and "/" not in kind:
            return Located(node.value, place)
        return Located(None, place, unknown=_filled_by(node.tag))

    def _number(self, kind: str, node: yaml.ScalarNode) -> Scalar:
        value: Scalar = node.value
        with suppress(ValueError, LookupError, OverflowError, yaml.YAMLError):
            value = getattr(self.scalars, f"construct_yaml_{kind}")(node)
        return value

    def _table(self, node: yaml.MappingNode) -> dict[str, Located]:
        own: dict[str, Located] = {}
        merged: dict[str, Located] = {}
        for key, entry in node.value:
            if key.tag == _MERGE:
                merged = self._merged(entry) | merged
            elif isinstance(key, yaml.ScalarNode):
                own[key.value] = self._entry(key, entry, own.get(key.value))
        return merged | own

    def _entry(self, key: yaml.ScalarNode, entry: yaml.Node, before: Located | None) -> Located:
        value = self.located(entry)
        line = key.start_mark.line + 1
        if isinstance(entry, yaml.CollectionNode):
            value = replace(value, place=Place(self.path, line))
        if before is not None:
            value = replace(value, note=f"said more than once; line {line} is the last and counts")
        return value

    def _merged(self, node: yaml.Node) -> dict[str, Located]:
        """Give what `<<` brings in: a mapping's entries, or those of several, of which the first counts most."""
        merged: dict[str, Located] = {}
        for source in _sources(node):
            merged = dict(self.located(source).table) | merged
        return merged


def _sources(node: yaml.Node) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]


def _merge_sources(nodes: Iterable[yaml.Node]) -> frozenset[int]:
    """Give the ids of the nodes that `<<` merges into others."""
    seen: set[int] = set()
    sources: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        sources.update(id(source) for key, entry in pairs if key.tag == _MERGE for source in _sources(entry))
        waiting.extend([entry for _, entry in pairs] or node.value)
    return frozenset(sources)


def _filled_by(tag: str) -> str:
    shown = tag.replace(_TAG, "!!")
    return f"filled in by {shown}" if _READABLE_TAG.fullmatch(shown) else "filled in by a tag of the application's own"
