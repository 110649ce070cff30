"""What the command line says of the server, apart from what is made of it: most runs have no server."""

from typing import NamedTuple


class WhereOptions(NamedTuple):
    """What the command line says of the server; None where it does not. Durations in whole seconds."""

    dsn: str | None = None
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = None
    ask_password: bool = False
    socket: str | None = None
    ssl_mode: str | None = None
    ssl_ca: str | None = None
    ssl_capath: str | None = None
    ssl_cert: str | None = None
    ssl_key: str | None = None
    connect_timeout: int | None = None
    read_timeout: int | None = None
    admin_port: int | None = None
    defaults_file: str | None = None
    defaults_extra_file: str | None = None
    defaults_group_suffix: str | None = None
    login_path: str | None = None

    def __repr__(self) -> str:
        """Show nothing: a password may be in it."""
        return "WhereOptions(…)"

    @property
    def names_files(self) -> bool:
        """Whether an option says which option files or groups to read."""
        named = (self.defaults_file, self.defaults_extra_file, self.defaults_group_suffix, self.login_path)
        return any(name is not None for name in named)
