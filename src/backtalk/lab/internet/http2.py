"""HTTP/2 by h2."""

from __future__ import annotations

import asyncio

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, RequestReceived, StreamEnded, StreamReset, WindowUpdated
from h2.exceptions import H2Error

from backtalk.lab.internet.hosts import answer
from backtalk.lab.internet.message import Headers, Request
from backtalk.lab.internet.spoken import BODY_KEPT, head, host_name, token

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class Http2:
    """One HTTP/2 connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._http = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        self._asked: dict[int, Headers] = {}
        self._bodies: dict[int, bytes] = {}
        self._unsent: dict[int, bytes] = {}
        self._http.initiate_connection()
        self._flush()

    def receive(self, data: bytes) -> None:
        try:
            for event in self._http.receive_data(data):
                self._take(event)
        except H2Error:
            self._transport.write(self._http.data_to_send())
            self._transport.close()
            return
        self._flush()

    def _take(self, event: object) -> None:
        if isinstance(event, RequestReceived):
            fields = tuple(
                (bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in event.headers
            )
            self._asked[event.stream_id], self._bodies[event.stream_id] = fields, b""
        elif isinstance(event, DataReceived):
            kept = self._bodies.get(event.stream_id, b"") + event.data
            self._bodies[event.stream_id] = kept[:BODY_KEPT]
            self._http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            self._answer(event.stream_id)
        elif isinstance(event, StreamReset):
            for waiting in (self._asked, self._bodies, self._unsent):
                waiting.pop(event.stream_id, None)
        elif isinstance(event, WindowUpdated):
            for stream in list(self._unsent):
                self._send_on(stream)
        elif isinstance(event, ConnectionTerminated):
            self._transport.close()

    def _answer(self, stream: int) -> None:
        fields, body = self._asked.pop(stream), self._bodies.pop(stream)
        pseudo = {name: value for name, value in fields if name.startswith(":")}
        authority = pseudo.get(":authority", "") or next((value for name, value in fields if name == "host"), "")
        given = answer(
            Request(
                method=pseudo.get(":method", ""),
                host=host_name(authority),
                target=pseudo.get(":path", "/"),
                headers=tuple(field for field in fields if not field[0].startswith(":")),
                body=body,
                token=token(),
            )
        )
        silent = not given.body or pseudo.get(":method") == "HEAD"
        self._http.send_headers(stream, [(":status", str(given.status)), *head(given)], end_stream=silent)
        if not silent:
            self._unsent[stream] = given.body
            self._send_on(stream)

    def _send_on(self, stream: int) -> None:
        """Send as much of the body as the client has room for."""
        left = self._unsent[stream]
        while left:
            room = min(self._http.local_flow_control_window(stream), self._http.max_outbound_frame_size)
            if room <= 0:
                break
            now, left = left[:room], left[room:]
            self._http.send_data(stream, now, end_stream=not left)
        self._unsent[stream] = left
        if not left:
            del self._unsent[stream]

    def _flush(self) -> None:
        self._transport.write(self._http.data_to_send())
