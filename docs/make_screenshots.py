"""Takes the pictures of the page and the mail: docs/pictures/page-phone-dark.png and its like, by headless Chromium.

They are not compared with what would be taken now, as letters come out a little different with each version of the
browser; look at them before they are committed. `python -m tests.browser fetch` fetches the browser.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from poolaudit.render import mail_html, render
from tests.browser import open_browser
from tests.render.past import week

FOLDER = Path(__file__).parent / "pictures"
WIDTHS = {"phone": 390, "desktop": 1280}
SHADES = {"light": False, "dark": True}
COLOURS = 192


def pages() -> Iterator[tuple[str, str]]:
    """Give what is shown: the report of a week, as a page and as a mail."""
    yield "page", render(week(), "html", width=None, color=False)
    yield "mail", mail_html.text_of(week(), picture_cid=None)


def small(picture: bytes) -> bytes:
    """Give a PNG in the few colours that it has, at a quarter of its size."""
    written = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    with open_browser() as browser:
        for name, html in pages():
            for device, width in WIDTHS.items():
                for shade, dark in SHADES.items():
                    picture = small(browser.open(html, width=width, dark=dark).screenshot())
                    path = FOLDER / f"{name}-{device}-{shade}.png"
                    path.write_bytes(picture)
                    print(f"{path.name}: {len(picture) / 1000:.0f} kB")
