"""Many runs of `poolaudit report` at once, forked from one that has everything imported and has run once.

    python -m tests.cli.forked COUNT BYTES report …

No file of theirs can become larger than BYTES, 0 for no limit, as on a full disk. Prints the exit codes last.
"""

import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

from poolaudit.cli import main, report_run
from tests.cli.conftest import LEAK
from tests.cli.reporting import server_at


def forked(folder: Path, count: int, *arguments: str, size_bytes: int = 0) -> subprocess.CompletedProcess[str]:
    """Run so many in a folder; give what all of them printed, with their exit codes as the last line."""
    line = [sys.executable, "-m", "tests.cli.forked", str(count), str(size_bytes), *arguments]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(line, cwd=folder, env=environ, capture_output=True, text=True, check=True)


def _fork(number: int, size_bytes: int) -> int:
    child = os.fork()
    if child == 0:
        if size_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))
        report_run.run = partial(report_run.run, read=lambda *_: server_at(number, LEAK))
        os._exit(int(main()))
    return child


def _main(count: int, size_bytes: int) -> None:
    sys.modules["poolaudit.render.trend_png"] = None  # type: ignore[assignment]  # as without matplotlib, for speed
    run = report_run.run
    report_run.run = partial(run, read=lambda *_: server_at(0))
    main()
    report_run.run = run
    children = [_fork(number, size_bytes) for number in range(1, count + 1)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    sys.stdout.write(f"{' '.join(map(str, codes))}\n")


if __name__ == "__main__":
    _, _count, _bytes, *_arguments = sys.argv
    sys.argv = ["poolaudit", *_arguments]
    _main(int(_count), int(_bytes))
