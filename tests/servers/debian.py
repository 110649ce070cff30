"""Fetch a package of Debian and all it needs, down to its own libc, into a folder; nothing is installed.

apt gets a configuration and a state of its own, so that it needs no root and the machine's packages are neither asked
nor touched. The mirror, the proxy and the credentials stay the machine's: they are read from it, never written down.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.servers.commands import need, run
from tests.servers.kinds import OWN_SERVERS, ServerError

MIRROR_VARIABLE = "POOLAUDIT_DEBIAN_MIRROR"
KEYRING = "debian-archive-keyring"
SOURCES = Path("/etc/apt")
KEYRINGS = Path("/usr/share/keyrings")

# The hooks that a machine hangs on apt-get update need root and are about the machine's own lists.
APT_CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Default-Release;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::CNF;
Dir::State "{home}/state";
Dir::State::lists "{home}/state/lists";
Dir::State::status "{home}/state/status";
Dir::Cache "{home}/cache";
Dir::Log "{home}/log";
Dir::Etc::sourcelist "{home}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "";
APT::Install-Recommends "0";
APT::Install-Suggests "0";
APT::Keep-Downloaded-Packages "1";
Acquire::Languages "none";
Acquire::Retries "3";
"""


@dataclass(frozen=True)
class Source:
    """One place in the machine's apt sources: where, which suites and parts, and who signs."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""

    @property
    def is_debian(self) -> bool:
        """Whether this is Debian's main archive and not its security archive or another vendor's."""
        ordinary = not any("security" in word for word in (self.uri, *self.suites))
        named = self.uri.rstrip("/").endswith("/debian") or KEYRING in self.signed_by
        return ordinary and named and "main" in self.components


def sources(folder: Path = SOURCES) -> Iterator[Source]:
    """Read the machine's apt sources in both of apt's forms."""
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text(errors="replace")):
            yield from _deb822(stanza)
    for path in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]:
        if path.is_file():
            yield from _one_line(path.read_text(errors="replace"))


def _deb822(stanza: str) -> Iterator[Source]:
    """Read one stanza of a .sources file; a line that begins with a blank continues the field before it."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] not in {" ", "\t"}:
            name, _, line = line.partition(":")  # noqa: PLW2901 - what is left of the line is the field's value
        fields[name.strip().lower()] = f"{fields.get(name.strip().lower(), '')} {line.strip()}".strip()
    if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() in {"no", "false", "0"}:
        return
    suites, components = tuple(fields.get("suites", "").split()), tuple(fields.get("components", "").split())
    for uri in fields.get("uris", "").split():
        yield Source(uri, suites, components, fields.get("signed-by", ""))


def _one_line(text: str) -> Iterator[Source]:
    """Read the classic form: deb [options] uri suite components."""
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s+([^#]*)", line)
        if match:
            options, uri, suite, components = match.groups()
            signed_by = re.search(r"signed-by=(\S+)", options or "")
            yield Source(uri, (suite,), tuple(components.split()), signed_by.group(1) if signed_by else "")


def mirror(folder: Path = SOURCES) -> str:
    """Return the Debian mirror that this machine already uses."""
    named = os.environ.get(MIRROR_VARIABLE)
    found = named or next((source.uri for source in sources(folder) if source.is_debian), None)
    if found is None:
        raise ServerError(
            f"This machine's apt sources name no Debian mirror; name one in {MIRROR_VARIABLE} or {OWN_SERVERS}."
        )
    return found


def keyring(folder: Path = SOURCES, keyrings: Path = KEYRINGS) -> Path:
    """Return the machine's file of Debian's keys: the one its sources name, or the one of the keyring package."""
    named = [Path(source.signed_by) for source in sources(folder) if source.is_debian and source.signed_by[:1] == "/"]
    for path in [*named, keyrings / f"{KEYRING}.gpg", keyrings / f"{KEYRING}.pgp"]:
        if path.is_file():
            return path
    raise ServerError(f"Debian's keys are not on this machine; install the package {KEYRING} or {OWN_SERVERS}.")


class Apt:
    """apt-get with a state of its own in one folder."""

    def __init__(self, home: Path) -> None:
        """Make the folders and settings that apt wants to find."""
        self.home = home
        for folder in ("state/lists/partial", "cache/archives/partial", "log"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        (home / "state" / "status").touch()
        (home / "apt.conf").write_text(APT_CONFIGURATION.format(home=home))

    @property
    def environment(self) -> Mapping[str, str]:
        """Messages in English, for the reason in an error to be found; nothing that asks."""
        return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}

    def update(self, suite: str) -> None:
        """Read the list of the suite's packages from the machine's mirror."""
        architecture = run("Asking dpkg for the architecture", ["dpkg", "--print-architecture"]).strip()
        options = f"[arch={architecture} signed-by={keyring()}]"
        (self.home / "sources.list").write_text(f"deb {options} {mirror()} {suite} main\n")
        doing = f"Reading Debian {suite}'s list of packages"
        self._run(doing, "apt-get", "-o", "APT::Update::Error-Mode=any", "update")

    def version(self, package: str) -> str:
        """Return the version that would be fetched, or nothing where the suite has no such package."""
        shown = self._run(f"Looking for {package}", "apt-cache", "policy", package)
        match = re.search(r"Candidate: (\S+)", shown)
        return match.group(1) if match and match.group(1) != "(none)" else ""

    def download(self, package: str) -> list[Path]:
        """Download the package and everything it needs."""
        self._run(f"Downloading {package}", "apt-get", "install", "--yes", "--download-only", package)
        return sorted((self.home / "cache" / "archives").glob("*.deb"))

    def _run(self, doing: str, program: str, *arguments: str) -> str:
        return run(doing, [program, "-c", self.home / "apt.conf", *arguments], env=self.environment)


def unpack(package: str, series: str, suites: tuple[str, ...], home: Path, root: Path) -> None:
    """Unpack the package and all it needs into `root`; of the suites the first that has the series is taken.

    Where no suite has it any more, the first suite's newer one is taken: the test about versions then fails, and it
    alone, which tells more than no server at all.
    """
    need("apt-get", "apt")
    need("dpkg", "dpkg")
    apt = Apt(home)
    _choose(apt, package, series, suites)
    root.mkdir()
    for deb in apt.download(package):
        run(f"Unpacking {deb.name}", ["dpkg", "-x", deb, root])
        deb.unlink()


def _choose(apt: Apt, package: str, series: str, suites: tuple[str, ...]) -> None:
    """Leave apt with the list of the suite that is to be used."""
    for suite in suites:
        apt.update(suite)
        if _is_of(series, apt.version(package)):
            return
    apt.update(suites[0])
    if not apt.version(package):
        raise ServerError(f"Debian {suites[0]} has no package {package} any more; {OWN_SERVERS}.")


def _is_of(series: str, debian_version: str) -> bool:
    """Tell whether a Debian version such as 1:11.8.9-4 belongs to the series."""
    return debian_version.rpartition(":")[2].startswith(f"{series}.")
