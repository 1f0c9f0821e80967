"""What a host is asked and what it answers, the same over HTTP/1.1 and HTTP/2."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from msgspec import Struct

Headers = tuple[tuple[str, str], ...]
HTML, JSON, CSS, SCRIPT, TEXT = (
    "text/html; charset=utf-8",
    "application/json; charset=utf-8",
    "text/css; charset=utf-8",
    "text/javascript; charset=utf-8",
    "text/plain; charset=utf-8",
)


class Request(Struct, frozen=True, kw_only=True):
    """One request. `host` is lower case without port; header names are lower case.

    `token` is random and fresh for each request: the only thing in the lab's internet that is.
    """

    method: str
    host: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    token: str = ""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, percent-decoded; the last of each name."""
        parsed = parse_qs(self.target.partition("?")[2], keep_blank_values=True, max_num_fields=None)
        return {name: values[-1] for name, values in parsed.items()}

    def header(self, name: str) -> str:
        """The header's value; empty if there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def is_navigation(self) -> bool:
        """Whether a page was asked for, to be shown as one."""
        destination = self.header("sec-fetch-dest")
        wants = destination == "document" if destination else "text/html" in self.header("accept")
        return self.method == "GET" and wants

    def on(self, *domains: str) -> bool:
        """Whether the host is one of `domains` or below one."""
        return any(self.host == domain or self.host.endswith("." + domain) for domain in domains)


class Answer(Struct, frozen=True, kw_only=True):
    """One response. Content-Length, Date and Server are the server's to add."""

    status: int = 200
    kind: str = ""
    body: bytes = b""
    headers: Headers = ()


Host = Callable[[Request], Answer | None]
"""A kind of host: its answer, or None where the request is not for it."""


def page(text: str, *headers: tuple[str, str]) -> Answer:
    """A page of HTML."""
    return Answer(kind=HTML, body=text.encode(), headers=headers)


def nothing(status: int = 204) -> Answer:
    """An answer without content."""
    return Answer(status=status)


def visit_cookie(request: Request, name: str, attributes: str = "Path=/; Secure; HttpOnly; SameSite=Lax") -> Headers:
    """The header that gives a first visitor a cookie of its own; nothing for a visitor who has it."""
    try:
        known = name in SimpleCookie(request.header("cookie"))
    except CookieError:
        known = False
    return () if known else (("set-cookie", f"{name}={request.token}; {attributes}"),)
