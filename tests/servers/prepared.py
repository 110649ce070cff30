"""Make the data directory that every start copies: its system tables, and root without a password.

Making one takes seconds, copying it takes a tenth of one. Root may come from localhost and from 127.0.0.1, for a
server started with --skip-name-resolve to let it in, and from nowhere else.
"""

import shutil
from pathlib import Path

from tests.servers.commands import run
from tests.servers.kinds import Kind
from tests.servers.program import Program

MARIADB_TABLES = (
    "mariadb_system_tables.sql",
    "mariadb_performance_tables.sql",
    "mariadb_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "mariadb_sys_schema.sql",
)
# Data directories come with anonymous users and with root on the host they were made on. Each statement is one line:
# that is what --bootstrap and --init-file read.
ROOT_ONLY = """\
DELETE FROM mysql.user WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '127.0.0.1'));
DELETE FROM mysql.db WHERE Db LIKE 'test%';
"""
ROOT_ONLY_MARIADB = """\
DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '127.0.0.1'));
DELETE FROM mysql.db WHERE Db LIKE 'test%';
"""
ROOT_BY_ADDRESS = """\
CREATE USER 'root'@'127.0.0.1';
GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
GRANT PROXY ON ''@'' TO 'root'@'127.0.0.1' WITH GRANT OPTION;
"""


def initialize(program: Program, data: Path) -> None:
    """Let MySQL make it, and start once on it so that its TLS keys are made, which takes longer than a start."""
    _read_and_end(program, data, ROOT_BY_ADDRESS, "--initialize-insecure")
    _read_and_end(program, data, "SHUTDOWN;\n", "--skip-networking", f"--socket={data.with_name('s')}")
    forget_identity(data)


def _read_and_end(program: Program, data: Path, statements: str, *options: str) -> None:
    """Let the server read the statements when it has started, and wait until it has ended."""
    file = data.with_name("statements.sql")
    file.write_text(statements)
    line = program.line(Kind.MYSQL_97, data, *options, f"--init-file={file}")
    run("Making MySQL 9.7's data directory", line, env=program.env, timeout_seconds=300)
    file.unlink()


def take(program: Program, data: Path) -> None:
    """Take the one that the npm package of 5.6 brings, and let the server make its log files in it."""
    root = Path(program.places[0].partition("=")[2])
    shutil.move(root / "data" / "mysql", data)
    line = program.line(Kind.MYSQL_56, data, "--bootstrap")
    run("Making MySQL 5.6's data directory", line, env=program.env, stdin=ROOT_ONLY)
    forget_identity(data)


def bootstrap(program: Program, data: Path) -> None:
    """Let MariaDB make it from the statements it is shipped with."""
    share = Path(program.places[1].partition("=")[2])
    (data / "mysql").mkdir(parents=True)
    tables = [(share / name).read_text() for name in MARIADB_TABLES]
    line = program.line(Kind.MARIADB_118, data, "--bootstrap")
    statements = "\n".join(["use mysql;", *tables, ROOT_ONLY_MARIADB])
    run("Making MariaDB 11.8's data directory", line, env=program.env, stdin=statements)
    forget_identity(data)


def forget_identity(data: Path) -> None:
    """Remove the server's identity, so that each copy makes one of its own."""
    (data / "auto.cnf").unlink(missing_ok=True)


def copy(source: Path, target: Path) -> None:
    """Copy a data directory; two thirds of it are zeros, which need neither time nor disk."""
    flags = ["--recursive", "--preserve=mode", "--sparse=always", "--reflink=auto"]
    run("Copying a data directory", ["cp", *flags, source, target])
