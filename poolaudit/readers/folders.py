"""The folders above a file."""

from collections.abc import Iterator

MOST_FOLDERS_ABOVE = 8
"""Above the working folder, in which what stands above a file that is named is read."""


def folders_above(path: str) -> Iterator[str]:
    """Give the folder of a path and those above it, the nearest first: "" is the working folder, `..` the one above."""
    folder = path.rpartition("/")[0]
    while folder and folder.rpartition("/")[2] != "..":
        yield folder
        folder = folder.rpartition("/")[0]
    yield folder
    for _ in range(0 if path.startswith("/") else MOST_FOLDERS_ABOVE):
        folder = f"{folder}/..".lstrip("/")
        yield folder
