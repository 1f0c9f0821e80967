"""What must hold for any bytes in ingest and evidence: nothing fails but as promised, and the same comes twice."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from backtalk.decode import replay
from backtalk.errors import UnreadableCapture
from backtalk.evidence import assemble, read_records
from backtalk.evidence.frames import frame
from backtalk.ingest import READERS, Given, Item, Reader, stream
from backtalk.ingest.dns import questions
from backtalk.ingest.har_text import undo
from backtalk.ingest.reader import HEAD
from backtalk.ingest.wire.http1 import Http1
from backtalk.ingest.wire.http2 import Http2
from backtalk.ingest.wire.http3 import Http3
from backtalk.ingest.wire.pair import Peer
from backtalk.ingest.wire.websocket import WebSocket
from backtalk.lab.environment import mitmproxy_python
from backtalk.model.capture import Exchange, Gap
from backtalk.model.decoding import Step
from tests.fuzz.target import Target

SHAKE = Exchange(index=0, kind="http", host="t.example", url="https://t.example/")


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="backtalk-fuzz-")


def _items(file: Path) -> list[Item] | None:
    try:
        return list(stream(file, Given(mitmproxy=mitmproxy_python)))
    except UnreadableCapture as refusal:
        assert "\n" not in str(refusal)
        return None


def _made(data: bytes, origin: Sequence[Step]) -> bytes:
    """A part's bytes made again from the file."""
    for step in origin:
        match step.codec:
            case "slice":
                data = data[slice(*step.span)]
            case "har-text":
                data = undo(data, step)
            case "zip":
                with zipfile.ZipFile(io.BytesIO(data)) as packed:
                    data = packed.read(str(step.params["name"]))
            case _:
                (data,) = replay(data, [step])
    return data


def reads(reader: Reader) -> Callable[[bytes], None]:
    """A file that the reader takes for its own is read or refused; what it gives is whole and comes twice."""

    def run(data: bytes) -> None:
        if next((one for one in READERS if one.sniff(data[:HEAD])), None) is not reader:
            return
        file = Path(_folder().name) / "capture"
        file.write_bytes(data)
        items = _items(file)
        assert items == _items(file), "not the same twice"
        exchanges = [item for item in items or () if isinstance(item, Exchange)]
        assert [one.index for one in exchanges] == list(range(len(exchanges)))
        assert all(item.count > 0 and item.size >= 0 for item in items or () if isinstance(item, Gap))
        for part in (part for one in exchanges for part in one.parts if part.origin):
            assert _made(data, part.origin) == part.data

    return run


def frames(data: bytes) -> None:
    """Records are read up to the fault; what was read once is read again from what is written of it."""
    records, gaps = read_records(io.BytesIO(data))
    assert all(gap.count > 0 for gap in gaps)
    written = data[:8] + b"".join(map(frame, records))
    if records:
        assert read_records(io.BytesIO(written)) == (records, ())
    for cut in {len(data) // 2, len(data) - 1}:
        before, _ = read_records(io.BytesIO(data[:cut]))
        assert before == records[: len(before)]
    assemble(records, "x", {})


def _pieces(data: bytes) -> Iterator[tuple[int, bytes]]:
    """What both sides say by turns: a byte that tells what it is, two of length, and so many bytes."""
    at = 0
    while at + 3 <= len(data):
        length = int.from_bytes(data[at + 1 : at + 3], "big")
        yield data[at], data[at + 3 : at + 3 + length]
        at += 3 + length


def _peer() -> Peer:
    return Peer(source="x", server=("198.18.0.1", 443), names={}, secure=True, sni="t.example")


SENT, LOST = 1, 2


def _talk(speaks: Http1 | Http2, data: bytes, size: int) -> list[Exchange]:
    told: list[Exchange] = []
    for flags, piece in _pieces(data):
        sent = bool(flags & SENT)
        if flags & LOST:
            told += speaks.lost(0.0, len(piece) or 1, sent=sent)
        else:
            for at in range(0, len(piece), size):
                told += [] if speaks.broken else speaks.feed(0.0, piece[at : at + size], sent=sent)
        assert speaks.held >= 0
    return told + list(speaks.end(0.0, whole=True))


def speaks(protocol: type[Http1 | Http2]) -> Callable[[bytes], None]:
    """The same exchanges, however the bytes came in pieces."""

    def run(data: bytes) -> None:
        whole = _talk(protocol(_peer()), data, 1 << 16)
        assert whole == _talk(protocol(_peer()), data, 7), "pieces matter"

    return run


def speaks3(data: bytes) -> None:
    """Pieces of streams: the first byte of each tells direction, end, stream and where it begins."""
    speaks = Http3(_peer())
    offsets: dict[tuple[int, bool], int] = {}
    for flags, piece in _pieces(data):
        sent, fin, number, ahead = bool(flags & 1), bool(flags & 2), flags >> 2 & 15, flags >> 6
        offset = offsets.get((number, sent), 0) + ahead
        offsets[(number, sent)] = offset + len(piece)
        list(speaks.feed(0.0, number, offset, piece, sent=sent, fin=fin))
        assert speaks.held >= 0
    list(speaks.end(0.0))


def sockets(data: bytes) -> None:
    """The same messages, however the bytes came in pieces."""

    def told(size: int) -> list[Exchange]:
        socket = WebSocket(SHAKE, b"permessage-deflate")
        found: list[Exchange] = []
        for flags, piece in _pieces(data):
            for at in range(0, len(piece), size):
                found += socket.feed(0.0, piece[at : at + size], sent=bool(flags & SENT))
        return found + list(socket.end())

    assert told(1 << 16) == told(5), "pieces matter"


def names(data: bytes) -> None:
    """A DNS message asks something, or is no query."""
    try:
        asked = list(questions(data, 0.0, "x"))
    except ValueError:
        return
    assert asked


TARGETS = (
    *(Target(f"reader/{reader.ID}", reads(reader), (f"ingest/{reader.ID}/*/input.*",)) for reader in READERS),
    Target("wire/http1", speaks(Http1)),
    Target("wire/http2", speaks(Http2)),
    Target("wire/http3", speaks3),
    Target("wire/websocket", sockets),
    Target("wire/dns", names),
    Target("frames", frames),
)
