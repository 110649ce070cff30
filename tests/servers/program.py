"""How a server is called: its command, where its files are, and the settings that suit a test."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Small, and without a care for what happens when the machine loses power.
COMMON = (
    "--innodb-buffer-pool-size=16M",
    "--innodb-use-native-aio=0",
    "--innodb-doublewrite=0",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-load-at-startup=0",
    "--innodb-buffer-pool-dump-at-shutdown=0",
    "--max-connections=151",
    "--wait-timeout=28800",
    "--table-open-cache=400",
    "--table-definition-cache=400",
)
MYSQL = (
    *COMMON,
    "--innodb-flush-method=nosync",
    "--skip-log-bin",
    # Smaller table caches also choose smaller tables of performance_schema; what tests look at keeps MySQL's defaults.
    "--loose-performance-schema-accounts-size=100",
    "--loose-performance-schema-hosts-size=100",
    "--loose-performance-schema-users-size=100",
    "--loose-performance-schema-events-statements-history-size=10",
    "--loose-performance-schema-events-transactions-history-size=10",
)
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "mysql-9.7": (*MYSQL, "--innodb-redo-log-capacity=8M", "--mysqlx=OFF", "--secure-file-priv=NULL"),
    "mysql-5.6": (*(option for option in MYSQL if option != "--skip-log-bin"), "--innodb-log-file-size=4M"),
    "mariadb-11.8": (*COMMON, "--innodb-log-file-size=8M", "--aria-log-file-size=8M"),
}


@dataclass(frozen=True)
class Program:
    """A server's program in the cache."""

    command: tuple[str, ...]
    places: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The environment to start it in; what a person set for a server of their own is kept out."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MYSQL_", "MARIADB_"))}
        return {**kept, **self.environment}

    def line(self, kind: str, data: Path, *options: str) -> list[str]:
        """Return the whole command line; options that come later win."""
        user = ("--user=root",) if os.geteuid() == 0 else ()
        first = ("--no-defaults", *user, *self.places, f"--datadir={data}", f"--tmpdir={data.parent}")
        return [*self.command, *first, *SETTINGS[kind], *options]
