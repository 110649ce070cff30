"""POSTs to a real HTTP server."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from poolaudit.mail.delivery import Delivered, DeliveryError
from poolaudit.mail.hook import TRIES, Hook
from tests.collect.certificates import Authority

KEY = "canary-T0KEN"
BODY = json.dumps({"text": "db1: 2 errors"}).encode()


@dataclass
class Chat:
    """What came in, and the statuses that it answers with, one after another; 200 where there is none left."""

    statuses: list[int] = field(default_factory=list)
    closes: int = 0
    port: int = 0
    bodies: list[bytes] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)


@contextmanager
def chat(chat: Chat, tls: ssl.SSLContext | None = None) -> Iterator[Chat]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            chat.bodies.append(body)
            chat.ids.append(self.headers["Idempotency-Key"])
            if chat.closes:
                chat.closes -= 1
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(chat.statuses.pop(0) if chat.statuses else 200)
            self.end_headers()
            self.wfile.write(b"said \x1b[31mso")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    chat.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hook(chat: Chat) -> Hook:
    return Hook(f"http://127.0.0.1:{chat.port}/services/{KEY}", timeout_seconds=10, pause_seconds=0)


def refused(hook: Hook) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        hook.post(BODY, "<1@example.com>")
    assert KEY not in f"{caught.value!r} {caught.value.hint} {hook!r} {hook}"
    return caught.value


def test_a_document_arrives() -> None:
    with chat(Chat()) as one:
        assert hook(one).post(BODY, "<1@example.com>") == Delivered()
    assert (one.bodies, one.ids) == ([BODY], ["<1@example.com>"])


@pytest.mark.parametrize("one", [Chat(statuses=[503, 429]), Chat(closes=2)], ids=["busy", "closed"])
def test_it_is_tried_again_as_the_same_one(one: Chat) -> None:
    with chat(one):
        hook(one).post(BODY, "<1@example.com>")
    assert (one.bodies, set(one.ids)) == ([BODY] * 3, {"<1@example.com>"})


def test_not_for_ever() -> None:
    with chat(Chat(statuses=[503] * 10)) as one:
        error = refused(hook(one))
    assert error.message == f"http://127.0.0.1:{one.port}/… answered 503: said [31mso"
    assert len(one.bodies) == TRIES
    assert not error.is_lasting


@pytest.mark.parametrize("status", [400, 404, 410])
def test_what_would_fail_again_is_not_tried_again(status: int) -> None:
    with chat(Chat(statuses=[status])) as one:
        error = refused(hook(one))
    assert error.is_lasting
    assert len(one.bodies) == 1


def test_a_redirect_is_not_followed() -> None:
    with chat(Chat(statuses=[302])) as one:
        assert "answered 302" in refused(hook(one)).message
    assert len(one.bodies) == 1


def test_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert refused(Hook(f"http://127.0.0.1:{port}/{KEY}", pause_seconds=0)).message.endswith(
        "the connection was refused"
    )


@pytest.mark.slow
def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        error = refused(Hook(f"http://127.0.0.1:{mute.getsockname()[1]}/{KEY}", timeout_seconds=0.2, pause_seconds=0))
    assert error.message.endswith("no answer in time")


def test_tls_is_checked(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pair = authority.issue("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    with chat(Chat(), context) as one:
        url = f"https://127.0.0.1:{one.port}/{KEY}"
        Hook(url, str(authority.pair.cert), timeout_seconds=10, pause_seconds=0).post(BODY, "<1@example.com>")
        assert "TLS failed" in refused(Hook(url, timeout_seconds=10, pause_seconds=0)).message
    assert len(one.bodies) == 1
