"""Markdown as GitHub reads it: its own parser, another, and what GitHub looks for in the text they give."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]  # it ships no types
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]  # the same
from markdown_it import MarkdownIt

# What GitHub makes links, pictures and formulas of, where it stands in text that is neither code nor a link.
LOOKED_FOR = re.compile(
    r"@[A-Za-z0-9]|#\d|\bGH-\d|\$|https?://|www\.|:[a-z+-][\w+-]*:|\b[0-9a-f]{7,40}\b|\bCVE-\d|\bGHSA-", re.IGNORECASE
)


def by_github(text: str) -> str:
    """Give HTML as GitHub's cmark makes it, with what is raw HTML left in to be seen."""
    return str(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))


def by_markdown_it(text: str) -> str:
    """Give HTML as another parser makes it."""
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


PARSERS: tuple[Callable[[str], str], ...] = (by_github, by_markdown_it)


class Seen(HTMLParser):
    """What a reader sees: elements, each cell's and item's text, and the text that is no code."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.blocks: list[str] = []
        self.rows: list[list[str]] = []
        self.loose: list[str] = [""]
        self._code = 0
        self._in_cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._code += tag == "code"
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._in_cell = True
        elif tag in {"p", "li"}:
            self.blocks.append("")
        self.loose.append("")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"
        self._in_cell = self._in_cell and tag not in {"td", "th"}
        self.loose.append("")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data
        elif self.blocks:
            self.blocks[-1] += data
        if not self._code:
            self.loose[-1] += data

    def handle_comment(self, data: str) -> None:
        self.tags.add(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.tags.add(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.tags.add(f"instruction {data}")


def plain(text: str) -> str:
    """Give a text with its blanks as HTML shows them."""
    return " ".join(text.split())
