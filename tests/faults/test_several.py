"""Many servers in one run, most of them one real server, the others dead, hung or strange: in time, and in bounds."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from poolaudit.cli.servers import Named
from poolaudit.cli.several import Judgement, audit_all
from poolaudit.collect.where_options import WhereOptions
from poolaudit.policy import Policy
from poolaudit.rules import load_rules
from tests.collect.rogue import Rogue, answering, dripping, error_packet, greeting, saying, silent
from tests.faults.command import PROGRAM, START_SECONDS, environment
from tests.servers import Server

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 1
JOBS = 16
MOST_MEGABYTES = 200
# A busy machine, on which 100 audits of a real server may take this long.
PATIENCE_SECONDS = 120.0
MEASURED = """
import json, resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
took, kilobytes = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([done.returncode, took, kilobytes / 1024, done.stdout]))
"""


def table(name: str, port: int, user: str = "app", password: str = "") -> str:
    secret = 'password-env = "PASSWORD"\n' if password else ""
    return (
        f'[[servers]]\nname = "{name}"\nhost = "{HOST}"\nport = {port}\nuser = "{user}"\n{secret}'
        f"connect-timeout = {TIMEOUT_SECONDS}\nread-timeout = {TIMEOUT_SECONDS}\n"
    )


def of_server(name: str, server: Server) -> str:
    # A real server on a busy machine may want more than a second.
    patient = table(name, server.port, server.user, server.password)
    return patient.replace(f"timeout = {TIMEOUT_SECONDS}", "timeout = 60")


@pytest.fixture
def dead_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind((HOST, 0))
        yield bound.getsockname()[1]


def out_of_reach(report: dict[str, Any]) -> set[str]:
    return {finding["subject"] for finding in report["findings"] if finding["code"] == "PA110"}


@pytest.mark.server
@pytest.mark.slow
def test_200_servers_end_within_the_timeouts_and_in_bounded_memory(
    server: Server, dead_port: int, tmp_path: Path
) -> None:
    with ExitStack() as opened:
        hung = [opened.enter_context(Rogue(silent())).port for _ in range(20)]
        hung += [opened.enter_context(Rogue(answering(and_wait=True))).port for _ in range(20)]
        tables = [of_server(f"real{number}", server) for number in range(120)]
        tables += [table(f"dead{number}", dead_port) for number in range(40)]
        tables += [table(f"hung{number}", port) for number, port in enumerate(hung)]
        # Mixed, so that what hangs holds up what does not.
        mixed = [tables[number * 7 % len(tables)] for number in range(len(tables))]
        (tmp_path / "poolaudit.toml").write_text("".join(mixed))
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, PROGRAM, "scan", "--all", "--jobs", str(JOBS), "--format", "json"],
            check=True, cwd=tmp_path, env=environment(tmp_path, PASSWORD=server.password, PATH=os.environ["PATH"]),
            stdout=subprocess.PIPE, text=True, timeout=2 * PATIENCE_SECONDS,
        )  # fmt: skip
    code, seconds, megabytes, out = json.loads(done.stdout)
    report = json.loads(out)
    assert code in {1, 4}
    assert len(report["servers"]) == 120
    assert out_of_reach(report) == {f"dead{number}" for number in range(40)} | {f"hung{number}" for number in range(40)}
    # Each hung server takes a timeout, JOBS of them at once; what is real takes what it takes.
    assert seconds < len(hung) / JOBS * 2 * TIMEOUT_SECONDS + PATIENCE_SECONDS + START_SECONDS
    assert megabytes < MOST_MEGABYTES


@pytest.mark.server
def test_what_strange_servers_do_leaves_the_real_ones_as_they_are(server: Server, dead_port: int) -> None:
    behaviours = {
        "silent": silent(),
        "hung up": saying(b""),
        "no MySQL": saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        "refused": saying(error_packet(0, 1045, "Access denied for user 'app'", state=False)),
        "blocked": saying(error_packet(0, 1129, "Host is blocked", state=False)),
        "dripping": dripping(greeting(), 0.5),
        "hangs at a statement": answering(and_wait=True),
        "gone at a statement": answering(),
        "full": saying(error_packet(0, 1040, "Too many connections", state=False)),
    }
    where = WhereOptions(host=HOST, user="app", connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS)
    real = WhereOptions(host=HOST, port=server.port, user=server.user, password=server.password, connect_timeout=60,
                        read_timeout=60)  # fmt: skip
    with ExitStack() as opened:
        strange = [
            Named(name, where._replace(port=opened.enter_context(Rogue(behaviour)).port))
            for name, behaviour in behaviours.items()
        ]
        strange.append(Named("dead", where._replace(port=dead_port)))
        servers = [one for pair in zip(strange, real_ones(real, len(strange)), strict=True) for one in pair]
        audited = audit_all(servers, Judgement(load_rules(), Policy()), len(servers))
    reached = {one.name for one in audited if one.unreached is None}
    assert reached == {"full"} | {f"real{number}" for number in range(len(strange))}
    assert not any(one.is_fault for one in audited)
    by_name = {one.name: one.report for one in audited}
    assert [finding.code for finding in by_name["full"].findings] == ["PA101"]
    judged = [{(one.code, one.subject == name) for one in by_name[name].judged} for name in by_name if "real" in name]
    assert all(each == judged[0] for each in judged)
    assert all(one.report.findings[0].fix for one in audited if one.unreached is not None)


def real_ones(where: WhereOptions, number: int) -> list[Named]:
    return [Named(f"real{one}", where) for one in range(number)]
