"""Runs inside mitmproxy's own environment: writes each thing seen as one record, before it is passed on.

Started as `mitmdump -s addon.py` with BACKTALK_RECORDS naming the file. It imports nothing of
Backtalk, because it is another Python environment. Bodies are streamed: each chunk is a record, so an
unfinished body is on disk and memory stays bounded. A record that cannot be written ends the process
with exit status 74: a session that goes on unrecorded would look like a quiet one.

mitmproxy 11 loses three things by itself, which are caught here: request heads it cannot parse or
that never end, long request lines over cleartext (taken for raw TCP), and text that is no HTTP (taken
for HTTP and refused).
"""

from __future__ import annotations

import os
import re
import struct
import time
import zlib
from collections.abc import Callable, Iterator

import msgpack  # type: ignore[import-not-found]  # only mitmproxy's environment has it
from mitmproxy import connection, http, tcp, tls
from mitmproxy.net.tls import starts_like_tls_record
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.layers import HttpLayer, TCPLayer
from mitmproxy.proxy.layers.http import HTTPMode
from mitmproxy.proxy.layers.http._http1 import Http1Server
from mitmproxy.proxy.layers.tls import HTTP_ALPNS

MAGIC = b"BTREC\x00\x01\n"
UNWRITABLE = 74
"""sysexits.h, EX_IOERR."""

REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} \S+ HTTP/1\.[01]\r?\n")
REQUEST_LINE_BEGUN = re.compile(rb"[A-Z]{3,32} (?:/|\*|https?:)\S*(?: [HTP/1.0\r]{0,9})?\Z")

Address = list[str | int]
Fields = list[list[bytes]]
Value = str | bytes | int | float | bool | Address | Fields


class Records:
    """The record file: appended to by whole frames, without any buffer of our own."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        if not os.fstat(self._file).st_size:
            self._write(MAGIC)

    def put(self, kind: str, **values: Value) -> None:
        payload = msgpack.packb({"t": kind, "at": time.time(), **values})
        self._write(struct.pack("<II", len(payload), zlib.crc32(payload)) + payload)

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._file, left) :]
        except OSError as failure:
            os.write(2, f"records cannot be written: {failure}\n".encode())
            os._exit(UNWRITABLE)


RECORDS = Records(os.environ["BACKTALK_RECORDS"])


def text(value: bytes | str | None) -> str:
    """Any bytes as text: UTF-8, or else each byte as the letter of its number."""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    value = value or b""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def address(given: tuple[object, ...] | None) -> Address:
    return [text(str(given[0])), int(str(given[1]))] if given else ["", 0]


def fields(message: http.Request | http.Response) -> Fields:
    return [[bytes(name), bytes(value)] for name, value in message.headers.fields]


def host_of(flow: http.HTTPFlow) -> str:
    """Who was asked: authority, else Host, else SNI, else the address dialled."""
    named = text(flow.request.data.authority) or text(flow.request.headers.get("host", ""))
    bare = re.sub(r":\d*\Z", "", named.strip())
    return str(bare or flow.client_conn.sni or address(flow.server_conn.address)[0]).lower()


def recorder(kind: str, flow: str) -> Callable[[bytes], bytes]:
    def passed(data: bytes) -> bytes:
        if data:
            RECORDS.put(kind, flow=flow, data=data)
        return data

    return passed


class Backtalk:
    """mitmproxy's hooks, each turned into one record."""

    def client_connected(self, client: connection.Client) -> None:
        RECORDS.put("open", conn=client.id, peer=address(client.peername), server=address(client.sockname))

    def client_disconnected(self, client: connection.Client) -> None:
        RECORDS.put("close", conn=client.id)

    def tls_established_client(self, data: tls.TlsData) -> None:
        self._handshake(data, ok=True)

    def tls_failed_client(self, data: tls.TlsData) -> None:
        self._handshake(data, ok=False)

    def _handshake(self, data: tls.TlsData, ok: bool) -> None:
        RECORDS.put(
            "tls",
            conn=data.conn.id,
            sni=text(data.conn.sni),
            ok=ok,
            error=text(data.conn.error),
            alpn=text(data.conn.alpn),
        )

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Choose between HTTP/1 and raw TCP where neither TLS nor ALPN decides: before mitmproxy guesses."""
        context, data = nextlayer.context, nextlayer.data_client()
        if context.client.alpn in HTTP_ALPNS or starts_like_tls_record(data):
            return
        is_http = not nextlayer.data_server() and (REQUEST_LINE.match(data) or REQUEST_LINE_BEGUN.match(data))
        nextlayer.layer = HttpLayer(context, HTTPMode.transparent) if is_http else TCPLayer(context)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        request = flow.request
        RECORDS.put(
            "request",
            flow=flow.id,
            conn=flow.client_conn.id,
            method=text(request.data.method),
            scheme=text(request.data.scheme),
            host=host_of(flow),
            port=address(flow.server_conn.address)[1],
            path=text(request.data.path),
            http=text(request.data.http_version),
            server=address(flow.server_conn.address),
            sni=text(flow.client_conn.sni),
            headers=fields(request),
        )
        request.stream = recorder("request-data", flow.id)

    def request(self, flow: http.HTTPFlow) -> None:
        RECORDS.put("request-end", flow=flow.id)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        RECORDS.put("response", flow=flow.id, status=flow.response.status_code, headers=fields(flow.response))
        flow.response.stream = recorder("response-data", flow.id)

    def response(self, flow: http.HTTPFlow) -> None:
        RECORDS.put("response-end", flow=flow.id)

    def error(self, flow: http.HTTPFlow) -> None:
        RECORDS.put("error", flow=flow.id, message=text(flow.error.msg if flow.error else ""))

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        message = flow.websocket.messages[-1]
        RECORDS.put("websocket", flow=flow.id, sent=message.from_client, text=message.is_text, data=message.content)
        flow.websocket.messages.clear()

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        RECORDS.put("websocket-end", flow=flow.id)

    def tcp_start(self, flow: tcp.TCPFlow) -> None:
        opened(flow.id, flow.client_conn, flow.server_conn)

    def tcp_message(self, flow: tcp.TCPFlow) -> None:
        message = flow.messages[-1]
        RECORDS.put("tcp", flow=flow.id, sent=message.from_client, data=message.content)
        flow.messages.clear()

    def tcp_end(self, flow: tcp.TCPFlow) -> None:
        RECORDS.put("tcp-end", flow=flow.id)

    def tcp_error(self, flow: tcp.TCPFlow) -> None:
        self.error(flow)
        RECORDS.put("tcp-end", flow=flow.id)


def opened(flow: str, client: connection.Client, server: connection.Server) -> None:
    RECORDS.put("tcp-open", flow=flow, conn=client.id, server=address(server.address), sni=text(client.sni))


_read_headers = Http1Server.read_headers


def read_headers(self: Http1Server, event: events.ConnectionEvent) -> Iterator[commands.Command]:
    """Http1Server.read_headers, except that a head which is refused or never ends is recorded as raw bytes."""
    waiting = bytes(self.buf)
    yield from _read_headers(self, event)
    ended = isinstance(event, events.ConnectionClosed)
    if self.request is None and waiting.strip() and (ended or self.state == self.done):
        flow = f"{self.conn.id}/{self.stream_id}"
        opened(flow, self.context.client, self.context.server)
        RECORDS.put("tcp", flow=flow, sent=True, data=waiting)
        RECORDS.put("error", flow=flow, message="the request head " + ("never ended" if ended else "is no HTTP/1"))
        RECORDS.put("tcp-end", flow=flow)


Http1Server.read_headers = read_headers

addons = [Backtalk()]
