"""A YAML file as located values: every scalar with its place, nothing constructed that the file asks for.

Places are those of the parser's marks: libyaml's where PyYAML has it, else PyYAML's own. Aliases share their values, so
that an alias bomb stays as small as its text.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import Resolver
from yaml.scanner import Scanner

from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Place
from poolaudit.readers.formats.bounds import (
    DEEPEST_LEVEL,
    LARGEST_SLOW_CHARACTERS,
    LONGEST_NUMBER,
    MOST_VALUES,
    printable,
    said_again,
    too_deep,
    too_large,
    too_many,
)
from poolaudit.readers.located import FILLED_IN, Located, Scalar, Symbol

MOST_MERGED = 4 * MOST_VALUES
_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"
_READABLE_TAG = r"!?![A-Za-z][A-Za-z_]{0,19}"
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_TEMPLATE = r"\{\{.*\}\}"
_ENV_VAR = r"([A-Za-z_]\w{0,63})(?:\s+([^{}]{1,200}))?"
_OWN_SIGN = r"\$\{([A-Za-z_]\w{0,63}):(?=[-=?+])"
_TEMPLATE_SIGN = r"\{%|\{\{|<%"
_TEMPLATE_HINT = "give the file that is made of it"
_FILLING_TAGS = frozenset({"!ENV", "!env", "!env_var"})
_HINT = "give a plain YAML file; a value that begins with one of * & ! % @ ` { [ is to be in quotes"


def parse(text: str, path: str) -> tuple[Located, ...]:
    """Read a text's documents; CannotAuditError with file and line where it is not YAML, too large or too deep.

    No message repeats any of the file's text, for it may be a password.
    """
    try:
        nodes = tuple(_compose(text, path))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, mark.line + 1 if mark is not None else None)
        if re.search(_TEMPLATE_SIGN, text) is not None:
            raise CannotAuditError(f"{place}: this is a template, and no YAML as it stands", _TEMPLATE_HINT) from None
        raise CannotAuditError(f"{place}: this is not YAML that can be read", _HINT) from None
    except yaml.YAMLError:
        raise CannotAuditError(f"{path} holds control characters, so it is no text file", _HINT) from None
    conversion = _Conversion(path, text, _merge_sources(nodes))
    return tuple(conversion.located(node) for node in nodes)


class _Bounded(Composer, Resolver):
    """Composes nodes within bounds; never asked to construct what a tag names."""

    path = ""
    nodes = 0
    level = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        self.nodes += 1
        self.level += 1
        if self.nodes > MOST_VALUES or self.level > DEEPEST_LEVEL:
            line = self.peek_event().start_mark.line + 1  # type: ignore[attr-defined]  # the parser's, mixed in below
            raise (too_deep if self.level > DEEPEST_LEVEL else too_many)(self.path, line, _HINT)
        node: yaml.Node | None = super().compose_node(parent, index)  # type: ignore[arg-type]  # stubs want an int
        self.level -= 1
        return node


class _PlainLoader(_Bounded, Reader, Scanner, Parser):
    """Parses with PyYAML's own parser, which is there everywhere and slow."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        Resolver.__init__(self)


def _loader(text: str) -> _Bounded:
    return _quick_loader(text) if yaml.__with_libyaml__ else _PlainLoader(text)


def _quick_loader(text: str) -> _Bounded:
    from yaml._yaml import CParser  # noqa: PLC0415 - not everywhere there

    class QuickLoader(_Bounded, CParser):
        """Parses with libyaml, and composes here: libyaml's own composer knows no bounds."""

        def __init__(self) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)
            Resolver.__init__(self)

    return QuickLoader()


def _compose(text: str, path: str) -> list[yaml.Node]:
    if len(text) > LARGEST_SLOW_CHARACTERS and not yaml.__with_libyaml__:
        raise too_large(path, LARGEST_SLOW_CHARACTERS, "a PyYAML with libyaml reads it ten times as fast")
    loader = _loader(text)
    loader.path = path
    nodes = []
    while loader.check_node():
        nodes.append(loader.get_node())
    return [node for node in nodes if node is not None]


class _Conversion:
    """Turns one file's nodes into located values, each node once."""

    def __init__(self, path: str, text: str, templates: frozenset[int]) -> None:
        self.path = path
        self.lines = re.split(r"\r\n|\r|\n", text)
        self.templates = templates
        self.done: dict[int, tuple[Located, int]] = {}
        self.open: set[int] = set()
        self.merged = 0
        self.scalars = yaml.constructor.SafeConstructor()

    def located(self, node: yaml.Node) -> Located:
        """Give a node's value; CannotAuditError where an alias holds itself, or makes too much of a file."""
        return self._measured(node)[0]

    def _measured(self, node: yaml.Node) -> tuple[Located, int]:
        """Give a node's value and how many levels it has."""
        if id(node) in self.open:
            raise CannotAuditError(f"{self._place(node)}: an alias in here holds itself", _HINT)
        if id(node) not in self.done:
            if len(self.open) > DEEPEST_LEVEL:
                raise too_deep(self.path, node.start_mark.line + 1, _HINT)
            self.open.add(id(node))
            inner = [] if isinstance(node, yaml.ScalarNode) else [self._measured(one)[1] for one in _inner(node)]
            levels = 1 + max(inner, default=0)
            if levels > DEEPEST_LEVEL:
                raise too_deep(self.path, node.start_mark.line + 1, _HINT)
            self.done[id(node)] = self._fresh(node), levels
            self.open.discard(id(node))
        return self.done[id(node)]

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.path, node.start_mark.line + 1)

    def _literal(self, node: yaml.Node) -> tuple[Place, str]:
        """Give a node's place with its columns and its text there, where it stands on one line and as it is."""
        start, end = node.start_mark, node.end_mark
        line = self.lines[start.line] if start.line == end.line < len(self.lines) else ""
        text = line[start.column : end.column]
        properties = _PROPERTIES.match(text)
        begins = start.column + (properties.end() if properties else 0)
        return Place(self.path, start.line + 1, begins + 1, end.column + 1), line[begins : end.column]

    def _scalar_place(self, node: yaml.ScalarNode) -> Place:
        place, text = self._literal(node)
        quote = node.style if node.style in {"'", '"'} else ""
        is_quoted = len(text) > 1 and text[0] == text[-1] == quote
        is_there = is_quoted if quote else bool(text) and text == node.value
        return place if is_there else self._place(node)

    def _fresh(self, node: yaml.Node) -> Located:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, self._scalar_place(node))
        place = self._place(node)
        if node.tag not in {_TAG + "map", _TAG + "seq"}:
            return Located(None, place, unknown=_filled_by(node.tag))
        if isinstance(node, yaml.MappingNode):
            if any(isinstance(key, yaml.CollectionNode) for key, _ in node.value) and node.flow_style:
                return self._template(node)
            return Located(self._table(node), place, is_template=id(node) in self.templates)
        return Located(tuple(self.located(entry) for entry in node.value), place)

    def _template(self, node: yaml.Node) -> Located:
        """Give `{{ x }}` without quotes as the text it is; YAML takes it for a mapping in a mapping."""
        place, text = self._literal(node)
        if re.fullmatch(_TEMPLATE, text):
            return Located(text, place)
        return Located(None, self._place(node), unknown="filled in by a template")

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Located:
        kind = node.tag.removeprefix(_TAG)
        if kind.startswith("python/name:"):
            return Located(Symbol(kind.rpartition(":")[2]), place)
        if kind in {"int", "float", "bool", "null"} and len(node.value) <= LONGEST_NUMBER:
            return Located(self._number(kind, node), place)
        if node.tag.startswith(_TAG) and kind not in {"binary", "null"} and "/" not in kind:
            return Located(printable(node.value), place)
        filled = _filled_text(node) if node.tag in _FILLING_TAGS else None
        if filled is not None:
            return Located(filled, place)
        return Located(None, self._place(node), unknown=_filled_by(node.tag))

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
                self._merge(key.start_mark.line + 1, entry, merged)
            elif isinstance(key, yaml.ScalarNode):
                own[printable(key.value)] = self._entry(key, entry, own.get(key.value))
        return merged | own

    def _entry(self, key: yaml.ScalarNode, entry: yaml.Node, before: Located | None) -> Located:
        value = self.located(entry)
        line = key.start_mark.line + 1
        if isinstance(entry, yaml.CollectionNode) and value.holds_others:
            value = replace(value, place=Place(self.path, line))
        return replace(value, note=said_again(line)) if before is not None else value

    def _merge(self, line: int, node: yaml.Node, merged: dict[str, Located]) -> None:
        """Add what `<<` brings in, a mapping's entries or those of several; what is there already counts."""
        for source in _sources(node):
            table = self.located(source).table
            self.merged += len(table)
            if self.merged > MOST_MERGED:
                raise too_many(self.path, line, _HINT)
            for key, entry in table.items():
                merged.setdefault(key, entry)


def _inner(node: yaml.Node) -> Iterable[yaml.Node]:
    return (entry for _, entry in node.value) if isinstance(node, yaml.MappingNode) else node.value


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


def _filled_text(node: yaml.ScalarNode) -> str | None:
    """Give the text of `!ENV ${X:5}` and `!env_var X 5`, which have signs of their own, in the shell's."""
    if node.tag != "!env_var":
        return re.sub(_OWN_SIGN, r"${\1:-", node.value) if FILLED_IN.search(node.value) else None
    match = re.fullmatch(_ENV_VAR, node.value)
    default = f":-{match[2]}" if match is not None and match[2] else ""
    return f"${{{match[1]}{default}}}" if match is not None else None


def _filled_by(tag: str) -> str:
    shown = tag.replace(_TAG, "!!")
    return (
        f"filled in by {shown}" if re.fullmatch(_READABLE_TAG, shown) else "filled in by a tag of the application's own"
    )
