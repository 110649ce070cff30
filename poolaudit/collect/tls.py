"""TLS for a connection: the context that each of mysql's modes asks for, and what a failed handshake means."""

import os
import socket
import ssl
from typing import Final

from poolaudit.collect.target import SslMode, Tls
from poolaudit.errors import CannotAuditError

# yaSSL's Diffie-Hellman key is too short for OpenSSL at any level; without it a handshake takes RSA.
ANY_CIPHER: Final = "DEFAULT:!kDHE:@SECLEVEL=0"
OP_LEGACY_SERVER_CONNECT: Final = 0x4  # ssl has the name from Python 3.12 on

# OpenSSL's X509_V_ERR_… numbers.
_NOT_YET_VALID, _EXPIRED, _WRONG_NAME, _WRONG_ADDRESS = 9, 10, 62, 64
_UNKNOWN_ISSUER: Final = frozenset({2, 18, 19, 20, 21, 24, 79})
_TOO_OLD: Final = frozenset({
    "UNSUPPORTED_PROTOCOL", "WRONG_SSL_VERSION", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_SHARED_CIPHER", "DH_KEY_TOO_SMALL",
    "SSLV3_ALERT_HANDSHAKE_FAILURE", "UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "WRONG_SIGNATURE_TYPE",
})  # fmt: skip


class Context(ssl.SSLContext):
    """A context that leaves an address out of the handshake where it is not compared with the certificate.

    No address is ever sent to a server there, and Python puts each text through a codec for international names, which
    takes a scan 4 ms to import.
    """

    def wrap_socket(  # noqa: PLR0913, PLR0917 - ssl's own signature
        self,
        sock: socket.socket,
        server_side: bool = False,  # noqa: FBT001, FBT002 - the same
        do_handshake_on_connect: bool = True,  # noqa: FBT001, FBT002 - the same
        suppress_ragged_eofs: bool = True,  # noqa: FBT001, FBT002 - the same
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """Begin TLS on a socket."""
        name = None if not self.check_hostname and _is_address(str(server_hostname)) else server_hostname
        return super().wrap_socket(sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, name, session)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def context_for(tls: Tls) -> ssl.SSLContext | None:
    """Make the context of a mode, None for DISABLED; CannotAuditError where a file of it cannot be used.

    PREFERRED and REQUIRED verify nothing, so they take whatever protocol and cipher the server has: MySQL 5.6 with its
    own library (yaSSL) has TLS 1.0 only, and that is better than no TLS. The verifying modes insist on TLS 1.2.
    """
    if tls.mode is SslMode.DISABLED:
        return None
    context = Context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = tls.mode is SslMode.VERIFY_IDENTITY
    if tls.mode in {SslMode.PREFERRED, SslMode.REQUIRED}:
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers(ANY_CIPHER)
        context.options |= OP_LEGACY_SERVER_CONNECT
    else:
        _trust(context, tls)
    _identify(context, tls)
    return context


def _trust(context: ssl.SSLContext, tls: Tls) -> None:
    if tls.ca is None and tls.capath is None:
        context.load_default_certs()
        return
    if tls.capath is not None and not os.path.isdir(tls.capath):  # noqa: PTH112 - pathlib costs 5 ms of a scan's start
        raise CannotAuditError(f"the folder of CA files {tls.capath} is not there", "name it with --ssl-capath")
    try:
        context.load_verify_locations(tls.ca, tls.capath)
    except OSError as error:
        raise _unusable("the CA file", str(tls.ca), error) from None


def _identify(context: ssl.SSLContext, tls: Tls) -> None:
    if tls.cert is None:
        if tls.key is not None:
            raise CannotAuditError(
                f"the key {tls.key} is given without the client certificate it belongs to", "name it with --ssl-cert"
            )
        return
    _check_readable("the client certificate", tls.cert)
    if tls.key is not None:
        _check_readable("the client key", tls.key)
    try:
        # Without a password of ours OpenSSL would ask for a passphrase on the terminal, and wait.
        context.load_cert_chain(tls.cert, tls.key, password="")
    except OSError as error:
        raise _unusable("the client certificate and key", tls.key or tls.cert, error) from None


def _check_readable(what: str, path: str) -> None:
    """Meet an unreadable file before OpenSSL does, which would not say which of two it was."""
    try:
        with open(path, "rb"):  # noqa: PTH123 - pathlib costs 5 ms of a scan's start
            return
    except OSError as error:
        raise _unusable(what, path, error) from None


def _unusable(what: str, path: str, error: OSError) -> CannotAuditError:
    if isinstance(error, ssl.SSLError) or not error.strerror:
        reason = "it is no PEM file, does not match, or is protected by a passphrase"
    else:
        reason = error.strerror
    return CannotAuditError(f"{what} {path} cannot be used: {reason}", "TLS files are PEM files, as mysql takes them")


def handshake_failure(address: str, host: str, tls: Tls, error: OSError) -> CannotAuditError:
    """Say what a failed TLS handshake means, and which CA was the wrong one."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _distrust(address, host, tls, error)
    reason = getattr(error, "reason", None) or ""
    if reason in _TOO_OLD:
        return CannotAuditError(
            f"{address} has no TLS version and cipher in common with poolaudit, which wants TLS 1.2 where it verifies",
            "use --ssl-mode REQUIRED, which verifies nothing but takes older TLS, or renew the server's TLS",
        )
    if "CERTIFICATE_REQUIRED" in reason or "BAD_CERTIFICATE" in reason or "UNKNOWN_CA" in reason:
        return CannotAuditError(
            f"{address} does not accept the client's TLS certificate, or wants one", "give --ssl-cert and --ssl-key"
        )
    detail = reason.lower().replace("_", " ") or "the connection was closed"
    return CannotAuditError(
        f"TLS with {address} failed: {detail}", "try --ssl-mode DISABLED where the network is to be trusted"
    )


def _distrust(address: str, host: str, tls: Tls, error: ssl.SSLCertVerificationError) -> CannotAuditError:
    subject, code = f"the certificate of {address}", error.verify_code
    if code in {_WRONG_NAME, _WRONG_ADDRESS}:
        return CannotAuditError(
            f"{subject} is not made out to {host}",
            "connect by the name that the certificate has, or use --ssl-mode VERIFY_CA",
        )
    if code in {_EXPIRED, _NOT_YET_VALID}:
        when = "has expired" if code == _EXPIRED else "is not valid yet"
        return CannotAuditError(f"{subject} {when}", "renew the server's certificate, or check this host's clock")
    if code in _UNKNOWN_ISSUER:
        trusted = tls.ca or tls.capath or "this system's authorities"
        return CannotAuditError(
            f"{subject} is not signed by {trusted}", "name the CA that signed it with --ssl-ca (the server's ca.pem)"
        )
    return CannotAuditError(f"{subject} is not accepted: {error.verify_message}", "name its CA with --ssl-ca")
