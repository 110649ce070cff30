"""Which sessions come through a proxy, as far as the proxies show themselves to the server.

Sources, in each product's own code or manual:

* ProxySQL connects with the program_name `proxysql`, whoever its client is (lib/mysql_connection.cpp; sysown/proxysql
  issue 3846), and multiplexes: one of its connections serves many clients.
* MySQL Router passes the client's attributes on and adds `_client_ip` (initial_connection_attributes in
  router/src/routing), unless it hands TLS through unopened (client_ssl_mode PASSTHROUGH); then nothing tells.
* RDS Proxy keeps sessions of its own as the user `rdsproxyadmin` (AWS, "RDS Proxy connection considerations").
* MaxScale passes the client's attributes on as they are and adds none (maxscale/protocol/mariadb, connect_attrs), so a
  server cannot tell its sessions from the application's.
"""

from collections.abc import Iterable, Mapping

from poolaudit.facts.missing import FactMissingError, Missing
from poolaudit.facts.session import ProcessRow, Program

PROXYSQL = "ProxySQL"
MYSQL_ROUTER = "MySQL Router"
RDS_PROXY = "RDS Proxy"
RDS_PROXY_USER = "rdsproxyadmin"
_PROGRAMS = {"proxysql": PROXYSQL, "proxysql_killer": PROXYSQL}


def proxies_of(rows: Iterable[ProcessRow], programs: Mapping[int, Program]) -> dict[int, str]:
    """Name the proxy of each session that comes through one, by the session's id.

    Which sessions are RDS Proxy's cannot be told, so where it is there all others are taken to be.
    """
    rows = tuple(rows)
    shown = {number: name for number, program in programs.items() if (name := _shown(program)) is not None}
    if any(row.user == RDS_PROXY_USER for row in rows):
        return dict.fromkeys((row.id for row in rows), RDS_PROXY) | shown
    return shown


def _shown(program: Program) -> str | None:
    return MYSQL_ROUTER if program.routed_for else _PROGRAMS.get(program.name or "")


def hidden_by(proxies: Iterable[str]) -> FactMissingError:
    """Give the error that says that an application's own connections cannot be seen behind proxies."""
    names = " and ".join(sorted(set(proxies)))
    because = f"the sessions come through {names}, so they are not the connections of an application's pool"
    return FactMissingError(Missing("proxy", because, f"look at the clients in {names} itself"))
