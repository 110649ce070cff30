"""Where a finding points: a file and a line that a program can open, or nothing of the kind."""

from poolaudit.facts.setting import Place

_HERE = "./"


def file_of(place: Place | None) -> str | None:
    """Give the file of a place, without a leading `./`; None where no file is meant.

    An option (`--pool-size`) and standard input (`-`) are places too. A file whose name begins with a dash is to be
    given as `./-name`, as every command wants it.
    """
    if place is None or not place.file or place.file.startswith("-"):
        return None
    file = place.file
    while file.startswith(_HERE):
        file = file.removeprefix(_HERE).lstrip("/")
    return file or None
