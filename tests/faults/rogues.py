"""A real server behind somebody who, at one statement, asks for a file of the client's host."""

import socket
from pathlib import Path
from typing import Any

from tests.collect.rogue import Behaviour, Proxy, packet, read_packet


class Nosy(Proxy):
    """Passes all on, but answers statement `ask_at` with a request for a local file; `received` is what then came."""

    def __init__(self, host: str, port: int, *, ask_at: int, file: Path) -> None:
        super().__init__(host, port)
        self._ask_at, self._file = ask_at, file
        self.asked = False
        self.received = b""

    def _requests(self, client: socket.socket, server: socket.socket, left: Any) -> None:  # noqa: ANN401, ARG002 - the proxy's own
        while True:
            number, payload = read_packet(client)
            if number == 0 and payload[:1] == b"\x03":
                self.statements.append(payload[1:].decode())
            if len(self.statements) == self._ask_at:
                return self._ask(client)
            server.sendall(packet(number, payload))

    def _ask(self, client: socket.socket) -> None:
        self.asked = True
        client.sendall(packet(1, b"\xfb" + bytes(self._file)))
        while chunk := client.recv(65536):
            self.received += chunk


def relayed_from(address: str, host: str, port: int) -> Behaviour:
    """Pass on what a server says to somebody from another address of this host: from 127.0.0.1 it blocks nobody."""

    def behave(client: socket.socket) -> None:
        with socket.create_connection((host, port), source_address=(address, 0)) as server:
            while chunk := server.recv(65536):
                client.sendall(chunk)

    return behave
