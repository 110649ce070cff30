"""Markdown as poolaudit's own pages use it, laid out for a terminal: headings, paragraphs, lists, tables and code."""

import re
from collections.abc import Iterator
from textwrap import fill

WIDEST = 100
_CODE = re.compile(r"`([^`]+)`")
_BOLD, _DIM, _CYAN, _END = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"


def page_for_terminal(markdown: str, *, width: int, color: bool) -> str:
    """Lay a page out, wrapped at the width (100 columns at most)."""
    width = min(width, WIDEST)
    blocks = (_block(block, width, color=color) for block in _blocks(markdown))
    return "\n\n".join(blocks) + "\n"


def _blocks(markdown: str) -> Iterator[list[str]]:
    """Split a page into blocks at its blank lines, but not inside of code."""
    block: list[str] = []
    in_code = False
    for line in markdown.splitlines():
        in_code ^= line.startswith("```")
        if line or in_code:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _block(lines: list[str], width: int, *, color: bool) -> str:
    first = lines[0]
    if first.startswith("```"):
        return _code_block(lines[1:-1], color=color)
    if first.startswith("#"):
        return _painted(first.lstrip("# "), _BOLD, color=color)
    if first.startswith("|"):
        return "\n".join(_inline(line, color=color, after="  ") for line in lines)
    if first.startswith(("- ", "* ")):
        return "\n".join(_inline(_wrapped(item, width, "  "), color=color) for item in _items(lines))
    return _inline(_wrapped(" ".join(lines), width, ""), color=color)


def _items(lines: list[str]) -> list[str]:
    """Join the lines of each item of a list."""
    items: list[str] = []
    for line in lines:
        if line.startswith(("- ", "* ")) or not items:
            items.append(line)
        else:
            items[-1] += " " + line.strip()
    return items


def _wrapped(text: str, width: int, indent: str) -> str:
    return fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _code_block(lines: list[str], *, color: bool) -> str:
    return "\n".join(_painted(f"    {line}", _DIM, color=color) if line else "" for line in lines)


def _inline(text: str, *, color: bool, after: str = "") -> str:
    """Colour what stands between backticks, in their place; `after` fills the place of both in a table's cell."""
    return _CODE.sub(rf"{_CYAN}\1{_END}{after}", text) if color else text


def _painted(text: str, paint: str, *, color: bool) -> str:
    return f"{paint}{text}{_END}" if color else text
