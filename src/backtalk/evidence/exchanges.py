"""From records, one an event, to exchanges, one a thing seen on the wire."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import singledispatchmethod
from typing import Literal
from urllib.parse import quote

from msgspec import Struct

from backtalk.evidence import records as rec
from backtalk.model.capture import Exchange, ExchangeKind, Gap, Part, PartName


class _Draft(Struct, kw_only=True):
    """An exchange in the making; pieces are joined once, at the end."""

    kind: ExchangeKind
    started: float
    ended: float
    host: str = ""
    address: str = ""
    port: int = 0
    secure: bool = False
    method: str = ""
    url: str = ""
    raw_url: bytes = b""
    status: int = 0
    error: str = ""
    head: bytes | None = None
    answer_head: bytes | None = None
    sent: list[bytes] = []
    received: list[bytes] = []
    sent_whole: bool = False
    received_whole: bool = False

    def parts(self) -> tuple[Part, ...]:
        match self.kind:
            case "http":
                return self._http_parts()
            case "tls":
                return tuple(Part(name="tls.sni", data=data) for data in self.sent)
            case "websocket":
                return self._two_ways("websocket.sent", "websocket.received")
            case _:
                return self._two_ways("tcp.sent", "tcp.received")

    def _http_parts(self) -> tuple[Part, ...]:
        parts = []
        if self.head is not None:
            parts.append(Part(name="request.url", data=self.raw_url))
            parts.append(Part(name="request.header", data=self.head))
        if self.sent or not self.sent_whole:
            parts.append(Part(name="request.body", data=b"".join(self.sent), complete=self.sent_whole))
        if self.answer_head is not None:
            parts.append(Part(name="response.header", data=self.answer_head))
        if self.received or (self.answer_head is not None and not self.received_whole):
            parts.append(Part(name="response.body", data=b"".join(self.received), complete=self.received_whole))
        return tuple(parts)

    def _two_ways(self, sent: PartName, received: PartName) -> tuple[Part, ...]:
        ways = ((sent, self.sent, self.sent_whole), (received, self.received, self.received_whole))
        return tuple(Part(name=name, data=b"".join(data), complete=whole) for name, data, whole in ways if data)

    def exchange(self, index: int, source: str) -> Exchange:
        return Exchange(
            index=index,
            kind=self.kind,
            source=source,
            started=self.started,
            ended=self.ended,
            host=self.host,
            address=self.address,
            port=self.port,
            secure=self.secure,
            method=self.method,
            url=self.url,
            status=self.status,
            parts=self.parts(),
            error=self.error,
        )


class _Assembler:
    """Takes records one by one. A record whose beginning was lost still makes an exchange: its bytes left."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.drafts: list[_Draft] = []
        self.http: dict[str, _Draft] = {}
        self.tcp: dict[str, _Draft] = {}
        self.servers: dict[str, rec.Endpoint] = {}
        self.tls: set[str] = set()
        self.failed: Counter[str] = Counter()
        self.lost = 0

    def name(self, given: str, sni: str, address: str) -> str:
        """The name asked for, lower case: as given, else by SNI, else by the lab's own answer, else the address."""
        host = given if given and given != address else sni or self.names.get(address, "") or given or address
        return host.lower().rstrip(".")

    def server(self, given: rec.Endpoint | None, conn: str) -> rec.Endpoint:
        """Whom the flow, else its connection, is with."""
        return given if given and given[0] else self.servers.get(conn, ("", 0))

    def begin(self, flows: dict[str, _Draft], flow: str, draft: _Draft) -> None:
        self.drafts.append(draft)
        flows[flow] = draft

    def ongoing(self, flows: dict[str, _Draft], kind: Literal["http", "tcp"], flow: str, at: float) -> _Draft:
        """The flow's draft; where its beginning was not recorded, one that says so."""
        draft = flows.get(flow)
        if draft is None:
            draft = _Draft(kind=kind, started=at, ended=at, error="its beginning was not recorded")
            self.begin(flows, flow, draft)
        draft.ended = at
        return draft

    @singledispatchmethod
    def add(self, record: rec.Record) -> None:
        """Close, WebSocketEnd: they add nothing to what is told here."""

    @add.register
    def _open(self, record: rec.Open) -> None:
        if record.server is not None:
            self.servers[record.conn] = record.server

    @add.register
    def _tls(self, record: rec.Tls) -> None:
        if record.ok:
            self.tls.add(record.conn)
            return
        address, port = self.server(None, record.conn)
        host = self.name("", record.sni, address)
        self.failed[host] += 1
        self.drafts.append(
            _Draft(
                kind="tls",
                started=record.at,
                ended=record.at,
                host=host,
                address=address,
                port=port,
                error=record.error or "the TLS handshake failed",
                sent=[record.sni.encode()] if record.sni else [],
            )
        )

    @add.register
    def _request(self, record: rec.Request) -> None:
        address, port = self.server(record.server, record.conn)
        raw = _url(record)
        draft = _Draft(
            kind="http",
            started=record.at,
            ended=record.at,
            host=self.name(record.host, record.sni, address),
            address=address,
            port=record.port or port,
            secure=record.scheme in {"https", "wss"},
            method=record.method,
            url=quote(raw, safe=string.punctuation),
            raw_url=raw,
            head=_block(record.headers),
        )
        self.begin(self.http, record.flow, draft)

    @add.register
    def _request_data(self, record: rec.RequestData) -> None:
        self.ongoing(self.http, "http", record.flow, record.at).sent.append(record.data)

    @add.register
    def _request_end(self, record: rec.RequestEnd) -> None:
        self.ongoing(self.http, "http", record.flow, record.at).sent_whole = True

    @add.register
    def _response(self, record: rec.Response) -> None:
        draft = self.ongoing(self.http, "http", record.flow, record.at)
        draft.status, draft.answer_head = record.status, _block(record.headers)

    @add.register
    def _response_data(self, record: rec.ResponseData) -> None:
        self.ongoing(self.http, "http", record.flow, record.at).received.append(record.data)

    @add.register
    def _response_end(self, record: rec.ResponseEnd) -> None:
        self.ongoing(self.http, "http", record.flow, record.at).received_whole = True

    @add.register
    def _websocket(self, record: rec.WebSocket) -> None:
        shake = self.http.get(record.flow) or _Draft(kind="http", started=0, ended=0)
        self.drafts.append(
            _Draft(
                kind="websocket",
                started=record.at,
                ended=record.at,
                host=shake.host,
                address=shake.address,
                port=shake.port,
                secure=shake.secure,
                url=shake.url,
                error="" if shake.host or shake.url else "its handshake was not recorded",
                sent=[record.data] if record.sent else [],
                received=[] if record.sent else [record.data],
                sent_whole=True,
                received_whole=True,
            )
        )

    @add.register
    def _tcp_open(self, record: rec.TcpOpen) -> None:
        address, port = self.server(record.server, record.conn)
        draft = _Draft(
            kind="tcp",
            started=record.at,
            ended=record.at,
            host=self.name("", record.sni, address),
            address=address,
            port=port,
            secure=record.conn in self.tls,
        )
        self.begin(self.tcp, record.flow, draft)

    @add.register
    def _tcp(self, record: rec.Tcp) -> None:
        draft = self.ongoing(self.tcp, "tcp", record.flow, record.at)
        (draft.sent if record.sent else draft.received).append(record.data)

    @add.register
    def _tcp_end(self, record: rec.TcpEnd) -> None:
        draft = self.ongoing(self.tcp, "tcp", record.flow, record.at)
        draft.sent_whole = draft.received_whole = True

    @add.register
    def _error(self, record: rec.Failed) -> None:
        draft = self.http.get(record.flow) or self.tcp.get(record.flow)
        if draft is None:
            self.lost += 1
        else:
            draft.ended, draft.error = record.at, record.message or "the flow failed"


def assemble(
    records: Iterable[rec.Record], source: str, names: Mapping[str, str]
) -> tuple[tuple[Exchange, ...], tuple[Gap, ...]]:
    """Group records into exchanges, counted from 0 in the order of each one's first record.

    `names` gives the name for an address that the lab invented. Bodies keep their content
    coding. Every failed TLS handshake is an exchange of its own and counts as a Gap.
    """
    assembler = _Assembler(names)
    for record in records:
        assembler.add(record)
    gaps = [
        Gap(kind="tls-failed", count=count, source=source, host=host)
        for host, count in sorted(assembler.failed.items())
    ]
    if assembler.lost:
        detail = "flows of which only their failure was recorded"
        gaps.append(Gap(kind="unrecorded", count=assembler.lost, source=source, detail=detail))
    return tuple(draft.exchange(index, source) for index, draft in enumerate(assembler.drafts)), tuple(gaps)


def dns_exchanges(queries: Iterable[rec.DnsQuery], source: str) -> tuple[Exchange, ...]:
    """Each DNS query as an exchange; `method` is the type of record asked for."""
    return tuple(
        Exchange(
            index=index,
            kind="dns",
            source=source,
            started=query.at,
            ended=query.at,
            host=query.name.lower().rstrip("."),
            port=53,
            method=query.type,
            parts=(Part(name="dns.name", data=query.name.encode()),),
        )
        for index, query in enumerate(queries)
    )


def _url(record: rec.Request) -> bytes:
    """The whole URL as bytes; the port only where it is not the scheme's own."""
    host = f"[{record.host}]" if ":" in record.host and not record.host.startswith("[") else record.host
    usual = {"http": 80, "ws": 80, "https": 443, "wss": 443}.get(record.scheme)
    port = f":{record.port}" if record.port not in {0, usual} else ""
    slash = "" if record.path.startswith("/") or not record.path else "/"
    return f"{record.scheme}://{host}{port}{slash}{record.path}".encode()


def _block(headers: rec.Headers) -> bytes:
    return b"".join(b"%s: %s\r\n" % field for field in headers)
