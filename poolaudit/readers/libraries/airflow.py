"""Airflow's metadata database: airflow.cfg, its variables, and the Helm chart's values.

Source: airflow.settings.prepare_engine_args and configure_orm of 2.2.5, 2.10.5, 3.0.0, 3.1.8, 3.2.0 and 3.3.2, and
airflow.configuration (getint, getboolean, getjson). A variable beats the file, `[database]` beats `[core]`, which alone
was read before 2.3 and is not read from 3.0 on. With a pool, size, overflow, recycle and pre-ping are always Airflow's
own, said or not, so that sql_alchemy_engine_args decides only what has no setting; without one (NullPool) its words go
to SQLAlchemy as they are. From 3.0 on there is a second engine, asynchronous, which has SQLAlchemy's defaults before
3.3 and the settings of the first from then on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from poolaudit.facts.misfit import UNREAD, Misfit
from poolaudit.facts.setting import Place, Setting
from poolaudit.readers.document import Document, Kind
from poolaudit.readers.engine import SQLALCHEMY, Engine
from poolaudit.readers.located import Located, Symbol, Table
from poolaudit.readers.project import Project, Version
from poolaudit.readers.tables import named_by, tables_in, url_of_parts
from poolaudit.readers.texts import as_json, as_numbers, as_switch

AIRFLOW = "Airflow"
DATABASE, CORE = "database", "core"
PREFIX = "AIRFLOW__"
KEYS = {
    "pool_size": "sql_alchemy_pool_size",
    "max_overflow": "sql_alchemy_max_overflow",
    "pool_recycle": "sql_alchemy_pool_recycle",
    "pool_pre_ping": "sql_alchemy_pool_pre_ping",
}
ENABLED, CONN, CONN_ASYNC, ARGS = (
    f"sql_alchemy_{word}" for word in ("pool_enabled", "conn", "conn_async", "engine_args")
)
_OWN = "sql_alchemy_"
_DEFAULTS: Mapping[str, Setting[Any]] = {
    "pool_size": Setting(5, default_of=AIRFLOW),
    "max_overflow": Setting(10, default_of=AIRFLOW),
    "pool_recycle": Setting(1800, default_of=AIRFLOW),
    "pool_pre_ping": Setting(said=True, default_of=AIRFLOW),
    "isolation_level": Setting("READ COMMITTED", default_of=AIRFLOW),
}
_NO_SETTING = "Airflow has no setting for its asynchronous engine before 3.3"
_NO_SETTINGS: Mapping[str, Setting[Any]] = {
    "pool_recycle": Setting(-1, default_of=SQLALCHEMY, note=_NO_SETTING),
    "pool_pre_ping": Setting(said=False, default_of=SQLALCHEMY, note=_NO_SETTING),
}
_TRUE, _FALSE = frozenset({"t", "true", "1"}), frozenset({"f", "false", "0"})
DATABASE_SINCE, CORE_UNTIL, ASYNC_SINCE, ASYNC_SETTINGS_SINCE = (2, 3), (3,), (3,), (3, 3)


@dataclass(frozen=True)
class _Source:
    """Airflow's settings of its database in one place, by section; `is_variables` is whether variables say them."""

    name: str
    place: Place | None
    sections: Mapping[str, Table]
    is_variables: bool = False

    def shown(self, section: str, key: str) -> str:
        return variable(section, key) if self.is_variables else key


def variable(section: str, key: str) -> str:
    """Give the name of the variable that says a setting: `AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE`."""
    return f"{PREFIX}{section.upper()}__{key.upper()}"


def knows(document: Document) -> bool:
    """Whether it holds one of the settings of Airflow's database."""
    if _OWN not in document.text.lower() and not _is_variables(document):
        return False
    return any(True for _ in _sources(document))


def read(document: Document, project: Project) -> Iterator[Engine]:
    """Give the engine of each place with settings, and the second one where there is one."""
    version = project.version("apache-airflow", document.path)
    environment = project.environment(document.path) if document.kind is Kind.INI else {}
    for source in _sources(document):
        yield from _engines(_beaten_by(source, environment), version)


def _is_variables(document: Document) -> bool:
    return document.kind is Kind.ENV and any(
        key.upper().startswith(PREFIX) and "__SQL_ALCHEMY_" in key.upper()
        for root in document.roots
        for key in root.table
    )


def _sources(document: Document) -> Iterator[_Source]:
    if document.kind is Kind.ENV:
        for root in document.roots:
            sections = _of_variables(root.table)
            if any(sections.values()):
                yield _Source(document.path, root.place, sections, is_variables=True)
    elif document.kind is Kind.INI:
        for root in document.roots:
            sections = {section: _own(root.table.get(section)) for section in (DATABASE, CORE)}
            if any(sections.values()):
                yield _Source(document.named(_main(sections)), _place(root.table, sections), sections)
    else:
        yield from _of_chart(document)


def _of_chart(document: Document) -> Iterator[_Source]:
    """Read the Helm chart's `config: {database: …}`, with its `env:` and `data: {metadataConnection: …}`."""
    for headings, one in tables_in(document):
        config = one.table.get("config")
        if config is None:
            continue
        sections = {section: _own(config.table.get(section)) for section in (DATABASE, CORE)}
        variables = _of_variables(_listed(one.table.get("env")))
        if any(sections.values()):
            data = one.table.get("data")
            meta = data.table.get("metadataConnection") if data is not None else None
            url = url_of_parts(meta.table) if meta is not None else None
            if url is not None:
                sections[DATABASE] = {CONN: url, **sections[DATABASE]}
            name = named_by(document, (*headings, "config", _main(sections)))
            joined = {section: {**sections[section], **variables[section]} for section in sections}
            yield _Source(name, _place(config.table, sections), joined)


def _main(sections: Mapping[str, Table]) -> str:
    return DATABASE if sections[DATABASE] else CORE


def _place(table: Table, sections: Mapping[str, Table]) -> Place | None:
    return table[_main(sections)].place if _main(sections) in table else None


def _own(section: Located | None) -> Table:
    table = section.table if section is not None else {}
    return {key.lower(): found for key, found in table.items() if key.lower().startswith(_OWN)}


def _of_variables(table: Table) -> dict[str, Table]:
    found: dict[str, dict[str, Located]] = {DATABASE: {}, CORE: {}}
    for name, value in table.items():
        for section, said in found.items():
            key = name.upper().removeprefix(f"{PREFIX}{section.upper()}__").lower()
            if key != name.lower() and key.startswith(_OWN):
                said[key] = value
    return {**found}


def _listed(found: Located | None) -> Table:
    """Give Kubernetes's list of `{name, value}` as a table."""
    entries = found.value if found is not None and isinstance(found.value, tuple) else ()
    return {
        str(one.table["name"].value): one.table.get("value", Located(None, one.place, unknown="said by valueFrom"))
        for one in entries
        if "name" in one.table
    }


def _beaten_by(source: _Source, environment: Table) -> _Source:
    variables = _of_variables(environment)
    if not any(variables.values()):
        return source
    sections = {section: {**table, **variables[section]} for section, table in source.sections.items()}
    return replace(source, sections=sections)


def _engines(source: _Source, version: Version | None) -> Iterator[Engine]:
    said, unread = _said(source, version)
    first = _first(source, said, unread)
    yield first._replace(name=source.name, place=source.place)
    has_second = CONN_ASYNC in said or (version is not None and version >= ASYNC_SINCE)
    for reading, second_version in _second_readings(version) if has_second else ():
        yield _second(source, said, first, second_version, reading)


def _second_readings(version: Version | None) -> tuple[tuple[str | None, Version], ...]:
    if version is not None:
        return ((None, version),)
    return ((f"{AIRFLOW} 3.0 to 3.2", ASYNC_SINCE), (f"{AIRFLOW} 3.3", ASYNC_SETTINGS_SINCE))


def _said(source: _Source, version: Version | None) -> tuple[dict[str, Located], tuple[Misfit, ...]]:
    """Give the settings that are read, and the pool's that stand in a section that is not."""
    database, core = source.sections[DATABASE], source.sections[CORE]
    if version is not None and version < DATABASE_SINCE:
        return _with_others(core), _not_read(source, DATABASE, CORE, core)
    if version is not None and version >= CORE_UNTIL:
        return _with_others(database), _not_read(source, CORE, DATABASE, database)
    return _with_others({**core, **database}), ()


def _with_others(said: Table) -> dict[str, Located]:
    """Take `…_cmd` and `…_secret` for what they are: what they give is not in the file."""
    found = dict(said)
    for key in (CONN, CONN_ASYNC, ARGS):
        for ending, what in (("_cmd", "a command's output"), ("_secret", "a secrets backend")):
            other = said.get(f"{key}{ending}")
            if other is not None and key not in said:
                found[key] = Located(None, other.place, unknown=f"{what} says it, by {key}{ending}")
    return found


def _not_read(source: _Source, section: str, instead: str, read_ones: Table) -> tuple[Misfit, ...]:
    return tuple(
        Misfit(
            UNREAD,
            word,
            source.shown(section, key) if source.is_variables else f"[{section}] {key}",
            source.sections[section][key].place,
            in_force=variable(instead, key) if source.is_variables else f"[{instead}] {key}",
        )
        for word, key in {**KEYS, "poolclass": ENABLED}.items()
        if key in source.sections[section] and key not in read_ones
    )


def _shown(source: _Source, said: Table) -> dict[str, str]:
    section = CORE if not source.sections[DATABASE] else DATABASE
    keys = {**KEYS, "url": CONN, "poolclass": ENABLED}
    own = {word: source.shown(section, key) for word, key in keys.items()}
    args = as_json(said[ARGS]).table if ARGS in said else {}
    return own | {word: f'{source.shown(section, ARGS)}["{word}"]' for word in args if word not in own}


def _first(source: _Source, said: Table, unread: tuple[Misfit, ...]) -> Engine:
    shown = _shown(source, said)
    args, enabled = _args(said), _enabled(said)
    url = {"url": said[CONN]} if CONN in said else {}
    if enabled.value is False:
        # without a pool the separate settings are not read at all, and the JSON's words are no one else's
        null = replace(enabled, value=Symbol("NullPool"), unknown=None, note=f"{ENABLED} is False")
        words, misfits = {**args, **url, "poolclass": null}, unread
        shown |= {word: f'{ARGS}["{word}"]' for word in args}
    else:
        own, misfits = _own_words(said, shown)
        misfits = (*unread, *misfits, *_overwritten(args, shown))
        words = {**{word: found for word, found in args.items() if word not in KEYS}, **url, **own}
        if enabled.unknown is not None:
            words["poolclass"] = enabled
    return Engine(
        words=words,
        shown=shown,
        library="airflow",
        defaults=_DEFAULTS if enabled.value is not False else {"isolation_level": _DEFAULTS["isolation_level"]},
        to_sqlalchemy=True,
        unread=misfits,
    )


def _own_words(said: Table, shown: Mapping[str, str]) -> tuple[dict[str, Located], tuple[Misfit, ...]]:
    own = {word: _without_comment(said[key]) for word, key in KEYS.items() if key in said}
    words, misfits = as_numbers(own, lambda word: shown[word], AIRFLOW)
    if "pool_pre_ping" in words:
        words["pool_pre_ping"] = as_switch(words["pool_pre_ping"], _TRUE, _FALSE)
    return words, misfits


def _without_comment(found: Located) -> Located:
    """Cut off what getboolean cuts off too; getint does not, so that a number with a comment is refused."""
    text = found.value
    is_switch = isinstance(text, str) and text.strip().lower().partition("#")[0].strip() in _TRUE | _FALSE
    return replace(found, value=text.partition("#")[0].strip()) if isinstance(text, str) and is_switch else found


def _enabled(said: Table) -> Located:
    found = said.get(ENABLED)
    return as_switch(_without_comment(found), _TRUE, _FALSE) if found is not None else Located(value=True)


def _args(said: Table) -> Table:
    found = as_json(said[ARGS]) if ARGS in said and said[ARGS].value != "" else None
    if found is None:
        return {}
    if found.unknown is not None or found.why_unknown is not None:
        why = f"{ARGS} is {found.why_unknown}"
        return {word: Located(None, found.place, unknown=why) for word in ("pool_timeout", "pool_reset_on_return")}
    return found.table


def _overwritten(args: Table, shown: Mapping[str, str]) -> tuple[Misfit, ...]:
    return tuple(
        Misfit(UNREAD, word, f'{ARGS}["{word}"]', args[word].place, in_force=shown[word])
        for word in KEYS
        if word in args and args[word].unknown is None
    )


def _second(source: _Source, said: Table, first: Engine, version: Version, reading: str | None) -> Engine:
    """Give the asynchronous engine, which takes nothing of the JSON's."""
    has_settings = version >= ASYNC_SETTINGS_SINCE
    words = {word: first.words[word] for word in (*KEYS, "poolclass") if has_settings and word in first.words}
    own: Mapping[str, Setting[Any]] = {word: _DEFAULTS[word] for word in KEYS} if has_settings else _NO_SETTINGS
    if "poolclass" in words:
        words, own = {"poolclass": words["poolclass"]}, {}
    return first._replace(
        words={**words, "url": said.get(CONN_ASYNC) or _made_async(said.get(CONN))},
        shown={**(first.shown if has_settings else {}), "url": CONN_ASYNC},
        name=f"{source.name}{'.' if ':' in source.name else ':'}async",
        place=source.place,
        reading=reading,
        defaults=own,
        unread=(),
    )


def _made_async(found: Located | None) -> Located:
    """Give the URL that Airflow derives where none is said: of mysql+…:// it makes mysql+aiomysql://."""
    if found is None or not isinstance(found.value, str) or "://" not in found.value:
        return found or Located(None, unknown=f"{CONN} is not said")
    scheme, rest = found.value.split(":", 1)
    if scheme.partition("+")[0] != "mysql":
        return found
    note = f"derived from {CONN}, as {CONN_ASYNC} is not said"
    return replace(found, value=f"mysql+aiomysql:{rest}", note=note)
