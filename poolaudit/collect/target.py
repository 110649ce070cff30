"""Where a server is and how to log in: what every way of naming one comes down to."""

from enum import StrEnum
from typing import NamedTuple


class SslMode(StrEnum):
    """How far TLS is insisted on; mysql's own words."""

    DISABLED = "DISABLED"
    PREFERRED = "PREFERRED"
    REQUIRED = "REQUIRED"
    VERIFY_CA = "VERIFY_CA"
    VERIFY_IDENTITY = "VERIFY_IDENTITY"


class Tls(NamedTuple):
    """The TLS mode and the files it uses (paths to PEM files; None for the system's own)."""

    mode: SslMode = SslMode.PREFERRED
    ca: str | None = None
    capath: str | None = None
    cert: str | None = None
    key: str | None = None


class Target(NamedTuple):
    """One server to connect to. The password is kept out of repr, so that no traceback or log can show it."""

    host: str = "localhost"
    port: int = 3306
    socket: str | None = None
    user: str | None = None
    password: str = ""
    tls: Tls = Tls()
    admin_port: int | None = None
    connect_timeout_seconds: int = 5
    read_timeout_seconds: int = 10

    def __repr__(self) -> str:
        """Show where it is and who logs in, and nothing else."""
        return f"Target({self.address!r}, user={self.user!r})"

    @property
    def address(self) -> str:
        """Where it is, for a person: `db1:3306`, or the socket's path."""
        if self.socket is not None:
            return self.socket
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
