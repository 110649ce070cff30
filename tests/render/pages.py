"""HTML as browsers read it: html5lib builds the tree that they build, and refuses what they would have to mend."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

# What a page or a mail may hold; whatever else comes out of the parser came in by a name.
OWN = frozenset(
    {"html", "head", "meta", "title", "style", "body", "main", "section", "article", "header", "footer", "figure",
     "figcaption", "h1", "h2", "h3", "h4", "p", "ul", "li", "div", "span", "b", "i", "a", "br", "bdi", "pre", "code",
     "mark", "details", "summary", "table", "tbody", "tr", "td", "img"}
)  # fmt: skip
SHAPES = frozenset({"svg", "title", "desc", "rect", "polygon", "polyline", "path", "line"})
ATTRIBUTES = frozenset(
    {"lang", "charset", "name", "content", "http-equiv", "class", "style", "title", "id", "href", "aria-hidden",
     "tabindex", "viewBox", "preserveAspectRatio", "role", "points", "d", "x", "y", "width", "height", "x1", "x2", "y1",
     "y2", "cellpadding", "cellspacing", "border", "bgcolor", "valign", "align", "src", "alt"}
)  # fmt: skip
_OUTSIDE = re.compile(r"https?:|//|url\(|@import|javascript:|data:", re.IGNORECASE)
_XMLNS = "{http://www.w3.org/2000/xmlns/}xmlns"
_SVG = "{http://www.w3.org/2000/svg}"


def read(html: str) -> Element:
    """Read a document strictly: an error that a browser would mend in silence is one here."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return tree


def strangers(tree: Element) -> list[str]:
    """Give what is in a document that is not our own: elements, attributes, addresses that lead elsewhere."""
    return list(_strangers(tree))


def _strangers(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        tag = element.tag if isinstance(element.tag, str) else "a comment"
        known = tag.removeprefix(_SVG) in SHAPES if tag.startswith(_SVG) else tag in OWN
        if not known:
            yield tag
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES and name != _XMLNS:
                yield f"{tag} {name}"
            if name in {"href", "src", "style"} and _OUTSIDE.search(value):
                yield f"{tag} {name}={value}"
            if (name == "href" and not value.startswith("#")) or (name == "src" and not value.startswith("cid:")):
                yield f"{tag} {name}={value}"
        if tag == "style" and _OUTSIDE.search(element.text or ""):
            yield f"style {element.text}"


def words_of(element: Element) -> str:
    """Give all text of an element, blanks as they are shown."""
    return " ".join("".join(element.itertext()).split())


def by_class(tree: Element, name: str) -> list[Element]:
    """Give the elements of a class."""
    return [element for element in tree.iter() if name in element.attrib.get("class", "").split()]
