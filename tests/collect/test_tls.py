"""TLS with an authority of the tests' own, on servers that have its certificates."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from poolaudit.collect.connection import connect
from poolaudit.collect.target import SslMode, Target, Tls
from poolaudit.collect.tls import context_for, handshake_failure
from poolaudit.errors import CannotAuditError
from tests.collect.certificates import Authority, Pair
from tests.collect.test_connection import CANARY, refused
from tests.servers import Kind, RunningServer, start

VERIFYING = (SslMode.VERIFY_CA, SslMode.VERIFY_IDENTITY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder)


@pytest.fixture(scope="module")
def stranger(folder: Path) -> Authority:
    return Authority(folder, "Another authority")


@pytest.fixture(scope="module")
def client(authority: Authority) -> Pair:
    return authority.issue("a-client")


def started(kind: Kind, authority: Authority, pair: Pair) -> RunningServer:
    return start(kind, *pair.server_options(authority), name=f"{kind} with TLS")


@pytest.fixture(scope="module", params=[Kind.MYSQL_97, Kind.MARIADB_118])
def secure(request: pytest.FixtureRequest, authority: Authority) -> Iterator[RunningServer]:
    with started(request.param, authority, authority.issue("127.0.0.1")) as server:
        server.sql(f"CREATE USER app@'%' IDENTIFIED BY '{CANARY}'")
        server.sql("CREATE USER certified@'%' REQUIRE X509")
        yield server


@pytest.fixture(scope="module")
def old(authority: Authority) -> Iterator[RunningServer]:
    with started(Kind.MYSQL_56, authority, authority.issue("127.0.0.1", 364)) as server:
        yield server


def target(server: RunningServer, tls: Tls) -> Target:
    return Target(host=server.host, port=server.port, user="app", password=CANARY, tls=tls)


def version_and_connections(target: Target) -> tuple[str, int]:
    """Give the TLS version, and how many connections it took: the server counts."""
    counter = "SHOW GLOBAL STATUS LIKE 'Connections'"
    with connect(target) as first, connect(target) as second:
        ((_, before),), ((_, after),) = first.query(counter).rows, second.query(counter).rows
        ((_, version),) = second.query("SHOW STATUS LIKE 'Ssl_version'").rows
        assert first.encrypted == second.encrypted == bool(version)
        assert before == after
        assert second.thread_id - first.thread_id == 1
        return str(version), second.thread_id - first.thread_id


@pytest.mark.server
@pytest.mark.parametrize("mode", [SslMode.PREFERRED, SslMode.REQUIRED, *VERIFYING])
def test_each_mode_is_met_over_one_connection(mode: SslMode, secure: RunningServer, authority: Authority) -> None:
    tls = Tls(mode, ca=str(authority.pair.cert) if mode in VERIFYING else None)
    assert version_and_connections(target(secure, tls)) == ("TLSv1.3", 1)


@pytest.mark.server
def test_disabled_means_none(secure: RunningServer) -> None:
    assert version_and_connections(target(secure, Tls(SslMode.DISABLED))) == ("", 1)


@pytest.mark.server
def test_a_folder_of_authorities_does_as_well(secure: RunningServer, authority: Authority, tmp_path: Path) -> None:
    # OpenSSL finds a certificate in a folder by the hash of its subject, which its own tool computes.
    (tmp_path / f"{_subject_hash(authority.pair.cert)}.0").write_bytes(authority.pair.cert.read_bytes())
    connect(target(secure, Tls(SslMode.VERIFY_CA, capath=str(tmp_path)))).close()


def _subject_hash(certificate: Path) -> str:
    command = ["openssl", "x509", "-noout", "-hash", "-in", str(certificate)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.server
@pytest.mark.parametrize("mode", VERIFYING)
def test_the_wrong_authority_is_named(mode: SslMode, secure: RunningServer, stranger: Authority) -> None:
    wrong = str(stranger.pair.cert)
    error = refused(target(secure, Tls(mode, ca=wrong)))
    assert error.message == f"the certificate of 127.0.0.1:{secure.port} is not signed by {wrong}"
    error = refused(target(secure, Tls(mode)))
    assert error.message == f"the certificate of 127.0.0.1:{secure.port} is not signed by this system's authorities"


@pytest.mark.server
def test_a_certificate_for_another_name(secure: RunningServer, authority: Authority) -> None:
    ca = str(authority.pair.cert)
    there = Target(
        host="localhost", port=secure.port, user="app", password=CANARY, tls=Tls(SslMode.VERIFY_IDENTITY, ca)
    )
    error = refused(there)
    assert error.message == f"the certificate of localhost:{secure.port} is not made out to localhost"
    assert "VERIFY_CA" in error.hint
    connect(
        Target(host="localhost", port=secure.port, user="app", password=CANARY, tls=Tls(SslMode.VERIFY_CA, ca))
    ).close()


@pytest.mark.server
@pytest.mark.parametrize("kind", [Kind.MYSQL_97, Kind.MARIADB_118])
def test_an_expired_certificate(kind: Kind, authority: Authority) -> None:
    with started(kind, authority, authority.issue("127.0.0.1", -1)) as server:
        error = refused(
            Target(host="127.0.0.1", port=server.port, tls=Tls(SslMode.VERIFY_CA, str(authority.pair.cert)))
        )
        assert error.message == f"the certificate of 127.0.0.1:{server.port} has expired"
        connect(Target(host="127.0.0.1", port=server.port, user="root", tls=Tls(SslMode.REQUIRED))).close()


@pytest.mark.server
def test_a_client_s_own_certificate(secure: RunningServer, authority: Authority, client: Pair) -> None:
    ca = str(authority.pair.cert)
    with_it = Tls(SslMode.VERIFY_CA, ca, cert=str(client.cert), key=str(client.key))
    connect(Target(host="127.0.0.1", port=secure.port, user="certified", tls=with_it)).close()
    without = Target(host="127.0.0.1", port=secure.port, user="certified", tls=Tls(SslMode.VERIFY_CA, ca))
    assert "refused the login (error 1045" in refused(without).message


@pytest.mark.server
@pytest.mark.parametrize("mode", [SslMode.PREFERRED, SslMode.REQUIRED])
def test_a_client_s_certificate_of_another_authority(mode: SslMode, secure: RunningServer, stranger: Authority) -> None:
    pair = stranger.issue("a-stranger")
    message = refused(target(secure, Tls(mode, cert=str(pair.cert), key=str(pair.key)))).message
    # The server says why and hangs up; the network may deliver the second before the first.
    assert "does not accept the client's TLS certificate" in message or "closed the connection during" in message


@pytest.mark.server
@pytest.mark.parametrize("mode", [SslMode.PREFERRED, SslMode.REQUIRED])
def test_mysql_5_6_with_its_own_tls_library(mode: SslMode, old: RunningServer) -> None:
    assert version_and_connections(Target(host=old.host, port=old.port, user="root", tls=Tls(mode))) == ("TLSv1", 1)


@pytest.mark.server
def test_the_verifying_modes_want_newer_tls(old: RunningServer, authority: Authority) -> None:
    for mode in VERIFYING:
        error = refused(Target(host=old.host, port=old.port, user="root", tls=Tls(mode, str(authority.pair.cert))))
        assert "has no TLS version and cipher in common" in error.message
        assert "--ssl-mode REQUIRED" in error.hint


# ---- contexts


def test_only_the_verifying_modes_verify() -> None:
    assert context_for(Tls(SslMode.DISABLED)) is None
    for mode in (SslMode.PREFERRED, SslMode.REQUIRED):
        context = context_for(Tls(mode, ca="/not/even/read"))
        assert context is not None
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)
    for mode in VERIFYING:
        context = context_for(Tls(mode))
        assert context is not None
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname is (mode is SslMode.VERIFY_IDENTITY)
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("mode", "host", "named"),
    [
        (SslMode.PREFERRED, "127.0.0.1", None),
        (SslMode.REQUIRED, "::1", None),
        (SslMode.VERIFY_CA, "10.0.0.7", None),
        (SslMode.VERIFY_IDENTITY, "10.0.0.7", "10.0.0.7"),
        (SslMode.PREFERRED, "db1.example.com", "db1.example.com"),
        (SslMode.VERIFY_IDENTITY, "db1.example.com", "db1.example.com"),
        (SslMode.REQUIRED, None, None),
    ],
)
def test_an_address_is_named_only_where_it_is_compared(mode: SslMode, host: str | None, named: str | None) -> None:
    context = context_for(Tls(mode))
    assert context is not None
    near, far = socket.socketpair()
    with near, far, context.wrap_socket(near, do_handshake_on_connect=False, server_hostname=host) as wrapped:
        assert wrapped.server_hostname == named


def unusable(tls: Tls) -> CannotAuditError:
    with pytest.raises(CannotAuditError) as raised:
        context_for(tls)
    return raised.value


def test_files_that_cannot_be_used_are_named(client: Pair, stranger: Authority, tmp_path: Path) -> None:
    noise = tmp_path / "noise.pem"
    noise.write_text("noise")
    cert, key = str(client.cert), str(client.key)
    verify = SslMode.VERIFY_CA
    assert unusable(Tls(verify, ca="/nowhere/ca.pem")).message == (
        "the CA file /nowhere/ca.pem cannot be used: No such file or directory"
    )
    assert f"the CA file {noise} cannot be used: it is no PEM file" in unusable(Tls(verify, ca=str(noise))).message
    assert unusable(Tls(verify, capath=str(noise))).message == f"the folder of CA files {noise} is not there"
    assert "the client certificate /nowhere cannot" in unusable(Tls(cert="/nowhere", key=key)).message
    assert "the client key /nowhere cannot" in unusable(Tls(cert=cert, key="/nowhere")).message
    assert f"{noise} cannot be used" in unusable(Tls(cert=cert, key=str(noise))).message
    assert "does not match" in unusable(Tls(cert=cert, key=str(stranger.pair.key))).message
    assert unusable(Tls(key=key)).message == f"the key {key} is given without the client certificate it belongs to"
    assert context_for(Tls(cert=cert, key=key)) is not None


def test_other_faults_of_a_certificate_are_in_openssl_s_words() -> None:
    fault = ssl.SSLCertVerificationError(1, "certificate verify failed")
    fault.verify_code, fault.verify_message = 26, "unsuitable certificate purpose"
    error = handshake_failure("db1:3306", "db1", Tls(SslMode.VERIFY_CA), fault)
    assert error.message == "the certificate of db1:3306 is not accepted: unsuitable certificate purpose"
    fault.verify_code = 9
    assert "is not valid yet" in handshake_failure("db1:3306", "db1", Tls(SslMode.VERIFY_CA), fault).message


def test_a_key_with_a_passphrase_asks_for_nothing(client: Pair, tmp_path: Path) -> None:
    key = serialization.load_pem_private_key(client.key.read_bytes(), None)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    assert "protected by a passphrase" in unusable(Tls(cert=str(client.cert), key=str(locked))).message
