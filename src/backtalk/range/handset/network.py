"""How a page comes over the network: what is asked for, what comes, and one way that really asks."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

LARGEST = 4 << 20
"""Bytes of an answer that are read; what is over is left."""
PATIENCE = 15.0
"""Seconds that each step of the way may take."""


class Request(Struct, frozen=True, kw_only=True):
    """One request of one program. `number` tells it from all others of the handset."""

    number: int
    app: str
    url: str
    kind: Literal["page", "resource", "download"] = "page"
    headers: dict[str, str] = {}


class Reply(Struct, frozen=True, kw_only=True):
    """What came; `error` as a browser names it where nothing did. `url` is where redirections led."""

    url: str
    status: int = 0
    type: str = ""
    body: bytes = b""
    cookies: tuple[str, ...] = ()
    error: str = ""


Fetcher = Callable[[Request], Reply]
"""Called in a thread of its own; it raises nothing."""


class Urllib:
    """Asks with Python's own client: HTTP/1.1, no proxy, redirections followed, names resolved by the machine.

    `authority` is a file of certificates to trust besides the machine's, as when a CA is put on a phone.
    """

    def __init__(self, authority: str | None = None) -> None:
        context = ssl.create_default_context()
        if authority:
            context.load_verify_locations(authority)
        handlers = (urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        self._opener = urllib.request.build_opener(*handlers)
        self._opener.addheaders = []

    def __call__(self, request: Request) -> Reply:
        """What came, whatever it is."""
        if urlsplit(request.url).scheme not in {"http", "https"}:
            return Reply(url=request.url, error="ERR_UNKNOWN_URL_SCHEME")
        try:
            asked = urllib.request.Request(request.url, headers=request.headers)  # noqa: S310  (http and https alone)
            with self._opener.open(asked, timeout=PATIENCE) as answer:
                return _reply(answer.url, answer.status, answer.headers, answer.read(LARGEST))
        except urllib.error.HTTPError as error:
            with error:
                return _reply(error.url, error.code, error.headers, error.read(LARGEST))
        except urllib.error.URLError as error:
            return Reply(url=request.url, error=_named(error.reason))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Reply(url=request.url, error=_named(error))


def _reply(url: str, status: int, headers: Message, body: bytes) -> Reply:
    cookies = tuple(headers.get_all("set-cookie") or ())[:64]
    return Reply(url=url, status=status, type=headers.get_content_type(), body=body, cookies=cookies)


def _named(reason: object) -> str:
    if isinstance(reason, ssl.SSLError):
        return (
            "ERR_CERT_AUTHORITY_INVALID"
            if isinstance(reason, ssl.SSLCertVerificationError)
            else "ERR_SSL_PROTOCOL_ERROR"
        )
    if isinstance(reason, ConnectionRefusedError):
        return "ERR_CONNECTION_REFUSED"
    if isinstance(reason, TimeoutError):
        return "ERR_CONNECTION_TIMED_OUT"
    if isinstance(reason, socket.gaierror):
        return "ERR_NAME_NOT_RESOLVED"
    return "ERR_CONNECTION_RESET" if isinstance(reason, ConnectionError) else "ERR_FAILED"
