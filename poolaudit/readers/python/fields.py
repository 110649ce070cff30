"""The fields of dataclasses, named tuples and pydantic's models: their types, defaults and other names."""

import ast
from collections.abc import Callable, Iterator
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from poolaudit.readers.located import Located
from poolaudit.readers.python.classes import bases_of, class_at, direct_bases

if TYPE_CHECKING:
    from poolaudit.readers.python.values import Values  # it asks here

_SETTINGS_OF_2 = frozenset({"pydantic_settings.BaseSettings", "pydantic_settings.main.BaseSettings"})
_SETTINGS_OF_1 = frozenset(
    {"pydantic.BaseSettings", "pydantic.v1.BaseSettings", "pydantic.env_settings.BaseSettings"}
    | {"pydantic.v1.env_settings.BaseSettings"}
)
_MODELS = frozenset({"pydantic.BaseModel", "pydantic.v1.BaseModel", "pydantic.main.BaseModel"})
_TUPLES = frozenset({"typing.NamedTuple", "NamedTuple", "msgspec.Struct"})
_DATACLASS = frozenset({"dataclass", "define", "frozen", "attrs", "s", "mutable"})
_KINDS = {
    **dict.fromkeys(("int", "PositiveInt", "NonNegativeInt", "NegativeInt", "NonPositiveInt", "conint"), "int"),
    **dict.fromkeys(("float", "PositiveFloat", "NonNegativeFloat", "confloat"), "float"),
    **dict.fromkeys(("bool", "StrictBool"), "bool"),
    **dict.fromkeys(("str", "constr", "SecretStr", "StrictStr", "Path", "AnyUrl", "MultiHostUrl"), "str"),
    **dict.fromkeys(("dict", "Dict", "Mapping", "list", "List", "tuple", "Tuple", "set", "Set", "Json"), "json"),
    **dict.fromkeys(("Any", "Literal", "object"), "any"),
}
DEEPEST_BASE = 40
"""How far the bases of bases are followed."""
_WRAPPERS = frozenset({"Optional", "Final", "Required", "NotRequired"})


T = TypeVar("T")
Own: TypeAlias = "Callable[[Values, str, dict[str, T]], dict[str, T]]"
"""Gives what a class itself says, told what its bases did."""


class Class(Enum):
    """What makes the instances of a class, as far as their fields go."""

    SETTINGS_1 = "pydantic.BaseSettings"
    SETTINGS_2 = "pydantic_settings.BaseSettings"
    MODEL = "pydantic.BaseModel"
    DATACLASS = "a dataclass"

    @property
    def is_settings(self) -> bool:
        """Whether its fields are read from environment variables."""
        return self in {Class.SETTINGS_1, Class.SETTINGS_2}


class Field(NamedTuple):
    """One field. `kind` is int, float, bool, str, json, any, or "" for a type of which nothing is known.

    `model` is its type's class. `call` is the `Field(…)` that says more, `default` what stands for it where nothing is
    given, `values` are of the module that both stand in, `owner` is the class there.
    """

    name: str
    values: "Values"
    owner: str
    kind: str
    model: "tuple[Values, str] | None"
    call: ast.Call | None
    default: ast.expr | None
    is_factory: bool
    node: ast.stmt

    def keyword(self, name: str) -> ast.expr | None:
        """Give the expression of a keyword of `Field(…)`."""
        return next((one.value for one in self.call.keywords if one.arg == name), None) if self.call else None

    def default_value(self) -> Located | None:
        """Give its default, None where it has none."""
        if self.default is None:
            return None
        scope = self.values.module.names.classes[self.owner]
        return self.values.factory(self.default, scope) if self.is_factory else self.values.of(self.default, scope)


def class_kind(values: "Values", name: str) -> Class | None:
    """Say what kind of class it is, None where it is none with fields that are known to be set as they are said."""
    bases = set(bases_of(values, name))
    if bases & _SETTINGS_OF_2:
        return Class.SETTINGS_2
    if bases & _SETTINGS_OF_1:
        return Class.SETTINGS_1
    if bases & _MODELS:
        return Class.MODEL
    if bases & _TUPLES or _is_decorated(values, name):
        return Class.DATACLASS
    return None


def _is_decorated(values: "Values", name: str) -> bool:
    node = values.module.names.classes[name].node
    decorators = node.decorator_list if isinstance(node, ast.ClassDef) else []
    named = (one.func if isinstance(one, ast.Call) else one for one in decorators)
    return any(values.module.full_name(one).rpartition(".")[2] in _DATACLASS for one in named)


def fields_of(values: "Values", name: str) -> dict[str, Field]:
    """Give the fields of a class, those of its bases first."""
    return with_bases(values, "fields", name, lambda at, own, above: {one.name: one for one in _own(at, own, above)})


def with_bases(values: "Values", what: str, name: str, own: "Own[T]", level: int = 0) -> dict[str, T]:
    """Give what a class says and its bases do, those of its bases first and under its own.

    `own` gives a class's own, and is told what its bases said; `what` keeps a walk apart from another that it is in.
    """
    key = (what, name)
    if key in values.open or level > DEEPEST_BASE:
        return {}
    values.open.add(key)
    try:
        found: dict[str, T] = {}
        for base in reversed(direct_bases(values, name)):
            owner = class_at(values, base)
            found |= with_bases(owner[0], what, owner[1], own, level + 1) if owner is not None else {}
        return found | own(values, name, found)
    finally:
        values.open.discard(key)


def _own(values: "Values", name: str, inherited: dict[str, Field]) -> Iterator[Field]:
    node = values.module.names.classes[name].node
    for one in node.body if isinstance(node, ast.ClassDef) else []:
        match one:
            case ast.AnnAssign(target=ast.Name(id=field), annotation=annotation):
                if not field.startswith("_") and field != "model_config" and not _is_of_class(annotation):
                    yield _field(values, name, one, field)
            case ast.Assign(targets=[ast.Name(id=field)], value=value) if field in inherited:
                call, default, is_factory = _default(value)
                yield inherited[field]._replace(
                    values=values, owner=name, call=call, default=default, is_factory=is_factory, node=one
                )
            case _:
                pass


def _is_of_class(annotation: ast.expr) -> bool:
    return "ClassVar" in ast.unparse(annotation)


def _field(values: "Values", owner: str, node: ast.AnnAssign, name: str) -> Field:
    bare, beside = _bare(_meant(values, node.annotation))
    call, default, is_factory = _default(node.value)
    if beside is not None and call is None:
        call = beside
        if node.value is None:
            default, is_factory = _of_call(beside)
    kind, model = _type(values, bare)
    return Field(name, values, owner, kind, model, call, default, is_factory, node)


def _meant(values: "Values", annotation: ast.expr) -> ast.expr:
    """Follow a name that a file gives to a type, `Size = Annotated[int, Field(gt=0)]`, to that."""
    bound = values.module.names.top.bindings.get(annotation.id, []) if isinstance(annotation, ast.Name) else []
    alias = bound[0].value if len(bound) == 1 else None
    return alias if isinstance(alias, (ast.Subscript, ast.BinOp, ast.Name)) else annotation


def _type(values: "Values", bare: ast.expr) -> "tuple[str, tuple[Values, str] | None]":
    """Give the kind of a type, and its class where it is one with fields."""
    full = values.module.full_name(bare.func if isinstance(bare, ast.Call) else bare)
    last = full.rpartition(".")[2]
    kind = _KINDS.get(last) or ("str" if last.endswith(("Dsn", "Url")) else "")
    model = class_at(values, full) if not kind and full else None
    return kind, model if model is not None and class_kind(*model) is not None else None


def _bare(annotation: ast.expr) -> tuple[ast.expr, ast.Call | None]:
    """Take `Annotated[int | None, Field(…)]` apart into int and the `Field(…)`."""
    match annotation:
        case ast.Constant(value=str(text)):
            try:
                return _bare(ast.parse(text, mode="eval").body)
            except SyntaxError:
                return annotation, None
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _bare(right if _is_none(left) else left)
        case ast.Subscript(value=head, slice=inner):
            return _subscripted(head, inner)
        case _:
            return annotation, None


def _subscripted(head: ast.expr, inner: ast.expr) -> tuple[ast.expr, ast.Call | None]:
    word = head.attr if isinstance(head, ast.Attribute) else head.id if isinstance(head, ast.Name) else ""
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if word == "Annotated" and parts:
        calls = [one for one in parts[1:] if isinstance(one, ast.Call)]
        bare, deeper = _bare(parts[0])
        return bare, next((one for one in calls if _is_field(one)), deeper)
    if word in _WRAPPERS:
        return _bare(inner)
    if word == "Union":
        return _bare(next((one for one in parts if not _is_none(one)), head))
    return head, None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_field(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {
        "Field",
        "field",
        "ib",
        "attrib",
    }


def _default(value: ast.expr | None) -> tuple[ast.Call | None, ast.expr | None, bool]:
    if isinstance(value, ast.Call) and _is_field(value):
        return value, *_of_call(value)
    return None, None if value is None or _is_ellipsis(value) else value, False


def _of_call(call: ast.Call) -> tuple[ast.expr | None, bool]:
    """Give the default that a `Field(…)` says, and whether it is called to have it."""
    said = {one.arg: one.value for one in call.keywords}
    factory = said.get("default_factory", said.get("factory"))
    if factory is not None:
        return factory, True
    default = said.get("default", call.args[0] if call.args else None)
    return None if default is None or _is_ellipsis(default) else default, False


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis
