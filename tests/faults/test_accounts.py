"""What an account may not see or do: what is missing is said, and each refusal is one sentence with what to try."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.collect.certificates import Authority
from tests.collect.rogue import Proxy, Rogue
from tests.faults.command import each, environment, poolaudit
from tests.faults.rogues import relayed_from
from tests.servers import Server
from tests.servers.server import leaving

PASSWORD = "canary-9d1f"
ELSEWHERE = "127.0.0.2"
WITHOUT_TLS = ("--ssl-mode", "DISABLED")


def account(
    server: Server, *privileges: str, identified: str = f"IDENTIFIED BY '{PASSWORD}'", name: str = "dba"
) -> str:
    """Make an account and give its DSN."""
    server.sql(f"CREATE USER '{name}'@'%' {identified}")
    for privilege in privileges:
        server.sql(f"GRANT {privilege} TO '{name}'@'%'")
    return server.dsn(name, PASSWORD)


def document(dsn: str, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
    return json.loads(poolaudit("scan", "--format", "json", *arguments, dsn=dsn).audited(code))


def unanswered(report: Any) -> set[str]:  # noqa: ANN401 - JSON
    return {one["code"] for one in report["unanswered"]}


class TestBlindSpots:
    def test_without_any_privilege(self, server: Server) -> None:
        dsn = account(server)
        with leaving(server.connect()):
            told = poolaudit("scan", dsn=dsn).audited()
            report = document(dsn, "--strict", code=4)
        assert told.startswith("PARTIAL")
        assert "without PROCESS the server shows an account its own sessions only" in told
        assert "GRANT PROCESS ON *.* TO the account that audits" in told
        assert report["servers"][0]["clients"] is None
        assert unanswered(report) >= {"PA201", "PA202", "PA203", "PA204", "PA205", "PA206", "PA207", "PA208"}
        assert not unanswered(report) & {"PA102", "PA103", "PA302", "PA901"}

    def test_with_process_alone(self, server: Server) -> None:
        dsn = account(server, "PROCESS ON *.*")
        with leaving(server.connect()):
            report = document(dsn)
        assert [client["account"] for client in report["servers"][0]["clients"]] == [server.user]
        assert not unanswered(report) & {"PA201", "PA202", "PA204", "PA205", "PA206", "PA207", "PA208"}
        assert "PA203" in unanswered(report)
        remedies = {one["remedy"] for one in report["unanswered"] if one["code"] == "PA203"}
        wanted = "performance_schema = ON" if server.flavor == "mariadb" else "GRANT SELECT ON performance_schema.*"
        assert any(wanted in remedy for remedy in remedies)

    def test_a_capture_of_what_little_it_saw_says_the_same(self, mysql97: Server, tmp_path: Path) -> None:
        dsn, capture = account(mysql97), str(tmp_path / "capture.json")
        assert poolaudit("capture", "-o", capture, dsn=dsn).code == 0
        report = json.loads(poolaudit("scan", "--from", capture, "--format", "json", "--strict").audited(4))
        assert unanswered(report) == unanswered(document(dsn))


class TestRefusals:
    def test_a_wrong_login(self, server: Server) -> None:
        account(server)
        wrong = (server.dsn("dba", "wrong-canary"), server.dsn("dba"), server.dsn("nobody-here", PASSWORD))
        for outcome in each(lambda dsn: poolaudit("scan", dsn=dsn), wrong):
            sentence = outcome.cannot_audit("refused the login (error 1045: ")
            assert "canary" not in sentence

    def test_an_account_that_requires_tls_and_is_given_none(self, mysql97: Server) -> None:
        """The server says no more than that the login is wrong, so that what to try has to."""
        dsn = account(mysql97)
        mysql97.sql("ALTER USER 'dba'@'%' REQUIRE SSL")
        assert "REQUIRE SSL" not in poolaudit("scan", dsn=mysql97.dsn("dba", "wrong")).err
        outcome = poolaudit("scan", "--ssl-mode", "DISABLED", dsn=dsn)
        outcome.cannot_audit("refused the login (error 1045: ")
        assert "an account that is made to REQUIRE SSL needs --ssl-mode REQUIRED" in outcome.err
        poolaudit("scan", dsn=dsn).audited()

    def test_a_host_that_is_blocked(self, server: Server) -> None:
        dsn = account(server)
        server.sql("SET GLOBAL max_connect_errors = 1")
        for _ in range(3):
            with socket.create_connection((server.host, server.port), source_address=(ELSEWHERE, 0)) as broken:
                broken.recv(1024)
        with Rogue(relayed_from(ELSEWHERE, server.host, server.port)) as elsewhere:
            there = dsn.replace(f":{server.port}/", f":{elsewhere.port}/")
            outcome = poolaudit("scan", dsn=there)
        outcome.cannot_audit("blocks this host after too many failed connections (error 1129: ")
        assert "FLUSH HOSTS" in outcome.err

    def test_an_account_that_is_used_up(self, server: Server) -> None:
        dsn = account(server)
        limited = "WITH MAX_USER_CONNECTIONS 1"
        old = server.version.startswith("5.")
        server.sql(f"GRANT USAGE ON *.* TO 'dba'@'%' {limited}" if old else f"ALTER USER 'dba'@'%' {limited}")
        with leaving(server.connect(user="dba", password=PASSWORD)):
            poolaudit("scan", dsn=dsn).cannot_audit("(error 1226: ")

    def test_a_locked_account(self, mysql97: Server, mariadb118: Server) -> None:
        for server in (mysql97, mariadb118):
            dsn = account(server)
            server.sql("ALTER USER 'dba'@'%' ACCOUNT LOCK")
            poolaudit("scan", dsn=dsn).cannot_audit("has locked the account")

    def test_an_expired_password(self, mysql97: Server, mariadb118: Server) -> None:
        """MariaDB lets the account in and then refuses it every statement."""
        said = ((mysql97, "expired password changed first (error 1862: "), (mariadb118, "tells it nothing: "))
        for server, words in said:
            dsn = account(server)
            server.sql("ALTER USER 'dba'@'%' PASSWORD EXPIRE")
            poolaudit("scan", dsn=dsn).cannot_audit(words)

    def test_a_server_in_offline_mode(self, mysql97: Server) -> None:
        dsn = account(mysql97)
        mysql97.sql("SET GLOBAL offline_mode = ON")
        poolaudit("scan", dsn=dsn).cannot_audit("is in offline mode (error 3032: ")


@pytest.fixture
def without_cryptography(tmp_path: Path) -> dict[str, str]:
    """Give an environment in which the library for RSA is not installed."""
    (tmp_path / "cryptography.py").write_text("raise ImportError('not installed')\n")
    return environment(PYTHONPATH=str(tmp_path))


class TestCachingSha2WithoutTls:
    def test_with_rsa_the_password_is_encrypted(self, mysql97: Server) -> None:
        account(mysql97)
        with Proxy(mysql97.host, mysql97.port) as proxy:
            poolaudit("scan", dsn=f"mysql://dba:{PASSWORD}@127.0.0.1:{proxy.port}/").audited()
        assert len(proxy.statements) > 4
        assert PASSWORD.encode() not in proxy.sent

    def test_without_the_library_it_is_not_sent(self, mysql97: Server, without_cryptography: dict[str, str]) -> None:
        dsn = account(mysql97)
        outcome = poolaudit("scan", *WITHOUT_TLS, dsn=dsn, env=without_cryptography)
        outcome.cannot_audit("does not take dba's password over a connection without TLS")
        assert "--ssl-mode REQUIRED" in outcome.err
        assert "pip install 'poolaudit[login-path]'" in outcome.err
        assert PASSWORD not in outcome.err
        poolaudit("scan", "--ssl-mode", "REQUIRED", dsn=dsn, env=without_cryptography).audited()
        poolaudit("scan", *WITHOUT_TLS, dsn=dsn, env=without_cryptography).audited()  # the server remembers it now


@pytest.fixture(scope="module")
def wrong_ca(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the file of an authority that has signed none of the servers' certificates."""
    return str(Authority(tmp_path_factory.mktemp("ca"), "Somebody else").pair.cert)


class TestTls:
    def test_a_wrong_ca(self, server: Server, wrong_ca: str) -> None:
        dsn = account(server)
        has_tls = not server.version.startswith("5.")
        verifying = each(
            lambda mode: poolaudit("scan", "--ssl-mode", mode, "--ssl-ca", wrong_ca, dsn=dsn),
            ("VERIFY_CA", "VERIFY_IDENTITY"),
        )
        for outcome in verifying:
            outcome.cannot_audit(f"is not signed by {wrong_ca}" if has_tls else "offers no TLS, but --ssl-mode VERIFY_")
        required = poolaudit("scan", "--ssl-mode", "REQUIRED", "--ssl-ca", wrong_ca, dsn=dsn)
        assert required.code == (0 if has_tls else 3)
        assert "certificate is not verified, though a CA is named: ssl-mode is REQUIRED" in required.err

    def test_a_ca_that_is_none(self, mysql97: Server, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_bytes(b"\x1b[31mno certificate")
        for name, words in (("ca.pem", "it is no PEM file"), ("nowhere.pem", "No such file or directory")):
            arguments = ("--ssl-mode", "VERIFY_CA", "--ssl-ca", str(tmp_path / name))
            poolaudit("scan", *arguments, dsn=mysql97.dsn()).cannot_audit(words)

    def test_a_server_that_wants_tls(self, mysql97: Server, mariadb118: Server) -> None:
        for server in (mysql97, mariadb118):
            dsn = account(server)
            server.sql("SET GLOBAL require_secure_transport = ON")
            outcome = poolaudit("scan", *WITHOUT_TLS, dsn=dsn)
            outcome.cannot_audit("lets nobody in without TLS (require_secure_transport) (error ")
            poolaudit("scan", dsn=dsn).audited()
