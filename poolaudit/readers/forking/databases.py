"""What SQLAlchemy's and Flask-SQLAlchemy's methods do to the engines that they are called on or given."""

import ast
from typing import TYPE_CHECKING

from poolaudit.facts.setting import Place
from poolaudit.readers.forking.things import (
    CONNECTION,
    FLASK,
    QUERY,
    Arguments,
    Bound,
    Code,
    Engine,
    Keywords,
    Text,
    Value,
    Work,
    engines_of,
)
from poolaudit.readers.forking.trace import Disposal

if TYPE_CHECKING:
    from poolaudit.readers.forking.runner import Runner

_OPENING = {
    "engine": frozenset({"connect", "begin", "raw_connection", "execute", "scalar", "run_callable", "transaction"})
    | {"table_names", "has_table", "contextual_connect"},
    "session": frozenset({"execute", "scalar", "scalars", "connection", "get", "get_one", "refresh", "merge"})
    | {"bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings", "stream", "stream_scalars", "exec"},
    "query": frozenset({"all", "first", "one", "one_or_none", "count", "scalar", "get", "delete", "update"})
    | {"scalars", "paginate", "get_or_404", "first_or_404", "one_or_404"},
}
"""Methods that ask for a connection at once."""
_WAITING = frozenset({"add", "add_all", "delete"})
_WRITING = frozenset({"commit", "flush"})
_OF_METADATA = frozenset({"create_all", "drop_all", "reflect", "create", "drop"})
_READING_TABLES = frozenset({"read_sql", "read_sql_query", "read_sql_table"})


class Databases:
    """The calls of one process that its engines feel."""

    def __init__(self, runner: "Runner") -> None:
        self.runner = runner

    @property
    def doubt(self) -> str | None:
        """Why what happens now may not happen, None where it does."""
        return self.runner.doubts[-1] if self.runner.doubts else None

    def open(self, value: Value, place: Place) -> None:
        """Note that the engines of a value open a connection."""
        for key in engines_of(value):
            self.runner.trace.open(key, place, self.doubt)

    def _touch(self, value: Value, place: Place) -> None:
        for key in engines_of(value):
            self.runner.trace.touch(key, place)

    def of_engine(self, engine: Engine, name: str, arguments: Arguments, place: Place) -> Value:
        """Call a method of an engine, or of its pool."""
        if name in {"dispose", "recreate"}:
            closes = name == "dispose" and arguments != (Text(said=False),)
            self.runner.trace.dispose(engine.key, Disposal(place, closes), self.doubt)
            return engine
        if name in _OPENING["engine"]:
            self.open(engine, place)
            return Bound(CONNECTION, {engine.key})
        return engine if name in {"execution_options", "values", "items", "get"} else None

    def of_database(self, database: Bound, name: str, place: Place) -> Value:
        """Call a method of Flask-SQLAlchemy's `db`."""
        if name in {"create_all", "drop_all", "reflect"}:
            self.open(database, place)
        return Engine(FLASK) if name in {"get_engine", "get_engines"} else None

    def of_metadata(
        self, name: str, arguments: Arguments, keywords: Keywords, place: Place, metadata: Value = None
    ) -> None:
        """Take `Base.metadata.create_all(engine)` and its like, whatever they are called on, by their name."""
        bind = keywords.get("bind") or keywords.get("con") or keywords.get("autoload_with")
        given = [one for one in (bind, *arguments) if engines_of(one)]
        is_reflecting = name == "prepare" and (
            "autoload_with" in keywords or keywords.get("reflect") == Text(said=True)
        )
        if name in _OF_METADATA or name in _READING_TABLES or name == "to_sql" or is_reflecting:
            for one in given or [metadata]:
                self.open(one, place)

    def of_session(self, bound: Bound, name: str, arguments: Arguments, keywords: Keywords, place: Place) -> Value:
        """Call a method of a session, of what makes one, of a query or a connection."""
        trace = self.runner.trace
        if name == "configure":
            bound.engines |= engines_of(keywords.get("bind"))
            return None
        if bound.kind == CONNECTION:
            return self._of_connection(bound, name, arguments, place)
        if name in {"close", "remove", "rollback", "expunge_all", "close_all"}:
            return None
        self._touch(bound, place)
        kind = "query" if bound.kind == QUERY else "session"
        if name in _OPENING[kind] or (name in _WRITING and trace.pending & bound.engines):
            self.open(bound, place)
        if name in _WAITING:
            trace.pending |= bound.engines
        if name == "query" or bound.kind == QUERY:
            return Bound(QUERY, bound.engines)
        return bound if name in {"begin", "begin_nested", "connection"} else None

    def _of_connection(self, bound: Bound, name: str, arguments: Arguments, place: Place) -> Value:
        """Follow `run_sync(function)`; a connection that is used otherwise was opened before."""
        self._touch(bound, place)
        if name == "run_sync" and arguments:
            return self.runner.run(Work(arguments[0], (bound, *arguments[1:])), place)
        return bound if name in {"execution_options", "begin", "__enter__", "start"} else None

    def iterated(self, value: Value, place: Place) -> None:
        """Note that a query's rows are gone through."""
        if isinstance(value, Bound) and value.kind == QUERY:
            self.open(value, place)

    def made(self, place: Place) -> Engine:
        """Make an engine."""
        self.runner.trace.made.add(place)
        return Engine(place)

    def listen(self, arguments: Arguments, run: Value) -> None:
        """Note a listener of checkouts that looks whose process the connection is of."""
        target, event = (*arguments, None, None)[:2]
        if event == Text("checkout") and isinstance(run, Code) and "getpid" in ast.unparse(run.node):
            place = run.frame.module.line_of(run.node)
            for key in engines_of(target) or (None,):
                self.runner.trace.guarded[key] = place
