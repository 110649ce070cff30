"""What a Python file binds names to, and which calls stand where: the syntax tree, sorted once."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple, TypeAlias

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_OTHERS = re.compile(r"sqlite|postgres|psycopg|oracle|mssql|TYPE_CHECKING", re.IGNORECASE)
_OURS = re.compile(r"mysql|maria", re.IGNORECASE)


class Binding(NamedTuple):
    """What a name is bound to: an expression (None for what none gives), under a condition or not.

    `within` is the scope that the expression stands in where that is another: a method's, of what it sets on itself.

    `keys` are those that it sets within the name's value: `d["a"] = 5` has `("a",)`, `d.update(…)` has `("**",)`, and
    `d["a"].update(…)` has `("a", "**")`.
    """

    value: ast.expr | None
    is_conditional: bool
    keys: tuple[str, ...] = ()
    within: "Scope | None" = None


@dataclass
class Scope:
    """A module, a class or a function: what its own statements bind, and the scope around it."""

    name: str = ""
    node: ast.AST | None = None
    around: "Scope | None" = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)

    def bind(self, name: str, binding: Binding) -> None:
        """Add a binding."""
        self.bindings.setdefault(name, []).append(binding)


class Site(NamedTuple):
    """Where a call stands, and what its result is given to."""

    node: ast.Call
    target: str
    scope: Scope


@dataclass
class Names:
    """One file's names. `imports` are local names with the full name that they stand for."""

    top: Scope = field(default_factory=Scope)
    imports: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    classes: dict[str, Scope] = field(default_factory=dict)
    functions: dict[str, Scope] = field(default_factory=dict)
    calls: list[Site] = field(default_factory=list)

    @cached_property
    def _by_last_name(self) -> dict[str, list[tuple[int, Site]]]:
        found: dict[str, list[tuple[int, Site]]] = {}
        for number, site in enumerate(self.calls):
            found.setdefault(self.full_name(site.node.func).rpartition(".")[2], []).append((number, site))
        return found

    def calls_of(self, *lasts: str) -> Iterator[Site]:
        """Give the calls of what has one of these for the last part of its full name, in order."""
        found = [one for last in dict.fromkeys(lasts) for one in self._by_last_name.get(last, ())]
        return (site for _, site in sorted(found, key=itemgetter(0)))

    def full_name(self, node: ast.expr) -> str:
        """Give the full name of a name or attribute, "" for any other expression."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.imports.get(node.id, node.id), *reversed(parts)])


def names_of(tree: ast.Module) -> Names:
    """Sort a file's statements."""
    names = Names()
    _Sorter(names).statements(tree.body, names.top, is_conditional=False)
    return names


class _Sorter:
    """Goes through statements, not into what they compute, but for the calls in it."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def statements(self, body: Iterable[ast.stmt], scope: Scope, *, is_conditional: bool) -> None:
        for statement in body:
            self.statement(statement, scope, is_conditional=is_conditional)

    def statement(self, node: ast.stmt, scope: Scope, *, is_conditional: bool) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.ClassDef():
                self._class(node, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, scope)
            case ast.If():
                self._if(node, scope, is_conditional=is_conditional)
            case ast.Try():
                self._expressions(node, scope, "")
                self.statements([*node.body, *node.orelse, *node.finalbody], scope, is_conditional=is_conditional)
                for handler in node.handlers:
                    self.statements(handler.body, Scope(scope.name, scope.node, scope), is_conditional=True)
            case ast.With() | ast.AsyncWith():
                self._with(node, scope, is_conditional=is_conditional)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._expressions(node, scope, "")
                self.statements([*node.body, *node.orelse], scope, is_conditional=True)
            case _:
                self._simple(node, scope, is_conditional=is_conditional)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for one in node.names:
                self.names.imports[one.asname or one.name.partition(".")[0]] = (
                    one.name if one.asname else one.name.partition(".")[0]
                )
            return
        module = "." * node.level + (node.module or "")
        for one in node.names:
            if one.name == "*":
                self.names.stars.append(module)
            else:
                self.names.imports[one.asname or one.name] = f"{module}{'' if module.endswith('.') else '.'}{one.name}"

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(_inside(scope, node.name), node, scope)
        self.names.classes[inner.name] = inner
        for one in (*node.bases, *(keyword.value for keyword in node.keywords), *node.decorator_list):
            self._calls_in(one, scope, "")
        self.statements(node.body, inner, is_conditional=False)

    def _function(self, node: FunctionNode, scope: Scope) -> None:
        inner = Scope(_inside(scope, node.name), node, scope)
        self.names.functions[inner.name] = inner
        scope.bind(node.name, Binding(None, is_conditional=False))
        for one in (*node.decorator_list, *node.args.defaults, *(one for one in node.args.kw_defaults if one)):
            self._calls_in(one, scope, "")
        self.statements(node.body, inner, is_conditional=False)

    def _if(self, node: ast.If, scope: Scope, *, is_conditional: bool) -> None:
        """Sort both branches; one that is for another database does not speak for MySQL."""
        self._calls_in(node.test, scope, "")
        ours, others = branches(node.test)
        nowhere = Scope(scope.name, scope.node, scope)
        settled = ours or others
        self.statements(node.body, nowhere if others else scope, is_conditional=is_conditional or not settled)
        self.statements(node.orelse, nowhere if ours else scope, is_conditional=is_conditional or not settled)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope, *, is_conditional: bool) -> None:
        for item in node.items:
            target = _name_of(item.optional_vars) if item.optional_vars is not None else ""
            self._calls_in(item.context_expr, scope, target)
        self.statements(node.body, scope, is_conditional=is_conditional)

    def _simple(self, node: ast.stmt, scope: Scope, *, is_conditional: bool) -> None:
        target = ""
        match node:
            case ast.Assign():
                target = _name_of(node.targets[0])
                for one in node.targets:
                    self._assign(one, node.value, scope, is_conditional=is_conditional)
            case ast.AnnAssign():
                target = _name_of(node.target)
                if node.value is not None:
                    self._assign(node.target, node.value, scope, is_conditional=is_conditional)
            case ast.AugAssign():
                grown = ast.copy_location(ast.BinOp(_loaded(node.target), node.op, node.value), node)
                if isinstance(node.target, ast.Name):
                    before = scope.bindings.get(node.target.id, [])
                    value = _joined(before, grown, node)
                    scope.bind(node.target.id, Binding(value, is_conditional))
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="update")) as call):
                name, keys = _path_of(owner)
                if name:
                    scope.bind(name, Binding(call, is_conditional, (*keys, "**")))
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="setdefault"),
                    args=[ast.Constant(value=str(key)), value],
                )
            ):
                scope.bind(name, Binding(value, is_conditional, (key, "?")))
            case _:
                pass
        self._expressions(node, scope, target)

    def _assign(self, target: ast.expr, value: ast.expr, scope: Scope, *, is_conditional: bool) -> None:
        match target:
            case ast.Name(id=name):
                scope.bind(name, Binding(value, is_conditional))
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
                for number, one in enumerate(elements):
                    fits = len(values) == len(elements)
                    if fits:
                        self._assign(one, values[number], scope, is_conditional=is_conditional)
                    elif isinstance(one, ast.Name):
                        scope.bind(one.id, Binding(None, is_conditional))
            case ast.Subscript():
                name, keys = _path_of(target)
                if name:
                    scope.bind(name, Binding(value, is_conditional, keys))
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if scope.around is not None:
                owner = scope.around
                if isinstance(owner.node, ast.ClassDef):
                    owner.bind(name, Binding(value, is_conditional, within=scope))
            case _:
                pass

    def _expressions(self, node: ast.stmt, scope: Scope, target: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._calls_in(child, scope, target)

    def _calls_in(self, node: ast.expr, scope: Scope, target: str) -> None:
        """Note the calls in an expression, the outer before those in it."""
        waiting: list[tuple[ast.AST, str]] = [(node, target)]
        while waiting:
            one, name = waiting.pop()
            if isinstance(one, ast.Call):
                self.names.calls.append(Site(one, name, scope))
            waiting.extend(reversed(list(_named_children(one, name))))


def _named_children(node: ast.AST, target: str) -> Iterator[tuple[ast.AST, str]]:
    """Give what is within an expression, each with the name that it is given to there."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield value, key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else target
    elif isinstance(node, ast.Call):
        yield node.func, ""
        yield from ((one, target) for one in node.args)
        yield from ((one.value, one.arg or "") for one in node.keywords)
    else:
        yield from ((child, target) for child in ast.iter_child_nodes(node))


def branches(test: ast.expr) -> tuple[bool, bool]:
    """Say of a condition whether it holds for MySQL alone, and whether it holds for another database alone."""
    text = ast.unparse(test) if _is_small(test) else ""
    negated = " not in " in text or text.startswith("not ") or "!=" in text
    ours, others = bool(_OURS.search(text)), bool(_OTHERS.search(text))
    if ours is others:
        return False, False
    return (others, ours) if negated else (ours, others)


def _is_small(node: ast.AST) -> bool:
    return sum(1 for _ in ast.walk(node)) < 60  # noqa: PLR2004 - a condition of a few comparisons


def _inside(scope: Scope, name: str) -> str:
    return f"{scope.name}.{name}" if scope.name else name


def _name_of(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case _:
            return ""


def _path_of(target: ast.expr) -> tuple[str, tuple[str, ...]]:
    """Take `d["a"]["b"]` apart into d and its keys; no name where it is anything else."""
    keys: list[str] = []
    while isinstance(target, ast.Subscript):
        if not isinstance(target.slice, ast.Constant) or not isinstance(target.slice.value, str):
            return "", ()
        keys.append(target.slice.value)
        target = target.value
    return (target.id, tuple(reversed(keys))) if isinstance(target, ast.Name) else ("", ())


def _loaded(target: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Name(target.id), target) if isinstance(target, ast.Name) else target


def _joined(before: list[Binding], grown: ast.BinOp, node: ast.AugAssign) -> ast.expr | None:
    """Give `x = x + 1` with what x was, so that it does not name itself."""
    if not before or before[-1].value is None or before[-1].keys:
        return None
    return ast.copy_location(ast.BinOp(before[-1].value, grown.op, grown.right), node)
