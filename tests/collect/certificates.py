"""Certificates of the tests' own: an authority, what it signs, and what has gone wrong with some of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as PEM files."""

    cert: Path
    key: Path

    def server_options(self, authority: "Authority") -> tuple[str, ...]:
        """Give a server's options for it."""
        return (f"--ssl-ca={authority.pair.cert}", f"--ssl-cert={self.cert}", f"--ssl-key={self.key}")


class Authority:
    """Signs certificates into a folder."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = rsa.generate_private_key(65537, 2048)
        slug = name.lower().replace(" ", "-")
        self.pair = self._write(slug, self._certificate(self._name, self._key, None, 365), self._key)

    def issue(self, name: str, days: int = 365) -> Pair:
        """Sign a certificate for a host's name or address; with negative days it expired so long ago."""
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        return self._write(f"{name}-{days}", self._certificate(subject, key, name, days), key)

    def _certificate(self, subject: x509.Name, key: rsa.RSAPrivateKey, host: str | None, days: int) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([_named(host)]), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, slug: str, certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> Pair:
        pair = Pair(self._folder / f"{slug}.pem", self._folder / f"{slug}-key.pem")
        pair.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        # MySQL 5.6's own TLS library knows the older form alone.
        form = serialization.PrivateFormat.TraditionalOpenSSL
        pair.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
        return pair


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
