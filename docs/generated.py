"""Files that a command writes and the tests hold to what it would write now."""

import sys
from collections.abc import Mapping
from pathlib import Path


def main(script: str, files: Mapping[Path, str], old: set[Path]) -> int:
    """Write the files and remove old ones that are no longer made; with --check only say what is not current."""
    stale = sorted(path for path, text in files.items() if not path.is_file() or path.read_text("utf-8") != text)
    gone = sorted(old - set(files))
    if "--check" in sys.argv[1:]:
        for path in [*stale, *gone]:
            print(f"{path} is not current; run: python docs/{script}", file=sys.stderr)
        return 1 if stale or gone else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], "utf-8")
    for path in gone:
        path.unlink()
    print(f"{len(files)} files, {len(stale)} written, {len(gone)} removed")
    return 0
