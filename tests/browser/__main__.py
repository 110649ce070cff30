"""Fetch the browser by hand: python -m tests.browser fetch."""

# ruff: noqa: T201 - printing is what a command is for

import sys

from tests.browser.recipe import HOW_TO_GET, fetch
from tests.servers.kinds import ServerError


def main() -> int:
    """Fetch it where it is not in the cache, and say where it is."""
    if sys.argv[1:] != ["fetch"]:
        print(f"usage: {HOW_TO_GET}", file=sys.stderr)
        return 2
    try:
        print(f"Chromium: {fetch()}")
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
