"""Takes the pictures of the page and the mail: docs/pictures/page-phone-dark.png and its like, by headless Chromium.

They are not compared with what would be taken now, as letters come out a little different with each version of the
browser; look at them before they are committed. `python -m tests.browser fetch` fetches the browser.
"""

import sys
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from poolaudit.render import mail_html, render
from poolaudit.render.trend import trend_of
from poolaudit.render.trend_png import png_of
from tests.browser import open_browser
from tests.render.past import week

FOLDER = Path(__file__).parent / "pictures"
WIDTHS = {"phone": 390, "desktop": 1280}
SHADES = {"light": False, "dark": True}
COLOURS = 192


def pages() -> Iterator[tuple[str, str]]:
    """Give what is shown: the report of a week, as a page, and as a mail with the picture that goes with it."""
    report = week()
    yield "page", render(report, "html", width=None, color=False)
    # A reader of mail finds the picture beside the text; a browser does not.
    pictures = [png_of(trend) for server in report.facts.servers if (trend := trend_of(report, server)) is not None]
    inline = f"data:image/png;base64,{b64encode(pictures[0]).decode()}"
    yield "mail", mail_html.text_of(report, picture_cid="trend").replace("cid:trend", inline)
    yield "mail-without-picture", mail_html.text_of(report, picture_cid=None)


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
