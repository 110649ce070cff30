"""Imports: the modules of the application, each run the first time that it is imported."""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from poolaudit.readers.forking.things import External, Frame, Loaded, Value
from poolaudit.readers.python.module import Module

if TYPE_CHECKING:
    from poolaudit.readers.forking.runner import Runner

Find = Callable[[str, str], "Module | None"]


class Modules:
    """The modules of one process. `loaded` are those that have run, by their paths."""

    def __init__(self, runner: "Runner", find: Find) -> None:
        self.runner = runner
        self.find = find
        self.loaded: dict[str, Frame] = {}

    def load(self, module: Module) -> Frame:
        """Run a module's own statements, the first time that it is imported."""
        if module.path not in self.loaded:
            frame = self.loaded[module.path] = Frame(module)
            self.runner.statements.body(module.tree.body, frame)
        return self.loaded[module.path]

    def imported(self, name: str, frame: Frame) -> Value:
        """Import a module by its name, with the packages that it is in."""
        parts = name.split(".")
        if name and not name.startswith("."):
            for number in range(1, len(parts)):
                package = self.find(".".join(parts[:number]), frame.module.path)
                if package is not None and package.path.endswith("__init__.py"):
                    self.load(package)
        module = self.find(name, frame.module.path)
        return Loaded(self.load(module)) if module is not None else None

    def import_(self, node: ast.Import, frame: Frame) -> None:
        """Bind what `import a.b` imports."""
        for one in node.names:
            found = self.imported(one.name, frame)
            if one.asname:
                frame.bind(one.asname, found or External(one.name))
            else:
                first = one.name.partition(".")[0]
                frame.bind(first, self.imported(first, frame) or External(first))

    def import_from(self, node: ast.ImportFrom, frame: Frame) -> None:
        """Bind what `from a import b` imports."""
        name = "." * node.level + (node.module or "")
        module = self.imported(name, frame)
        for one in node.names:
            if one.name == "*":
                if isinstance(module, Loaded):
                    frame.names.update(module.frame.names)
                continue
            frame.bind(one.asname or one.name, self._member(module, name, one.name, frame))

    def _member(self, module: Value, name: str, member: str, frame: Frame) -> Value:
        if isinstance(module, Loaded) and member in module.frame.names:
            return module.frame.names[member]
        inner = f"{name}{'' if name.endswith('.') else '.'}{member}"
        found = self.find(inner, frame.module.path)
        if found is not None:
            return Loaded(self.load(found))
        if name == "." and (package := self.package_of(frame.module.path)) is not None:
            return package.names.get(member)
        return External(inner) if module is None and not name.startswith(".") else None

    def within_package(self, package: Frame, name: str) -> Value:
        """Give a module that has run by its name within its package."""
        found = self.find(f".{name}", package.module.path) if package.module.path.endswith("__init__.py") else None
        return Loaded(self.loaded[found.path]) if found is not None and found.path in self.loaded else None

    def package_of(self, path: str) -> Frame | None:
        """Give the package that a file stands in, as far as it has run."""
        return self.loaded.get(f"{path.rpartition('/')[0]}/__init__.py".lstrip("/"))
