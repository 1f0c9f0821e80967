"""What the server needs of a language: to be given bytes. Answers go to the transport."""

from __future__ import annotations

import secrets
from email.utils import formatdate
from typing import Protocol

from backtalk.lab.internet.message import Answer, Headers

BODY_KEPT = 1 << 20
"""How much of a request's body a host gets to see, in bytes; the rest is read and dropped."""

_BODYLESS = frozenset({204, 304})


class Spoken(Protocol):
    """One connection in one language."""

    def receive(self, data: bytes) -> None:
        """Take bytes from the client and answer what is complete."""


def token() -> str:
    """Random letters and digits, fresh for each request."""
    return secrets.token_hex(16)


def host_name(authority: str) -> str:
    """The host of `host:port`, lower case, without a final dot."""
    host, colon, port = authority.rpartition(":")
    return (host if colon and port.isdigit() else authority).lower().rstrip(".")


def head(answer: Answer) -> Headers:
    """The response's header fields, in lower case."""
    shared = (("date", formatdate(usegmt=True)), ("server", "nginx"))
    kind = (("content-type", answer.kind),) if answer.kind else ()
    named = {name for name, _ in answer.headers}
    caching = () if "cache-control" in named else (("cache-control", "no-store"),)
    length = () if answer.status in _BODYLESS else (("content-length", str(len(answer.body))),)
    return (*shared, *kind, *length, *caching, *answer.headers)
