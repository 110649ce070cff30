"""The variables of a database server that the files start: options of its command, else of option files it is given."""

from collections.abc import Iterable, Mapping, Sequence

from poolaudit.facts.pool import Pool
from poolaudit.facts.setting import Setting
from poolaudit.readers.document import Document
from poolaudit.readers.located import Table
from poolaudit.readers.running.process import Said, Served

_SECTIONS = frozenset({"mysqld", "server", "mariadb", "mariadbd", "mysqld_safe"})


def variables_of(
    said: Iterable[Said], files: Mapping[str, Document], pools: Sequence[Pool]
) -> Mapping[str, Setting[str]]:
    """Give the variables of the server that the pools lead to; of several that may be it, what they have in common."""
    servers = {one.name: one for one in said if isinstance(one, Served)}
    hosts = {pool.url.value.host for pool in pools if pool.url.is_known}
    meant = [one for name, one in servers.items() if name in hosts] or list(servers.values())
    found = [_with_files(one, files) for one in meant]
    first = found[0] if found else {}
    return {name: setting for name, setting in first.items() if all(_same(setting, one.get(name)) for one in found)}


def _same(one: Setting[str], other: Setting[str] | None) -> bool:
    return other is not None and one.said == other.said and one.unknown == other.unknown


def _with_files(server: Served, files: Mapping[str, Document]) -> dict[str, Setting[str]]:
    found: dict[str, Setting[str]] = {}
    for path in server.option_files:
        inside = [
            document for name, document in files.items() if name == path or name.startswith(f"{path.rstrip('/')}/")
        ]
        for document in sorted(inside, key=lambda one: one.path):
            found |= _of_option_file(document.table)
    return {**found, **server.variables}


def _of_option_file(table: Table) -> dict[str, Setting[str]]:
    """Give a server's section's words; MySQL takes `-` for `_` in them."""
    return {
        name: Setting(str(one.value), one.place, unknown=one.why_unknown, word=name)
        for section, inner in table.items()
        if section.lower() in _SECTIONS
        for name, one in ((word.replace("-", "_"), entry) for word, entry in inner.table.items())
        if not one.holds_others
    }
