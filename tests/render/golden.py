"""Reports as they are to look, in tests/render/golden; `python -m tests.render.golden` writes them anew, for review.

A change of a report's look shows as a change of these files, so that whoever reviews it sees what a person will see.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from poolaudit import __version__
from poolaudit.render import render
from tests.render.past import ALL

FOLDER = Path(__file__).parent / "golden"


def golden() -> dict[str, Callable[[], str]]:
    """Give each golden file's name and what makes what it is to hold."""
    files = {f"{name}.terminal-80.txt": _shown(name, "terminal", 80) for name in ALL}
    files |= {f"{name}.plain.txt": _shown(name, "plain") for name in ALL}
    files |= {f"incident-0a.terminal-{width}.txt": _shown("incident-0a", "terminal", width) for width in (40, 120, 200)}
    files |= {f"wide-names.terminal-{width}.txt": _shown("wide-names", "terminal", width) for width in (40, 120, 200)}
    files |= {
        f"incident-0a.terminal-80-{kind}.txt": _shown("incident-0a", "terminal", 80, **{kind: True}) for kind in KINDS
    }
    files["wide-names.terminal-80-ascii_only.txt"] = _shown("wide-names", "terminal", 80, ascii_only=True)
    files["five-thousand.terminal-120-all_clients.txt"] = _shown("five-thousand", "terminal", 120, all_clients=True)
    files |= {f"incident-0a.{form}.{ending}": _shown("incident-0a", form) for form, ending in PIPELINES}
    files |= {f"incident-0a.{form}": _shown("incident-0a", form) for form in ("json", "sarif")}
    files["week.json"] = _shown("week", "json")
    files["week.markdown.md"] = _shown("week", "markdown")
    return files


KINDS = ("color", "ascii_only", "show_queries")
PIPELINES = (("github", "txt"), ("junit", "xml"), ("markdown", "md"))


def _shown(name: str, form: str, width: int | None = None, **kinds: Any) -> Callable[[], str]:  # noqa: ANN401 - whatever render takes
    def shown() -> str:
        text = render(ALL[name](), form, width=width, **{"color": False} | kinds)
        return text.replace(f'"{__version__}"', '"VERSION"', 1) if form in {"json", "sarif"} else text

    return shown


def write() -> None:
    """Write the golden files and remove those that are no longer made."""
    files = golden()
    for path in FOLDER.iterdir():
        if path.name not in files:
            path.unlink()
    for name, shown in files.items():
        (FOLDER / name).write_text(shown(), "utf-8", newline="\n")


if __name__ == "__main__":
    write()
