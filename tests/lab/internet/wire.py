"""A connection to the synthetic internet without a network: what is fed in, what is answered."""

from __future__ import annotations

import asyncio

from backtalk.lab.internet.message import Request
from backtalk.lab.internet.server import Connection

TOKEN = "0123456789abcdef0123456789abcdef"


class Pipe(asyncio.Transport):
    """A transport that keeps what is written to it."""

    def __init__(self):
        super().__init__()
        self.written, self.closed = b"", False

    def write(self, data):
        self.written += bytes(data)

    def close(self):
        self.closed = True


def connect():
    """A new connection and its pipe."""
    pipe, connection = Pipe(), Connection()
    connection.connection_made(pipe)
    return connection, pipe


def asked(url, method="GET", body=b"", **headers):
    """A request as the hosts get it; `accept_language="de"` is a header."""
    _, _, rest = url.partition("://")
    host, slash, target = rest.partition("/")
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request(method=method, host=host, target=slash + target or "/", headers=named, body=body, token=TOKEN)


def navigated(url, **headers):
    """The request that a browser sends for a page to be shown."""
    return asked(url, accept="text/html,application/xhtml+xml", sec_fetch_dest="document", **headers)
