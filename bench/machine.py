"""What was measured on: the machine, the Python, the packages."""

import os
import platform
import subprocess
from pathlib import Path

PACKAGES = ("poolaudit", "click", "pymysql", "pyyaml", "rich", "tabulate")
VERSIONS = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"


def machine() -> str:
    """Name the processor, how many of it there are, and the system."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{model}, {os.cpu_count()} of it; {platform.system()} {platform.release().partition('-')[0]}"


def versions(python: Path) -> str:
    """Name the Python that runs the program, and the packages that are installed for it."""
    number = _said_by(python, "import platform; print(platform.python_version())")
    packages = _said_by(python, VERSIONS, *PACKAGES).split()
    return f"Python {number.strip()}, " + ", ".join(
        f"{name} {one}" for name, one in zip(PACKAGES, packages, strict=True)
    )


def _said_by(python: Path, code: str, *arguments: str) -> str:
    done = subprocess.run([python, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return done.stdout
