"""A real browser for what is shown in one: headless Chromium of Debian's packages, fetched without root.

    from tests.browser import open_browser

    with open_browser() as browser:
        page = browser.open(html, width=390, dark=True)
        page.screenshot()

`python -m tests.browser fetch` fetches it into the cache of the servers ($POOLAUDIT_SERVER_CACHE): 170 MB over the
network, 370 MB in the cache. In a test, take the fixture `browser` and the marker of the same name.
"""

from tests.browser.chromium import Browser, Page, open_browser

__all__ = ["Browser", "Page", "open_browser"]
