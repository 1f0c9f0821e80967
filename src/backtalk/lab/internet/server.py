"""A real server for every port: TLS, HTTP/2, HTTP/1.1 or none of them, told by the first bytes."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from pathlib import Path

from backtalk.lab.internet.http1 import Http1
from backtalk.lab.internet.http2 import PREFACE, Http2
from backtalk.lab.internet.spoken import Spoken

_TLS_HANDSHAKE = 0x16
_REQUEST = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP/1\.[01]\r?\n")
_UNDECIDED = 65536


async def serve(address: str, port: int, certificate: Path) -> None:
    """Answer on `address`:`port` until cancelled. `certificate` holds key and certificate in PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    loop = asyncio.get_running_loop()
    listener = socket.create_server((address, port), backlog=512)
    listener.setblocking(False)
    with listener:
        tasks: set[asyncio.Task[None]] = set()
        while True:
            connection, _ = await loop.sock_accept(listener)
            task = loop.create_task(_greet(connection, context))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


async def _greet(connection: socket.socket, context: ssl.SSLContext) -> None:
    """Look at the first byte without taking it, then speak as it asks."""
    loop = asyncio.get_running_loop()
    connection.setblocking(False)
    readable = asyncio.Event()
    loop.add_reader(connection, readable.set)
    try:
        await readable.wait()
        loop.remove_reader(connection)
        first = connection.recv(1, socket.MSG_PEEK)
        secure = context if first and first[0] == _TLS_HANDSHAKE else None
        await loop.connect_accepted_socket(Connection, connection, ssl=secure)
    except OSError:  # the client went away, or its TLS failed (ssl.SSLError is one)
        loop.remove_reader(connection)
        connection.close()


class Connection(asyncio.Protocol):
    """One connection: hands its bytes to the language that its first ones are in."""

    def __init__(self) -> None:
        self._spoken: Spoken | None = None
        self._begun = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        tls = transport.get_extra_info("ssl_object")
        if tls is not None and tls.selected_alpn_protocol() == "h2":
            self._spoken = Http2(transport)

    def data_received(self, data: bytes) -> None:
        if self._spoken is None:
            self._begun += data
            self._spoken = self._recognise(self._begun)
            data, self._begun = self._begun if self._spoken is not None else b"", self._begun[:_UNDECIDED]
        if self._spoken is not None and data:
            self._spoken.receive(data)

    def _recognise(self, begun: bytes) -> Spoken | None:
        """What is spoken; None while that is open, and for what is not HTTP: it is heard in silence."""
        if begun.startswith(PREFACE):
            return Http2(self._transport)
        return Http1(self._transport) if _REQUEST.match(begun) else None

    def eof_received(self) -> bool:
        return False  # closes politely
