"""Where the browser comes from: Debian's packages, unpacked into the cache, with their own libc and fonts."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from tests.servers.commands import need, run
from tests.servers.debian import Apt
from tests.servers.kinds import ServerError, cache_folder

SUITE = "trixie"
PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
REVISION = 1
HOW_TO_GET = "python -m tests.browser fetch"

# Without a graphics card nothing of these is ever loaded; they are half of what is unpacked.
UNUSED = ("usr/lib/*/libLLVM*", "usr/lib/*/libgallium*", "usr/lib/*/libz3*", "usr/lib/*/gconv", "usr/lib/*/dri",
          "usr/lib/chromium/libVkLayer*", "usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/X11",
          "usr/share/icons", "usr/bin", "usr/sbin", "etc", "var")  # fmt: skip
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{root}/usr/share/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""
# Chromium starts itself again for each of its processes: by this, for its loader is not the machine's.
_CALL = """\
#!/bin/sh
exec "{chromium}/loader" --library-path "{libraries}" "{chromium}/chromium-headless-shell" "$@"
"""


def folder() -> Path:
    """Give the folder that it is in, or will be."""
    return cache_folder() / f"chromium-r{REVISION}"


def installed() -> Path:
    """Give the command that starts it; ServerError with how to get it where it is not in the cache."""
    command = folder() / "chromium"
    if not command.is_file():
        raise ServerError(f"Chromium is not in {cache_folder()}; fetch it with: {HOW_TO_GET}")
    return command


def fetch(say: Callable[[str], None] = print) -> Path:
    """Give the command, fetched where it is not in the cache yet; two runs at once fetch once."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / ".chromium.lock"):
        if not folder().is_dir():
            say(f"Chromium: fetching into {cache} ...")
            with tempfile.TemporaryDirectory(prefix=".chromium-making-", dir=cache) as work:
                _make(Path(work))
    return installed()


def _make(work: Path) -> None:
    need("apt-get", "apt")
    need("dpkg", "dpkg")
    made = work / "made"
    root = made / "root"
    root.mkdir(parents=True)
    apt = Apt(work / "home")
    apt.update(SUITE)
    for package in PACKAGES:
        for deb in apt.download(package):
            run(f"Unpacking {deb.name}", ["dpkg", "-x", deb, root])
            deb.unlink()
    for path in [path for pattern in UNUSED for path in root.glob(pattern)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    write_command(made, root, folder())
    made.rename(folder())


def write_command(made: Path, root: Path, later: Path) -> None:
    """Write what starts it from the folder that it will be in; its own files are sought beside its loader."""
    loader = next(iter(sorted(root.glob("usr/lib/*-linux-gnu*/ld-linux*.so.*"))), None)
    if loader is None:
        raise ServerError(f"Debian {SUITE}'s libc has no loader where it is expected.")
    shutil.copy(loader, root / "usr/lib/chromium/loader")
    own = later / "root" / loader.parent.relative_to(root)
    chromium = later / "root" / "usr/lib/chromium"
    (made / "fonts.conf").write_text(_FONTS.format(root=later / "root", folder=later))
    command = made / "chromium"
    command.write_text(_CALL.format(chromium=chromium, libraries=f"{own}:{own}/pulseaudio:{chromium}"))
    command.chmod(0o755)
