"""What the gateway writes down while it records: one type a kind of event."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Time = Annotated[float, Meta(ge=0.0, le=1e11)]
"""UTC epoch seconds; the limits keep out NaN and infinity."""

Port = Annotated[int, Meta(ge=0, le=65535)]
Endpoint = tuple[str, Port]
"""Address and port; an empty address where it is not known."""

Headers = tuple[tuple[bytes, bytes], ...]


class Open(Struct, frozen=True, kw_only=True, tag_field="t", tag="open"):
    """The subject has connected from `peer` to what it believes is `server`."""

    at: Time
    conn: str
    peer: Endpoint | None = None
    server: Endpoint | None = None


class Close(Struct, frozen=True, kw_only=True, tag_field="t", tag="close"):
    """The connection is over."""

    at: Time
    conn: str


class Tls(Struct, frozen=True, kw_only=True, tag_field="t", tag="tls"):
    """The subject's TLS handshake has finished or failed."""

    at: Time
    conn: str
    sni: str = ""
    ok: bool = True
    error: str = ""
    alpn: str = ""


class Request(Struct, frozen=True, kw_only=True, tag_field="t", tag="request"):
    """The head of an HTTP request. `host` is its authority or Host, else the SNI; `path` includes the query."""

    at: Time
    flow: str
    conn: str = ""
    method: str = ""
    scheme: str = ""
    host: str = ""
    port: Port = 0
    path: str = ""
    http: str = ""
    server: Endpoint | None = None
    sni: str = ""
    headers: Headers = ()


class RequestData(Struct, frozen=True, kw_only=True, tag_field="t", tag="request-data"):
    """A piece of a request's body, content coding still on."""

    at: Time
    flow: str
    data: bytes


class RequestEnd(Struct, frozen=True, kw_only=True, tag_field="t", tag="request-end"):
    """The request is whole."""

    at: Time
    flow: str


class Response(Struct, frozen=True, kw_only=True, tag_field="t", tag="response"):
    """The head of an HTTP response."""

    at: Time
    flow: str
    status: Annotated[int, Meta(ge=0, le=999)] = 0
    headers: Headers = ()


class ResponseData(Struct, frozen=True, kw_only=True, tag_field="t", tag="response-data"):
    """A piece of a response's body, content coding still on."""

    at: Time
    flow: str
    data: bytes


class ResponseEnd(Struct, frozen=True, kw_only=True, tag_field="t", tag="response-end"):
    """The response is whole."""

    at: Time
    flow: str


class WebSocket(Struct, frozen=True, kw_only=True, tag_field="t", tag="websocket"):
    """One WebSocket message, `sent` by the subject or received."""

    at: Time
    flow: str
    sent: bool
    data: bytes
    text: bool = False


class WebSocketEnd(Struct, frozen=True, kw_only=True, tag_field="t", tag="websocket-end"):
    """The WebSocket is over."""

    at: Time
    flow: str


class TcpOpen(Struct, frozen=True, kw_only=True, tag_field="t", tag="tcp-open"):
    """A stream that is not HTTP begins (inside TLS where the connection has a handshake)."""

    at: Time
    flow: str
    conn: str = ""
    server: Endpoint | None = None
    sni: str = ""


class Tcp(Struct, frozen=True, kw_only=True, tag_field="t", tag="tcp"):
    """Bytes of such a stream, `sent` by the subject or received."""

    at: Time
    flow: str
    sent: bool
    data: bytes


class TcpEnd(Struct, frozen=True, kw_only=True, tag_field="t", tag="tcp-end"):
    """The stream is over."""

    at: Time
    flow: str


class Failed(Struct, frozen=True, kw_only=True, tag_field="t", tag="error"):
    """A flow has ended early."""

    at: Time
    flow: str
    message: str = ""


class DnsQuery(Struct, frozen=True, kw_only=True):
    """One line of dns.jsonl: a name asked for, and the address that the lab gave it (empty when none)."""

    at: Time
    name: str
    type: str = ""
    answer: str = ""
    client: str = ""


Record = (
    Open
    | Close
    | Tls
    | Request
    | RequestData
    | RequestEnd
    | Response
    | ResponseData
    | ResponseEnd
    | WebSocket
    | WebSocketEnd
    | TcpOpen
    | Tcp
    | TcpEnd
    | Failed
)
