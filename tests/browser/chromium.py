"""Chromium without a window, spoken to over two pipes in its own protocol (DevTools): JSON, message by message."""

import base64
import fcntl
import json
import os
import select
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.browser.recipe import installed
from tests.servers.kinds import ServerError

ANSWER_SECONDS = 60
_HEIGHT = 900
_FLAGS = (
    "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage",
    "--remote-debugging-pipe", "--force-color-profile=srgb", "--font-render-hinting=none", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


class Page:
    """One page in the browser, as wide as a phone or a desktop, light or dark."""

    def __init__(self, browser: "Browser", session: str, address: str) -> None:
        self._browser = browser
        self._session = session
        self.address = address

    def send(self, method: str, **parameters: Any) -> Any:  # noqa: ANN401 - the protocol's own answers
        """Ask something of the page and give the answer."""
        return self._browser.send(method, self._session, **parameters)

    def run(self, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
        """Run a script of ours in the page, whatever the page itself forbids."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """Give a PNG of the whole page."""
        height = self.run("Math.ceil(document.documentElement.getBoundingClientRect().height)")
        width = self.run("window.innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self.send("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    @property
    def requests(self) -> list[str]:
        """Every address that the page asked for, its own first."""
        return [event["request"]["url"] for event in self._browser.heard("Network.requestWillBeSent", self._session)]

    @property
    def refused(self) -> list[str]:
        """Why requests came to nothing, in the browser's words."""
        failed = self._browser.heard("Network.loadingFailed", self._session)
        return [event.get("blockedReason", event["errorText"]) for event in failed]


class Browser:
    """The browser at the other end of the pipes."""

    def __init__(self, reading: int, writing: int, home: Path) -> None:
        self._reading, self._writing, self._home = reading, writing, home
        self._buffer = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def open(self, html: str, *, width: int, dark: bool) -> Page:
        """Show a page, and come back when it is loaded."""
        file = self._home / f"page-{self._number}.html"
        file.write_text(html, "utf-8")
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, file.as_uri())
        page.send("Page.enable")
        page.send("Network.enable")
        page.send("Emulation.setDeviceMetricsOverride", width=width, height=_HEIGHT, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.send("Emulation.setEmulatedMedia", features=[scheme])
        page.send("Page.navigate", url=page.address)
        self._wait_for("Page.loadEventFired", session)
        return page

    def send(self, method: str, session: str | None = None, **parameters: Any) -> Any:  # noqa: ANN401 - the protocol's own answers
        """Ask something of the browser and give the answer."""
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise ServerError(f"Chromium refused {method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def heard(self, method: str, session: str) -> list[dict[str, Any]]:
        """Give what was said of an event of a page so far."""
        return [one["params"] for one in self.events if one["method"] == method and one.get("sessionId") == session]

    def _wait_for(self, method: str, session: str) -> None:
        while not self.heard(method, session):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + ANSWER_SECONDS
        while b"\0" not in self._buffer:
            left = until - time.monotonic()
            ready, _, _ = select.select([self._reading], [], [], max(left, 0))
            piece = os.read(self._reading, 1 << 16) if ready else b""
            if not piece:
                raise ServerError(f"Chromium said nothing:\n{(self._home / 'log').read_text(errors='replace')[-2000:]}")
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start it, lend it, and end it with all its processes; ServerError where it is not in the cache."""
    command = installed()
    with tempfile.TemporaryDirectory(prefix="poolaudit-browser-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        theirs_in, ours_out = _pipe()
        ours_in, theirs_out = _pipe()
        pid = _spawn(command, home, theirs_in, theirs_out)
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(ours_in, ours_out, home)
        finally:
            os.close(ours_in)
            os.close(ours_out)
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _pipe() -> tuple[int, int]:
    """Make a pipe whose numbers are out of the way of 3 and 4, which the browser wants."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


def _spawn(command: Path, home: Path, reading: int, writing: int) -> int:
    flags = [*_FLAGS, f"--user-data-dir={home}/profile", f"--browser-subprocess-path={command}", "about:blank"]
    environment = {**os.environ, "HOME": str(home), "FONTCONFIG_FILE": str(command.parent / "fonts.conf")}
    log = os.O_WRONLY | os.O_CREAT
    return os.posix_spawn(
        command,
        [str(command), *flags],
        environment,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, reading, 3),
            (os.POSIX_SPAWN_DUP2, writing, 4),
            (os.POSIX_SPAWN_OPEN, 1, str(home / "log"), log, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setpgroup=0,
    )
