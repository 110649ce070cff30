"""systemd's own check of units: the machine's where it has one, else Debian's, fetched into the cache of the servers.

It reads files and asks no running systemd, so that it needs no root and works where there is none.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from tests.servers import debian
from tests.servers.kinds import ServerError, cache_folder

PROGRAM = "systemd-analyze"
SERIES, SUITES = "257", ("trixie",)


class SystemdAnalyze(NamedTuple):
    """The program, and the environment in which it finds its libraries and the units that come with systemd."""

    command: tuple[str, ...]
    environment: Mapping[str, str]

    def run(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run it, with what it says in one stream, as it writes of what is wrong on either."""
        return subprocess.run(
            [*self.command, *arguments],
            env={**os.environ, **self.environment, "LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def systemd_analyze() -> SystemdAnalyze:
    """Find the program, or fetch it; ServerError where neither can be done."""
    found = shutil.which(PROGRAM)
    return SystemdAnalyze((found,), {}) if found is not None else fetched()


def fetched(folder: Path | None = None) -> SystemdAnalyze:
    """Take Debian's from the cache, where it is put by the first who asks."""
    folder = folder or cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / f"systemd-{SERIES}"
    with FileLock(folder / f"{root.name}.lock"):
        if not root.exists():
            with tempfile.TemporaryDirectory(dir=folder) as home:
                unpacked = Path(home) / "root"
                debian.unpack("systemd", SERIES, SUITES, Path(home), unpacked)
                unpacked.rename(root)
    loader = next(root.glob("usr/lib/*-linux-gnu*/ld-linux*.so.*"), None)
    if loader is None:
        raise ServerError(f"{root} holds no loader; remove the folder.")
    libraries = f"{loader.parent}:{loader.parent}/systemd"
    command = (str(loader), "--library-path", libraries, str(root / "usr/bin" / PROGRAM))
    return SystemdAnalyze(command, {"SYSTEMD_UNIT_PATH": f"{root}/usr/lib/systemd/system"})
