"""HTTP/1.1 by h11, and WebSocket by wsproto where a client asks for it."""

from __future__ import annotations

import asyncio

import h11
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.events import Request as Upgrade
from wsproto.utilities import RemoteProtocolError

from backtalk.lab.internet.hosts import answer, said_back
from backtalk.lab.internet.message import Request
from backtalk.lab.internet.spoken import BODY_KEPT, head, host_name, token

_HEAD_LIMIT = 1 << 20


class Http1:
    """One HTTP/1.1 connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT)
        self._asked: h11.Request | None = None
        self._body = b""
        self._socket: WebSocket | None = None

    def receive(self, data: bytes) -> None:
        if self._socket is not None:
            self._socket.receive(data)
            return
        self._http.receive_data(data)
        try:
            self._advance()
        except h11.RemoteProtocolError as refused:
            if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
                status = f"HTTP/1.1 {refused.error_status_hint} Bad Request"
                self._transport.write(f"{status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".encode())
            self._transport.close()

    def _advance(self) -> None:
        while self._socket is None:
            event = self._http.next_event()
            if event is h11.PAUSED:
                self._http.start_next_cycle()
            elif isinstance(event, h11.Request):
                self._asked, self._body = event, b""
            elif isinstance(event, h11.Data):
                self._body = (self._body + event.data)[:BODY_KEPT]
            elif isinstance(event, h11.EndOfMessage):
                self._answer()
                if self._http.our_state is h11.MUST_CLOSE:
                    self._transport.close()
                    return
            else:  # NEED_DATA, or the client has closed
                return

    def _answer(self) -> None:
        asked = self._asked
        assert asked is not None
        headers = tuple(
            (bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in asked.headers
        )
        named = next((value for name, value in headers if name == "host"), "")
        if ("upgrade", "websocket") in ((name, value.lower()) for name, value in headers):
            self._socket = WebSocket(self._transport, asked, host_name(named))
            return
        target = asked.target.decode("latin-1")
        if "://" in target:
            named, _, rest = target.partition("://")[2].partition("/")
            target = "/" + rest
        given = answer(
            Request(
                method=asked.method.decode("latin-1"),
                host=host_name(named),
                target=target,
                headers=headers,
                body=self._body,
                token=token(),
            )
        )
        self._send(h11.Response(status_code=given.status, headers=list(head(given)), reason=b""))
        if given.body and asked.method != b"HEAD":
            self._send(h11.Data(data=given.body))
        self._send(h11.EndOfMessage())

    def _send(self, event: h11.Response | h11.Data | h11.EndOfMessage) -> None:
        self._transport.write(self._http.send(event) or b"")


class WebSocket:
    """A WebSocket that says back what it hears, or what its host has to say to that."""

    def __init__(self, transport: asyncio.Transport, asked: h11.Request, host: str) -> None:
        self._transport, self._host = transport, host
        self._heard = ""
        self._socket = WSConnection(ConnectionType.SERVER)
        lines = [
            asked.method + b" " + asked.target + b" HTTP/1.1",
            *(name + b": " + value for name, value in asked.headers),
        ]
        self.receive(b"\r\n".join(lines) + b"\r\n\r\n")

    def receive(self, data: bytes) -> None:
        try:
            self._socket.receive_data(data)
            for event in self._socket.events():
                if isinstance(event, Upgrade):
                    self._say(AcceptConnection(subprotocol=next(iter(event.subprotocols), None)))
                elif isinstance(event, TextMessage):
                    self._hear(event)
                elif isinstance(event, BytesMessage):
                    self._say(BytesMessage(data=bytes(event.data), message_finished=event.message_finished))
                elif isinstance(event, Ping):
                    self._say(event.response())
                elif isinstance(event, CloseConnection):
                    self._say(event.response())
                    self._transport.close()
                    return
        except RemoteProtocolError:
            self._transport.close()

    def _hear(self, event: TextMessage) -> None:
        self._heard = (self._heard + event.data)[:BODY_KEPT]
        if event.message_finished:
            said, self._heard = said_back(self._host, self._heard, token()), ""
            if said is not None:
                self._say(TextMessage(data=said))

    def _say(self, event: Event) -> None:
        self._transport.write(self._socket.send(event))
