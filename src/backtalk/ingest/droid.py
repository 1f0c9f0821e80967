"""PCAPdroid's list of connections (CSV): who spoke with whom and how much, and never what."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from backtalk.ingest.reader import Given, Item, Reader, numbered, shown
from backtalk.model.capture import Exchange, ExchangeKind, Gap, Part

HEADER = b"IPProto,SrcIP,SrcPort,"
_BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 1 << 16
FIELDS = 16
AHEAD, BEHIND = 6, 6
"""Columns before the app's name, and after what the connection tells: neither holds a comma of its own."""


class Row(Struct, frozen=True, kw_only=True):
    """One connection, as far as the list tells."""

    protocol: str
    address: str
    port: int
    app: str
    spoken: str
    told: str
    sent: int
    begun: float
    ended: float


class ConnectionList(Reader):
    """Each connection as an exchange with the name asked for; what it carried is counted as unreadable, by host."""

    ID = "pcapdroid"
    NAME = "PCAPdroid list of connections (CSV)"
    REFERENCES = ("https://emanuele-f.github.io/PCAPdroid/",)
    LIMITATIONS = (
        "The list holds no payload: of every connection only the name, the URL without its query, and sizes are told.",
        "Names of apps stand there unquoted: one with commas is taken apart by counting from both ends.",
    )

    def sniff(self, head: bytes) -> bool:
        return head.removeprefix(_BOM).startswith(HEADER)

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        yield from numbered(_items(path, shown(str(path))))


def _items(path: Path, source: str) -> Iterator[Item]:
    unread: dict[tuple[str, str], tuple[int, int]] = {}
    strange = 0
    with path.open("rb") as file:
        more = max(file.readline(LONGEST_LINE).rstrip().count(b",") + 1 - FIELDS, 0)  # newer columns stand last
        while line := file.readline(LONGEST_LINE):
            if not line.strip():
                continue
            row = _row(line.decode("utf-8", "replace").strip(), BEHIND + more)
            if row is None:
                strange += 1
                continue
            exchange = _exchange(row, source)
            if row.sent and exchange.kind != "dns":
                key = (exchange.host, row.spoken)
                count, size = unread.get(key, (0, 0))
                unread[key] = (count + 1, size + row.sent)
            yield exchange
    for (host, spoken), (count, size) in sorted(unread.items()):
        kind: Literal["quic", "unreadable"] = "quic" if spoken.upper() == "QUIC" else "unreadable"
        detail = f"{spoken} of which the list holds {size} bytes as a number only"
        yield Gap(kind=kind, count=count, source=source, host=host, detail=detail, size=size)
    if strange:
        yield Gap(kind="damaged", count=strange, source=source, detail="lines that are no connection")


def _row(line: str, behind: int) -> Row | None:
    cells = line.split(",")
    if len(cells) < FIELDS + behind - BEHIND:
        return None
    middle = cells[AHEAD:-behind]
    numbers = [cells[4], *cells[-behind:]]
    if not all(number.isdecimal() and len(number) < 18 for number in numbers[:7]):
        return None
    port, sent, _, _, _, begun, ended = (int(number) for number in numbers[:7])
    try:
        address = str(ipaddress.ip_address(cells[3]))
    except ValueError:
        return None
    *app, spoken, _, told = middle
    return Row(
        protocol=cells[0], address=address, port=min(port, 65535), app=",".join(app), spoken=spoken, told=told,
        sent=sent, begun=begun / 1000, ended=max(begun, ended) / 1000,
    )  # fmt: skip


def _exchange(row: Row, source: str) -> Exchange:
    spoken = row.spoken.upper()
    told = row.told.encode()
    name = row.told.partition("/")[0].lower().rstrip(".")
    kind: ExchangeKind = "udp" if row.protocol == "17" else "tcp"
    parts: tuple[Part, ...] = ()
    if told and spoken.startswith("DNS"):
        kind, parts = "dns", (Part(name="dns.name", data=told),)
    elif told and spoken in {"TLS", "HTTPS", "QUIC"}:
        kind, parts = "tls", (Part(name="tls.sni", data=told),)
    elif told and spoken.startswith("HTTP"):
        kind, parts = "http", (Part(name="request.url", data=b"http://" + told, complete=False),)
    return Exchange(
        index=0, kind=kind, source=source, started=row.begun, ended=row.ended, host=shown(name) or row.address,
        address=row.address, port=row.port, secure=spoken in {"TLS", "HTTPS", "QUIC"}, parts=parts, app=shown(row.app),
    )  # fmt: skip
