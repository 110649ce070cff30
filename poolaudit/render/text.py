"""Text from servers and files, made safe to print: what cannot be seen is shown as an escape, nothing else changes."""

_IGNORABLE = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0000, 0xE0FFF),
)
_ASCII = {
    ord(sign): plain
    for sign, plain in {
        "×": "x",
        "…": "...",
        "–": "-",
        "—": "-",
        "≥": ">=",
        "≤": "<=",
        "≠": "!=",
        "→": "->",
        "·": "-",
        "’": "'",
        "“": '"',
        "”": '"',
        "└": "`",
        "█": "#",
        "▒": "=",
        "░": ".",
    }.items()
}


def safe(text: str) -> str:
    r"""Show control characters, escape sequences, bidi marks and whatever else is invisible as `\x1b`, `\u202e`.

    Shown so are the categories Cc, Cf, Cs, Co, Cn, Zl and Zp, what else Unicode calls default-ignorable (variation
    selectors, fillers: DerivedCoreProperties.txt), and a combining mark that has nothing to combine with.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if _is_visible(character) and (position > 0 or not _combines(character)) else _escape(character)
        for position, character in enumerate(text)
    )


def ascii_only(text: str) -> str:
    r"""Say the same without any character beyond ASCII: `x` for `×`, `\u4e2d` for a letter that ASCII lacks."""
    if text.isascii():
        return text
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def _is_visible(character: str) -> bool:
    if character.isprintable():
        return not any(first <= ord(character) <= last for first, last in _IGNORABLE)
    return character.isspace() and _category(character) == "Zs"


def _combines(character: str) -> bool:
    return not character.isascii() and _category(character).startswith("M")


def _category(character: str) -> str:
    from unicodedata import category  # noqa: PLC0415 - nearly all names are plain ASCII and never get here

    return category(character)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
