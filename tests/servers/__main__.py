"""Fetch, start and list the servers by hand: python -m tests.servers fetch | start KIND [options] | list."""

# ruff: noqa: T201 - printing is what a command is for

import argparse
import signal
import sys
import time
from collections.abc import Sequence

from tests.servers.kinds import Kind, ServerError, cache_folder, kind_named
from tests.servers.recipes import fetch, installed
from tests.servers.running import start


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks, and end with 1 and one sentence where it cannot be done."""
    parser = _parser()
    asked, options = parser.parse_known_args(arguments)
    if options and asked.command != "start":
        parser.error(f"unrecognized arguments: {' '.join(options)}")
    try:
        if asked.command == "fetch":
            _fetch(asked.kinds)
        elif asked.command == "start":
            _start(asked.kind, options, admin=asked.admin)
        else:
            _list()
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    fetching = commands.add_parser("fetch", help="fetch what is not in the cache yet", allow_abbrev=False)
    fetching.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(Kind)}; all of them by default")
    starting = commands.add_parser("start", help="start one, until Ctrl-C", allow_abbrev=False)
    starting.add_argument("kind", metavar="KIND")
    starting.add_argument("--admin", action="store_true", help="with a port for administrators")
    commands.add_parser("list", help="show the kinds and which are in the cache", allow_abbrev=False)
    return parser


def _fetch(names: Sequence[str]) -> None:
    for kind in [kind_named(name) for name in names] or list(Kind):
        began = time.monotonic()
        found = fetch(kind)
        print(f"{kind.product}: {found.version} in {found.folder} ({time.monotonic() - began:.2f} s)")


def _start(kind: str, options: Sequence[str], *, admin: bool) -> None:
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with start(kind, *options, admin_port=admin) as server:
        print(f"{server.version} answers after {time.monotonic() - began:.2f} s; Ctrl-C stops it.")
        print(f"socket {server.socket}" + (f", port for administrators {server.admin_port}" if admin else ""))
        print(server.dsn(), flush=True)
        try:
            server.wait()
            print(f"It ended by itself:\n{server.log()}", file=sys.stderr)
        except KeyboardInterrupt:
            server.stop()


def _list() -> None:
    print(f"cache: {cache_folder()}")
    for kind in Kind:
        found = installed(kind)
        print(f"{kind:<13} {found.version if found else 'not fetched: python -m tests.servers fetch'}")


if __name__ == "__main__":
    sys.exit(main())
