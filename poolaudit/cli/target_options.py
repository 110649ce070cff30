"""The options that say where the server is and how to log in, spelt as mysql spells them."""

import click

from poolaudit.cli.command import option, together
from poolaudit.cli.values import A_DAY_SECONDS, whole
from poolaudit.collect.target import SslMode
from poolaudit.collect.where_options import WhereOptions
from poolaudit.errors import UsageError


def given(where: WhereOptions) -> list[str]:
    """Name the options that were given."""
    return [f"--{name.replace('_', '-')}" for name, value in where._asdict().items() if value not in {None, False}]


def ask_password(prompt: str) -> str:
    """Ask for the password on the terminal; UsageError where there is none to ask on."""
    import warnings  # noqa: PLC0415 - only for -p
    from getpass import GetPassWarning, getpass  # noqa: PLC0415 - only for -p

    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return getpass(prompt)
        except (GetPassWarning, EOFError, OSError):
            raise UsageError(
                "a password is to be asked for, but there is no terminal to ask on",
                "give it in $POOLAUDIT_DSN or in an option file",
            ) from None


_SECTION = "Server"
_TIMEOUT = whole(1, A_DAY_SECONDS)
target_options = together(
    "where",
    WhereOptions,
    option(_SECTION, "--dsn", metavar="URL", help="mysql://user:password@host:3306/, or $POOLAUDIT_DSN."),
    option(_SECTION, "-h", "--host", metavar="NAME", help="The server's host."),
    option(_SECTION, "-P", "--port", type=whole(1, 65535), metavar="N", help="Its port.  [default: 3306]"),
    option(_SECTION, "-u", "--user", metavar="NAME", help="The account to log in as."),
    option(_SECTION, "--password", metavar="TEXT", shown="-p, --password[=TEXT]", help="Asked for unless given."),
    option(_SECTION, "--ask-password", is_flag=True, hidden=True),
    option(_SECTION, "-S", "--socket", metavar="PATH", help="The server's Unix socket."),
    option(_SECTION, "--defaults-file", metavar="FILE", help="Read this option file alone."),
    option(_SECTION, "--defaults-extra-file", metavar="FILE", help="Read this option file too."),
    option(_SECTION, "--defaults-group-suffix", metavar="TEXT", help="Read [clientTEXT] too."),
    option(_SECTION, "--login-path", metavar="NAME", help="Read this login path of ~/.mylogin.cnf."),
    option(
        _SECTION,
        "--ssl-mode",
        type=click.Choice(tuple(SslMode), case_sensitive=False),
        metavar="MODE",
        help="DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY.",
    ),
    option(_SECTION, "--ssl-ca", metavar="FILE", help="Certificates of authorities to trust."),
    option(_SECTION, "--ssl-capath", metavar="FOLDER", help="A folder of them."),
    option(_SECTION, "--ssl-cert", metavar="FILE", help="The client's certificate."),
    option(_SECTION, "--ssl-key", metavar="FILE", help="Its key."),
    option(_SECTION, "--connect-timeout", type=_TIMEOUT, metavar="SECONDS", help="[default: 5]"),
    option(_SECTION, "--read-timeout", type=_TIMEOUT, metavar="SECONDS", help="[default: 10]"),
    option(
        _SECTION, "--admin-port", type=whole(1, 65535), metavar="N", help="The way into a full server: its admin port."
    ),
)
