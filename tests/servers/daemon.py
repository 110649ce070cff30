"""A server's process and the private folder it lives in, which come and go together."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.servers.kinds import ServerError

STOP_SECONDS = 15.0
LONGEST_SOCKET = 107
# What is left of a run that was killed is ended by the guardian: its read ends when the run's end of the pipe does.
GUARDIAN = 'read -r _; kill -9 "$1"; rm -rf "$2"'


@dataclass(frozen=True)
class Folder:
    """The private folder of a server, and the names of what is in it."""

    path: Path

    @classmethod
    def make(cls, name: str) -> Self:
        """Make one whose path leaves room for the socket's, which the kernel holds short."""
        for base in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes it private
            folder = cls(Path(tempfile.mkdtemp(prefix=f"poolaudit-{name}-", dir=base)))
            if len(bytes(folder.socket)) <= LONGEST_SOCKET:
                return folder
            folder.remove()
        raise ServerError("No temporary folder has a path short enough for a socket; set TMPDIR to a shorter one.")

    @property
    def data(self) -> Path:
        """The server's own copy of a data directory."""
        return self.path / "data"

    @property
    def socket(self) -> Path:
        """Where it listens beside its port."""
        return self.path / "mysql.sock"

    @property
    def options(self) -> tuple[str, ...]:
        """Tell the server to keep all its files in here."""
        places = {"socket": self.socket, "pid-file": self.path / "pid", "log-error": self.path / "error.log"}
        return tuple(f"--{name}={path}" for name, path in places.items())

    def log(self) -> str:
        """Return all that the server has said so far, on its output and in its error log."""
        paths = (self.path / "output", self.path / "error.log")
        return "".join(path.read_text(errors="replace") for path in paths if path.is_file())

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True)
class Daemon:
    """A server's process, which a guardian ends should this one be killed before it could."""

    folder: Folder
    process: "subprocess.Popen[bytes]" = field(repr=False)
    guardian: "subprocess.Popen[bytes]" = field(repr=False)

    @classmethod
    def spawn(cls, folder: Folder, line: Sequence[str], env: Mapping[str, str], *, user: int | None = None) -> Self:
        """Start it away from the terminal, so that Ctrl-C reaches this process alone, which then ends it.

        `user` is whom it runs as, where this process is root and that one must not be.
        """
        with (folder.path / "output").open("wb") as output:
            process = subprocess.Popen(
                line, env=env, cwd=folder.path, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                user=user, group=user, extra_groups=None if user is None else [],
            )  # fmt: skip
        guardian = subprocess.Popen(
            ["/bin/sh", "-c", GUARDIAN, "guardian", str(process.pid), str(folder.path)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        return cls(folder, process, guardian)

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self.process.poll() is None

    def ends_within(self, seconds: float) -> bool:
        """Wait for it to end, and tell whether it did."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Ask it to end, and end it by force where it does not."""
        self.process.terminate()
        if not self.ends_within(STOP_SECONDS):
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would; the folder stays."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End it, the guardian first, and remove the folder; doing it twice does no harm."""
        self.guardian.kill()
        self.guardian.wait()
        if self.guardian.stdin:
            self.guardian.stdin.close()
        self.kill()
        self.folder.remove()
