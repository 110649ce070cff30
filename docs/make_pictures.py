"""Draws docs/pictures/demo.svg: the demo's report on a terminal. `--check` only says what is not current."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import chdir
from pathlib import Path
from xml.sax.saxutils import escape

from generated import main

from poolaudit.audit import audit
from poolaudit.collect.capture import from_json
from poolaudit.facts.fit import Fit
from poolaudit.policy import Policy
from poolaudit.readers.application import read_application
from poolaudit.render.layout import Line, Span, cells
from poolaudit.render.terminal import lines_of
from poolaudit.render.view import view_of
from poolaudit.report import Facts, Report
from poolaudit.rules import load_rules

FOLDER = Path(__file__).parent / "pictures"
DEMO = Path(__file__).parent.parent / "poolaudit" / "demo"
CAPTURE, APPLICATION = "incident-0a.json", "app.yaml"
COMMAND = "poolaudit demo"
COLUMNS = 96

CELL, LINE, SIZE, EDGE, TOP = 8.4, 20, 14, 20, 44
BACKGROUND, TEXT, DIM = "#15181d", "#d6dae0", "#8a919c"
COLOURS = {"error": "#ff7470", "warning": "#e8c06a", "info": "#6cc3d5", "ok": "#8fce75", "dim": DIM}
SHADES = {"█": "1", "▒": "0.55", "░": "0.25"}
FONTS = "Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
STYLE = f"""\
text {{ font: {SIZE}px {FONTS}; fill: {TEXT}; white-space: pre }}
.bold {{ font-weight: bold }}"""


def picture_of(report: Report, command: str, columns: int = COLUMNS) -> str:
    """Draw a report as a terminal shows it, below the command that prints it; the same report, the same picture.

    Nothing is loaded from elsewhere, and each piece of text stands on its own column, whatever font is at hand.
    """
    lines: list[Line] = [(Span(f"$ {command}", "bold"),), (), *lines_of(view_of(report), columns)]
    width, height = columns * CELL + 2 * EDGE, len(lines) * LINE + TOP + EDGE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img">',
            f"<title>{escape(command)}</title>",
            f"<style>\n{STYLE}\n</style>",
            f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
            *(f'<circle cx="{EDGE + 20 * n}" cy="20" r="6" fill="{DIM}" opacity="0.5"/>' for n in range(3)),
            *(piece for number, line in enumerate(lines) for piece in _pieces(line, TOP + (number + 1) * LINE)),
            "</svg>\n",
        ]
    )


def _pieces(line: Iterable[Span], y: int) -> Iterator[str]:
    column = 0
    for span in line:
        start = column + len(span.text) - len(span.text.lstrip(" "))
        text = span.text.strip(" ")
        if text:
            yield from _drawn(span, text, column if "badge" in span.style else start, y)
        column += cells(span.text)


def _drawn(span: Span, text: str, column: int, y: int) -> Iterator[str]:
    x, width = EDGE + column * CELL, cells(text) * CELL
    colour = COLOURS.get(span.style.partition(" ")[0])
    if text[0] in SHADES:
        shade = f'fill="{colour}" opacity="{SHADES[text[0]]}"'
        yield f'<rect x="{x:.1f}" y="{y - 12}" width="{width:.1f}" height="12" {shade}/>'
        return
    bold = ' class="bold"' if span.style in {"bold", "error"} or "badge" in span.style else ""
    if "badge" in span.style:
        yield f'<rect x="{x:.1f}" y="{y - 15}" width="{width + 2 * CELL:.1f}" height="{LINE}" rx="3" fill="{colour}"/>'
        x, colour = x + CELL, BACKGROUND
    fill = f' style="fill: {colour}"' if colour else ""
    yield f'<text x="{x:.1f}" y="{y}" textLength="{width:.1f}"{bold}{fill}>{escape(text)}</text>'


def demo_report() -> Report:
    """Audit the demo's capture with its application's settings, as COMMAND does."""
    with chdir(DEMO):
        server = from_json(Path(CAPTURE).read_bytes(), CAPTURE)
        deployments = read_application(APPLICATION)
    pools = tuple(deployment.pool for deployment in deployments)
    return audit(Facts(server.taken_at, (server,), pools, (Fit(server, deployments),)), load_rules(), Policy())


if __name__ == "__main__":
    pictures = {FOLDER / "demo.svg": picture_of(demo_report(), COMMAND)}
    sys.exit(main("make_pictures.py", pictures, set(FOLDER.glob("*.svg"))))
