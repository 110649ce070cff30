"""The page and the mail in a real browser: on a phone and a desktop, in the light and in the dark."""

from collections.abc import Callable, Iterator

import pytest

from poolaudit.render import mail_html, render
from poolaudit.report import Ignore, Ignored, Report, Severity
from tests.browser import Browser, open_browser
from tests.browser.looks import FAINT, SMALLEST, WIDER
from tests.render.past import ALL, several, week
from tests.render.samples import HOSTILE, LONG_NAME, facts_of, finding, report, server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE, DESKTOP = 390, 1280
ATTACK = (
    "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>\"><svg onload=window.pwned=1>"
    "<a href='javascript:window.pwned=1'>x</a><iframe srcdoc='<script>parent.pwned=1</script>'></iframe>"
    "</style><style>@import 'https://evil.example/x.css'</style><link rel=stylesheet href=https://evil.example/y.css>"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as one:
        yield one


def page(one: Report) -> str:
    return render(one, "html", width=None, color=False)


def mail(one: Report) -> str:
    return mail_html.text_of(one, picture_cid=None)


def hostile() -> Report:
    """Report names, hosts, programs, statements and messages that would run, load, or break the page apart."""
    rows = [
        {"id": 1, "user": ATTACK, "host": f"{ATTACK}:1"},
        {"id": 2, "user": LONG_NAME * 50},
        {"id": 3, "user": "דוחות", "host": "שרת:1"},
        {"id": 4, "user": "🚀" * 40},
        {"id": 5, "user": HOSTILE.replace("\ud800", "")},
    ]
    one = server(
        address=ATTACK, version=ATTACK, processlist=rows,
        programs=[{"id": n, "name": ATTACK, "pid": n} for n in range(1, 6)],
        transactions=[{"id": n, "age_seconds": 900} for n in range(1, 6)],
        statements=[{"id": n, "kind": "select", "digest": ATTACK, "text": ATTACK} for n in range(1, 6)],
    )  # fmt: skip
    found = tuple(
        finding("PA201", "idle-in-transaction", severity, text, why=text, fix=text, about=text, subject=ATTACK,
                evidence={"text": text})
        for severity, text in zip(Severity, (ATTACK, LONG_NAME * 50, "נוסח " * 30), strict=True)
    )  # fmt: skip
    ignored = (Ignored(found[0], Ignore("idle-in-transaction", ATTACK)),)
    past = week()
    return report(facts_of(one), found, (), ignored)._replace(changes=past.changes)


SAMPLES: dict[str, Callable[[], Report]] = {**ALL, "hostile": hostile}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("written", [page, mail])
@pytest.mark.parametrize("name", SAMPLES)
def test_all_of_it_can_be_read(
    browser: Browser, name: str, written: Callable[[Report], str], width: int, dark: bool
) -> None:
    shown = browser.open(written(SAMPLES[name]()), width=width, dark=dark)
    assert shown.run(WIDER) == [0]
    assert shown.run(FAINT) == []
    assert shown.run(SMALLEST) >= 12


@pytest.mark.parametrize("written", [page, mail])
def test_nothing_runs_and_nothing_is_asked_for(browser: Browser, written: Callable[[Report], str]) -> None:
    shown = browser.open(written(hostile()), width=PHONE, dark=False)
    assert shown.run("typeof window.pwned") == "undefined"
    assert shown.run("document.scripts.length + document.links.length + document.images.length") == 0
    assert shown.requests == [shown.address]


def test_the_page_itself_forbids_what_a_name_might_bring(browser: Browser) -> None:
    text = page(week()).replace("</main>", f"{ATTACK}</main>")
    shown = browser.open(text, width=DESKTOP, dark=False)
    assert shown.run("typeof window.pwned") == "undefined"
    asked = [one for one in shown.requests if one != shown.address]
    assert shown.refused == ["csp"] * len(asked)
    assert shown.run("document.scripts.length") > 0


def test_the_dark_is_dark(browser: Browser) -> None:
    grounds = [
        browser.open(written(week()), width=PHONE, dark=dark).run("getComputedStyle(document.body).backgroundColor")
        for written in (page, mail)
        for dark in (False, True)
    ]
    brightness = [sum(int(part) for part in ground[4:-1].split(",")) for ground in grounds]
    assert min(brightness[::2]) > 700
    assert max(brightness[1::2]) < 100


def test_the_browser_would_tell(browser: Browser) -> None:
    """What the tests above ask finds what it is to find."""
    bad = "<!DOCTYPE html><body style='margin:0'><div style='width:600px;color:#aaa'>faint and wide</div></body>"
    shown = browser.open(bad, width=PHONE, dark=False)
    assert shown.run(WIDER) == [600 - PHONE, "DIV"]
    assert shown.run(FAINT) == [["faint and wide", 2.32]]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_whole_page_is_a_picture(browser: Browser, width: int) -> None:
    picture = browser.open(page(several()), width=width, dark=False).screenshot()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20]) == width
    assert int.from_bytes(picture[20:24]) > 1000
