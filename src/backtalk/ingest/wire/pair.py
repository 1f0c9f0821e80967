"""A request and its response while they are being read, and what is known of their connection."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from backtalk.evidence import assemble
from backtalk.evidence import records as rec
from backtalk.model.capture import Exchange

LONGEST = 64 << 20
"""Bytes of a body that are kept; a longer one is told as incomplete."""
PAIR, RECORD = 1024, 128
"""Bytes of memory that a pair takes, and each of its records, besides what they hold."""


class Peer(Struct):
    """What is known of a connection so far. `names` gives a name for an address, from the DNS answers seen."""

    source: str
    server: rec.Endpoint
    names: Mapping[str, str]
    secure: bool = False
    sni: str = ""
    app: str = ""


def parts_of(authority: str) -> tuple[str, int]:
    """Host and port of an authority; 0 where it names no port."""
    host, colon, port = authority.rpartition(":")
    if colon and port.isdecimal() and len(port) < 6 and int(port) < 65536 and not host.endswith(":"):
        return host, int(port)
    return authority, 0


class Pair:
    """Collects one request with its response, in the records that the lab's own gateway writes."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._records: list[rec.Record] = []
        self._sizes, self._kept = {True: 0, False: 0}, {True: 0, False: 0}
        self.method, self.status = "", 0
        self.held = PAIR
        """Bytes of memory that it takes, about."""
        self.asked = self.answered = False

    def request(
        self, at: float, *, method: str, path: str, authority: str, version: str, headers: rec.Headers, scheme: str = ""
    ) -> None:
        """The request's head."""
        host, port = parts_of(authority)
        self.method = method
        record = rec.Request(
            at=at,
            flow="",
            method=method,
            scheme=scheme or ("https" if self._peer.secure else "http"),
            host=host.strip("[]") or self._peer.sni,
            port=port or self._peer.server[1],
            path=path,
            http=version,
            server=self._peer.server,
            sni=self._peer.sni,
            headers=headers,
        )
        self._records.append(record)
        self.held += len(path) + _size(headers)

    def response(self, at: float, status: int, headers: rec.Headers) -> None:
        """The response's head."""
        self.status = status
        self._records.append(rec.Response(at=at, flow="", status=status, headers=headers))
        self.held += _size(headers)

    def trailers(self, headers: rec.Headers, *, sent: bool) -> None:
        """Fields that came behind the body: they are told with those before it."""
        kind = rec.Request if sent else rec.Response
        self.held += _size(headers)
        for index, record in enumerate(self._records):
            if isinstance(record, kind):
                self._records[index] = msgspec.structs.replace(record, headers=(*record.headers, *headers))

    def data(self, at: float, data: bytes, *, sent: bool) -> None:
        """A piece of a body."""
        room = LONGEST - self._kept[sent]
        self._sizes[sent] += len(data)
        self._kept[sent] += len(data)
        if room > 0 and data:
            kind = rec.RequestData if sent else rec.ResponseData
            self._records.append(kind(at=at, flow="", data=data[:room]))
            self.held += RECORD + min(len(data), room)

    def end(self, at: float, *, sent: bool) -> None:
        """One direction has said all, and all of it was seen."""
        if sent:
            self.asked = True
        else:
            self.answered = True
        if self._sizes[sent] <= LONGEST:
            self._records.append(rec.RequestEnd(at=at, flow="") if sent else rec.ResponseEnd(at=at, flow=""))

    def hole(self, *, sent: bool) -> None:
        """Bytes of this direction's body are missing: it is not told as whole, whatever follows."""
        self._sizes[sent] = LONGEST + 1

    def failed(self, at: float, message: str) -> None:
        """It ended before both had said all."""
        self._records.append(rec.Failed(at=at, flow="", message=message))

    @property
    def begun(self) -> bool:
        """Whether anything of it was seen."""
        return bool(self._records)

    def exchange(self) -> Exchange:
        """What was seen of it."""
        (exchange, *_), _ = assemble(self._records, self._peer.source, self._peer.names)
        return msgspec.structs.replace(exchange, app=self._peer.app)


def _size(headers: rec.Headers) -> int:
    return sum(len(name) + len(value) for name, value in headers)
