"""Reports to render: each a real situation, made of facts and findings here, so that no rule's words decide a test."""

from datetime import date
from typing import Any

from poolaudit.facts.fit import Deployment, Fit
from poolaudit.facts.missing import Missing
from poolaudit.facts.pool import Pool, PoolUrl
from poolaudit.facts.server import Server
from poolaudit.facts.setting import Place, Setting
from poolaudit.facts.unreached import Unreached
from poolaudit.report import Facts, Finding, Ignore, Ignored, Number, Report, Severity, Unanswered
from tests.facts_toml import TAKEN_AT, server_over_healthy

ALL_SECTIONS = [
    "variables", "counters", "processlist", "transactions", "programs", "statements", "lock_waits", "wait_timeouts",
    "accounts", "errors",
]  # fmt: skip
GRANT = "GRANT PROCESS ON *.* TO the account that audits"
FLASK = "app@10.0.3.7 (flask-todo, pid 4211)"
LONG_NAME = "reporting_" + "very_" * 36 + "long_name"
HOSTILE = "\x1b[31mred\x1b[0m [bold]x[/bold]\n\u202egnp.exe\r\x00\x9b2J \ud800 \u200bzero"


def report(
    facts: Facts,
    findings: tuple[Finding, ...] = (),
    unanswered: tuple[Unanswered, ...] = (),
    ignored: tuple[Ignored, ...] = (),
) -> Report:
    """Make a report as 30 rules would."""
    return Report(facts, findings, unanswered, ignored, rules_run=30)


def server(**tables: Any) -> Server:  # noqa: ANN401 - a capture's tables, as JSON holds them
    """Make a server of a capture's tables laid over the healthy one."""
    return server_over_healthy(tables)


def facts_of(one: Server, *deployments: Deployment) -> Facts:
    """Make facts of a server and what leads to it."""
    fits = (Fit(one, deployments),) if deployments else ()
    return Facts(TAKEN_AT, (one,), tuple(deployment.pool for deployment in deployments), fits)


def finding(  # noqa: PLR0913 - what a finding is made of, with most of it left out by most
    code: str,
    rule: str,
    severity: Severity,
    message: str,
    *,
    why: str = "",
    fix: str = "",
    about: str = "",
    subject: str = "db1:3306",
    evidence: dict[str, Number] | None = None,
    at: Place | None = None,
) -> Finding:
    """Make a finding as audit() would stamp it."""
    return Finding(
        code=code, rule=rule, severity=severity, subject=subject, message=message, why=why, fix=fix,
        evidence=evidence or {}, about=about, at=at, fingerprint="0123456789abcdef",
    )  # fmt: skip


def said(value: Any, line: int, file: str = "app.yaml") -> Setting[Any]:  # noqa: ANN401 - whatever the setting holds
    """Make a setting that a file says."""
    return Setting(value, Place(file, line))


def default(value: Any) -> Setting[Any]:  # noqa: ANN401 - whatever the setting holds
    """Make a setting that SQLAlchemy's default decides."""
    return Setting(value, default_of="SQLAlchemy")


UNSAID: Setting[Any] = Setting(unknown="it is not said")


def pool(**settings: Any) -> Pool:  # noqa: ANN401 - any of a pool's settings
    """Make the pool of incident 0a, with other settings where given."""
    plain: dict[str, Any] = {
        "name": "app.yaml:database",
        "url": said(PoolUrl("mysql", "pymysql", "app", "db1", 3306, "todo"), 2),
        "pool_class": default("QueuePool"),
        "size": said(5, 3),
        "max_overflow": said(0, 4),
        "recycle_seconds": said(-1, 5),
        "checkout_timeout_seconds": said(30, 6),
        "pre_ping": default(value=False),
        "reset_on_return": default("rollback"),
        "threads": UNSAID,
        "request_timeout_seconds": UNSAID,
        "path_idle_timeout_seconds": UNSAID,
    }
    return Pool(**plain | settings)


def deployment(one: Pool, processes: int | None = 1, hosts: int = 1) -> Deployment:
    """Make a deployment; `processes` None where nobody says how many run."""
    unsaid: Setting[int] = Setting(unknown="how many processes run is not said", word="processes")
    return Deployment(one, said(processes, 9) if processes is not None else unsaid, said(hosts, 10))


def incident_0a() -> Report:
    """Report five sessions that were never given back, on MySQL 5.6."""
    ages = (38068, 37914, 37914, 708, 650)
    one = server(
        version="5.6.24",
        counters={"Uptime": 1_036_800, "Threads_connected": 7, "Max_used_connections": 9, "Aborted_clients": 5},
        processlist=[
            *({"id": 38 + n, "db": "todo", "time_seconds": age} for n, age in enumerate(ages)),
            {"id": 60, "user": "root", "host": "localhost", "command": "Query", "state": "init"},
        ],
        transactions=[{"id": 38 + n, "age_seconds": age} for n, age in enumerate(ages)],
        programs=[
            *({"id": 38 + n, "name": "flask-todo", "pid": 4211} for n in range(5)),
            {"id": 60, "name": "mysql", "pid": 999},
        ],
        statements=[
            {"id": 38, "kind": "select", "digest": "SELECT `id` , `title` FROM `todo` WHERE `id` = ?",
             "text": "SELECT id, title FROM todo WHERE id = 4711"},
            *({"id": 39 + n, "kind": "select"} for n in range(4)),
        ],
    )  # fmt: skip
    web = deployment(pool(), processes=1)
    return report(
        facts_of(one, web),
        (
            finding(
                "PA201", "idle-in-transaction", Severity.ERROR,
                f"{FLASK} has 5 sleeping sessions with a transaction open, the oldest for 10 h 34 min",
                why="each is a connection that its pool cannot lend again, with its locks and its snapshot kept open",
                fix="close the session before waiting for anything else; to free it now: KILL 38; KILL 39; KILL 40;"
                " KILL 41; KILL 42;",
                about=FLASK,
                evidence={"idle_in_transaction_sessions": 5, "oldest_transaction_seconds": 38068, "threads": "38, 39"},
            ),
            finding(
                "PA701", "recycle-exceeds-timeout", Severity.ERROR,
                "app.yaml:database never recycles, and the server ends a session after 8 h without a word",
                why="the next use of an ended connection fails with 2006, MySQL server has gone away",
                fix="pool_recycle: -1 → 25000, and pool_pre_ping: true",
                evidence={"recycle_seconds": -1, "wait_timeout_seconds": 28800},
                at=Place("app.yaml", 5),
            ),
            finding(
                "PA706", "pool-exhausted", Severity.ERROR,
                f"{FLASK} has all 5 connections of its pool open and none of them idle in it",
                why="the next checkout waits 30 s and fails with QueuePool limit; a larger pool only delays it",
                fix="give back what is held; the server has room",
                about=FLASK,
                evidence={"ceiling_connections": 5, "held_sessions": 5},
                at=Place("app.yaml", 3),
            ),
            finding(
                "PA602", "pre-ping-off", Severity.INFO, "app.yaml:database does not test a connection at checkout",
                why="a connection that the server has ended shows only when it is used", fix="pool_pre_ping: true",
                subject="app.yaml:database",
            ),
        ),
        (
            Unanswered("PA202", "idle-blocker", "db1:3306", Missing("lock_waits", "SELECT was denied (1142)", GRANT)),
        ),
    )  # fmt: skip


def healthy() -> Report:
    """Report a well-kept pool at rest."""
    one = server(
        processlist=[
            *({"id": 10 + n, "time_seconds": 3 * n} for n in range(8)),
            {"id": 30, "user": "cron", "host": "10.0.4.1:40000", "command": "Query"},
        ],
        programs=[*({"id": 10 + n, "name": "shop", "pid": 812} for n in range(8))],
        statements=[*({"id": 10 + n, "kind": "rollback"} for n in range(8))],
    )
    return report(facts_of(one))


def no_privilege() -> Report:
    """Report an account that may see nothing at all."""
    one = server(missing=ALL_SECTIONS)
    own = Missing("processlist", "without PROCESS the server shows an account its own sessions only", GRANT)
    schema = Missing(
        "statements", "SELECT was denied (1142)", "GRANT SELECT ON performance_schema.* TO the account that audits"
    )
    gaps = [Unanswered(f"PA{code}", f"rule-{code}", "db1:3306", own) for code in range(201, 221)]
    gaps += [Unanswered("PA402", "reaped-by-timeout", "db1:3306", schema)]
    return report(facts_of(one), (), tuple(gaps))


def server_full() -> Report:
    """Report a server that let nobody in."""
    one = server(
        version="", missing=ALL_SECTIONS, refused={"error": 1040, "message": "Too many connections"},
    )  # fmt: skip
    full = Missing("server", "the server refused the audit (1040)", "see server-full for the ways in")
    return report(
        facts_of(one),
        (
            finding(
                "PA101", "server-full", Severity.ERROR,
                "db1:3306 refused this audit with error 1040 (Too many connections)",
                why="all its connections are in use, so each application that needs one more is refused as well",
                fix="get in by the administrators' port (poolaudit scan --admin-port PORT)",
                evidence={"refusal_error": 1040},
            ),
        ),
        tuple(Unanswered(f"PA{code}", f"rule-{code}", "db1:3306", full) for code in (102, 103, 104, 201, 202)),
    )  # fmt: skip


def five_thousand() -> Report:
    """Report 5,000 sessions of 60 clients, three of which leak, on a server at its limit."""
    rows, programs, statements, transactions = [], [], [], []
    for number in range(5000):
        client = number % 60
        rows.append({"id": number, "host": f"10.0.{client}.7:{40000 + number}", "time_seconds": number % 300})
        programs.append({"id": number, "name": "shop-web", "pid": 1000 + client})
        held = client in {7, 21, 59} and number // 60 % 3 == 0
        statements.append({"id": number, "kind": "select" if held else "rollback"})
        if held:
            transactions.append({"id": number, "age_seconds": 1000 + number})
    one = server(
        variables={"max_connections": "5000"},
        counters={"Threads_connected": 5000, "Threads_running": 1, "Max_used_connections": 5001},
        processlist=[*rows, {"id": 9999, "user": "unauthenticated user", "host": "10.0.9.9:1", "command": "Connect"}],
        programs=programs, statements=statements, transactions=transactions,
    )  # fmt: skip
    leaks = [
        finding(
            "PA201", "idle-in-transaction", Severity.ERROR,
            f"app@10.0.{client}.7 (shop-web, pid {1000 + client}) has 28 sleeping sessions with a transaction open",
            why="each is a connection that its pool cannot lend again", fix=f"KILL {client};",
            about=f"app@10.0.{client}.7 (shop-web, pid {1000 + client})",
        )
        for client in (21, 7, 59)
    ]  # fmt: skip
    near = finding(
        "PA102", "connections-near-limit", Severity.ERROR, "5,000 of 5,000 connections are in use (100 %)",
        why="the next connection is refused", fix="find who holds most", evidence={"connected_share": 1.0},
    )  # fmt: skip
    return report(facts_of(one), (near, *leaks))


def wide_names() -> Report:
    """Report names of Chinese characters, of 200 letters, of emoji, of Hebrew; two pools, both unknown in part."""
    one = server(
        processlist=[
            {"id": 1, "user": "报表用户", "host": "应用服务器一号.例子.中国:5000"},
            {"id": 2, "user": LONG_NAME, "host": "10.0.0.2:5000"},
            {"id": 3, "user": "🚀rocket", "host": "10.0.0.3:5000"},
            {"id": 4, "user": "דוחות", "host": "10.0.0.4:5000"},
            {"id": 5, "user": HOSTILE.replace("\ud800", ""), "host": "10.0.0.5:5000"},
        ],
        programs=[{"id": 1, "name": "订单处理程序", "pid": 7}],
        transactions=[{"id": 1, "age_seconds": 5000}, {"id": 2, "age_seconds": 700}],
    )
    chinese = "报表用户@应用服务器一号.例子.中国 (订单处理程序, pid 7)"
    orders = pool(
        name="订单.yaml:数据库",
        url=said(PoolUrl("mysql", user="报表用户"), 1),
        size=Setting(unknown="environment variable DB_POOL, no default", word="pool_size"),
        recycle_seconds=default(-1),
    )
    endless = pool(name="endless.yaml", max_overflow=said(-1, 4))
    unsaid = Missing("processes", "how many processes run is not said", "--processes")
    odd: dict[str, Number] = {"ratio": 0.123456789, "limit": float("inf"), "none": None}
    return report(
        facts_of(one, deployment(orders, processes=4, hosts=2), deployment(endless, processes=None)),
        (
            finding(
                "PA201", "idle-in-transaction", Severity.ERROR,
                f"{chinese} has 1 sleeping session with a transaction open",
                why="它占用一个连接,池不能再借出" * 6, fix="KILL 1;", about=chinese,
            ),
            finding(
                "PA201", "idle-in-transaction", Severity.WARNING,
                f"{LONG_NAME}@10.0.0.2 has 1 sleeping session with a transaction open",
                fix="KILL 2;", about=f"{LONG_NAME}@10.0.0.2", evidence=odd,
            ),
        ),
        (Unanswered("PA702", "oversubscribed-server", "db1:3306", unsaid),),
        (
            Ignored(
                finding("PA203", "checked-out-idle", Severity.WARNING, "…", about="🚀rocket@10.0.0.3"),
                Ignore("checked-out-idle", "nightly export\x1b[2J", "🚀rocket@*", date(2026, 12, 31)),
            ),
        ),
    )  # fmt: skip


def nobody() -> Report:
    """Report a server without a single session."""
    return report(facts_of(server(counters={"Threads_connected": 0, "Max_used_connections": 0})))


def of_servers() -> Report:
    """Report four servers by their names: one leaks, one is near its limit, one is well, one is out of reach."""
    one = incident_0a()
    leaking = one.facts.servers[0]._replace(name="orders", address="10.0.3.7:3306")
    near = server(address="10.0.3.8:3306", counters={"Threads_connected": 140})._replace(name="web")
    well = server(address="/run/mysqld/mysqld.sock")._replace(name="stock")
    down = Unreached("archive", "10.0.3.9:3306", "nothing listens at 10.0.3.9:3306", "check host and port")
    facts = Facts(TAKEN_AT, (leaking, near, well), unreached=(down,))
    findings = (
        finding("PA110", "server-out-of-reach", Severity.ERROR, "archive could not be audited", subject="archive"),
        *(each._replace(subject="orders") for each in one.findings if each.severity is Severity.ERROR),
        finding("PA102", "connections-near-limit", Severity.WARNING, "140 of 151 are in use", subject="web"),
        finding("PA901", "short-uptime", Severity.INFO, "up 3 h", subject="stock"),
    )
    gaps = tuple(gap._replace(subject=name) for gap in one.unanswered for name in ("orders", "stock"))
    return report(facts, findings, gaps)


def of_well_servers() -> Report:
    """Report three servers with nothing to find."""
    names = ("orders", "web", "stock")
    return report(Facts(TAKEN_AT, tuple(server()._replace(name=name) for name in names)))


SAMPLES = {
    "incident-0a": incident_0a,
    "healthy": healthy,
    "no-privilege": no_privilege,
    "server-full": server_full,
    "five-thousand": five_thousand,
    "wide-names": wide_names,
    "nobody": nobody,
    "of-servers": of_servers,
    "of-well-servers": of_well_servers,
}
