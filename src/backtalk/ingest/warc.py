"""WARC 1.0 and 1.1: what web archivers write, plain or gzipped record by record."""

from __future__ import annotations

import re
import string
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from backtalk.errors import UnreadableCapture
from backtalk.ingest.gunzip import MAGIC, beginning, inflate
from backtalk.ingest.http_text import Message, message
from backtalk.ingest.notation import PORTS, moment
from backtalk.ingest.reader import Given, Item, Reader, numbered, shown
from backtalk.model.capture import Exchange, Gap, Part

_BEGIN = re.compile(rb"WARC/(?:0\.\d+|1\.\d)[ \t]*\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
LONGEST_HEAD = 1 << 16
LONGEST = 256 << 20
"""Bytes of a record that are kept; what is longer is told as incomplete."""
WAITING = 1000
"""Records that wait for their counterpart, at most."""
WAITING_BYTES = 64 << 20
"""Bytes of those that wait, at most, besides the newest."""


class Record(Struct, frozen=True):
    """One record: its named fields, lower case, and its block."""

    fields: dict[bytes, bytes]
    block: bytes
    whole: bool

    def field(self, name: bytes) -> str:
        return self.fields.get(name, b"").decode("utf-8", "replace")

    @property
    def key(self) -> str:
        """What a request and its response have in common besides their own numbers."""
        return self.field(b"warc-target-uri").strip("<>")


class Warc(Reader):
    """Requests and responses, paired by WARC-Concurrent-To; a response without its request stands alone."""

    ID = "warc"
    NAME = "WARC"
    REFERENCES = ("https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",)
    LIMITATIONS = (
        "What resource, conversion and metadata records hold is read as a response's body, whoever made it.",
        "A pair of which 1,000 other records, or 64 MiB, stand between the halves is told as two exchanges.",
    )
    ENDINGS = (".warc", ".warc.gz")

    def sniff(self, head: bytes) -> bool:
        return _BEGIN.match(beginning(head) or head) is not None

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        source = shown(str(path))
        with path.open("rb") as file:
            yield from numbered(_pairs(_records(_Bytes(file), source), source))


class _Bytes:
    """The file's bytes, gzip members undone one after the other. `fault` says how it ended, if not well."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.buffer, self.fault, self._left = file, b"", "", b""
        self._broken = False
        first = file.read(len(MAGIC))
        file.seek(0)
        self._gzip = zlib.decompressobj(31) if first == MAGIC else None

    def more(self) -> bool:
        """Whether there was more; it is appended to the buffer."""
        if self._broken:
            return False
        data = self._left or self._file.read(1 << 18)
        self._left = b""
        if self._gzip is None:
            self.buffer += data
            return bool(data)
        if not data:
            self.fault = self.fault or ("" if self._gzip.eof or self._fresh() else "half a gzip member")
            return False
        if self._gzip.eof:
            self._gzip = zlib.decompressobj(31)
        undone, self.fault = inflate(self._gzip, data, 1 << 20)
        self.buffer += undone
        if self.fault:
            self._broken = True
            return bool(undone)
        self._left = self._gzip.unconsumed_tail or self._gzip.unused_data
        return True

    def _fresh(self) -> bool:
        return self._gzip is not None and not self._gzip.eof and self._file.tell() == 0

    def take(self, count: int) -> bytes:
        """At most so many bytes; fewer at the end."""
        pieces = [self.buffer[:count]]
        have = len(pieces[0])
        self.buffer = self.buffer[count:]
        while have < count and self.more():
            pieces.append(self.buffer[: count - have])
            self.buffer = self.buffer[count - have :]
            have += len(pieces[-1])
        return b"".join(pieces)


def _records(data: _Bytes, source: str) -> Iterator[Record | Gap]:
    skipped = 0
    while True:
        begin = _BEGIN.search(data.buffer)
        if begin is None:
            keep = 40  # the beginning of the next record may be cut in two here
            skipped += len(data.buffer[:-keep].strip())
            data.buffer = data.buffer[-keep:]
            if data.more():
                continue
            skipped += len(data.buffer.strip())
            break
        skipped += len(data.buffer[: begin.start()].strip())
        data.buffer = data.buffer[begin.end() :]
        while (end := _HEAD_END.search(data.buffer, 0, LONGEST_HEAD)) is None and len(data.buffer) < LONGEST_HEAD:
            if not data.more():
                break
        if end is None:
            detail = "a record without the end of its head"
            if len(data.buffer) >= LONGEST_HEAD:
                yield Gap(kind="damaged", count=1, source=source, detail=detail)
                continue
            yield Gap(kind="truncated", count=1, source=source, detail=detail)
            break
        fields = _fields(data.buffer[: end.start()])
        data.buffer = data.buffer[end.end() :]
        yield from _block(data, fields, source)
    if skipped:
        yield Gap(kind="damaged", count=1, source=source, detail=f"{skipped} bytes between records", size=skipped)
    if data.fault:
        yield Gap(
            kind="damaged" if data.fault.startswith("gzip:") else "truncated", count=1, source=source, detail=data.fault
        )


def _block(data: _Bytes, fields: dict[bytes, bytes], source: str) -> Iterator[Record | Gap]:
    said = fields.get(b"content-length", b"")
    if not said.isdigit() or len(said) > 15:
        yield Record(fields, b"", whole=False)
        yield Gap(kind="damaged", count=1, source=source, detail="a record that does not say its length")
        return
    length = int(said)
    block = data.take(min(length, LONGEST))
    left = length - len(block)
    while left and (passed := data.take(min(left, 1 << 20))):
        left -= len(passed)
    yield Record(fields, block, whole=len(block) == length)
    if left:
        yield Gap(kind="truncated", count=1, source=source, detail=f"half a record; {left} bytes are not there")


def _fields(head: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for line in re.split(rb"\r?\n(?![ \t])", head):
        name, colon, value = line.partition(b":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def _pairs(records: Iterator[Record | Gap], source: str) -> Iterator[Item]:
    waiting: dict[str, Record] = {}
    found = size = 0
    early: list[Gap] = []
    for record in records:
        if isinstance(record, Gap):
            # A file of which nothing can be read has to be refused before anything is told of it.
            if found:
                yield record
            else:
                early.append(record)
            continue
        found += 1
        yield from early
        early.clear()
        if record.field(b"warc-type") not in {"request", "response"}:
            if record.key:
                yield _alone(record, source)
            continue
        ident, other = record.field(b"warc-record-id"), _counterpart(record, waiting)
        if other is not None:
            size -= len(other.block)
            yield _joined(other, record, source)
            continue
        name = ident if ident and ident not in waiting else f"#{found}"
        waiting[name] = record
        size += len(record.block)
        while len(waiting) > WAITING or (size > WAITING_BYTES and len(waiting) > 1):
            first = waiting.pop(next(iter(waiting)))
            size -= len(first.block)
            yield _joined(first, None, source)
    for record in waiting.values():
        yield _joined(record, None, source)
    if not found:
        raise UnreadableCapture(f"{source} begins like a WARC and holds no record that can be read.")


def _alone(record: Record, source: str) -> Exchange:
    """A record that is neither request nor response: its URL, and what it holds as if it had come back."""
    exchange = _exchange(None, None, record, source)
    if not record.block or exchange.kind == "dns" or record.field(b"warc-type") == "revisit":
        return exchange
    body = Part(name="response.body", data=record.block, complete=record.whole)
    return msgspec.structs.replace(exchange, parts=(*exchange.parts, body))


def _counterpart(record: Record, waiting: dict[str, Record]) -> Record | None:
    kind = record.field(b"warc-type")
    said = record.field(b"warc-concurrent-to")
    if said in waiting and waiting[said].field(b"warc-type") != kind:
        return waiting.pop(said)
    ident = record.field(b"warc-record-id")
    for name, other in waiting.items():
        if other.field(b"warc-type") != kind and ident and other.field(b"warc-concurrent-to") == ident:
            return waiting.pop(name)
    return None


def _joined(one: Record, other: Record | None, source: str) -> Exchange:
    request = next((r for r in (one, other) if r is not None and r.field(b"warc-type") == "request"), None)
    response = next((r for r in (one, other) if r is not None and r.field(b"warc-type") == "response"), None)
    return _exchange(request, response, one, source)


def _exchange(request: Record | None, response: Record | None, any_one: Record, source: str) -> Exchange:
    uri = any_one.key
    split = _split(uri)
    at = moment(any_one.field(b"warc-date"))
    asked = message(request.block, whole=request.whole) if request else None
    answered = message(response.block, whole=response.whole) if response and split[0] in {"http", "https"} else None
    host, port = split[1], split[2]
    parts = (Part(name="request.url", data=uri.encode()), *_parts(asked, "request"), *_parts(answered, "response"))
    if uri.startswith("dns:"):
        return _name(uri.removeprefix("dns:"), any_one, source)
    exchange = Exchange(
        index=0,
        kind="http",
        source=source,
        started=at,
        ended=at,
        host=host,
        port=port,
        address=any_one.field(b"warc-ip-address"),
        secure=split[0] == "https",
        url=quote(uri, safe=string.punctuation),
        method=asked.method if asked else "",
        status=answered.status if answered else 0,
        parts=parts,
    )
    if response and answered is None and response.block:
        return msgspec.structs.replace(exchange, parts=(*parts, Part(name="response.body", data=response.block)))
    return exchange


def _name(name: str, record: Record, source: str) -> Exchange:
    """A look-up, which archivers keep as a response record whose block is the answer as text."""
    at = moment(record.field(b"warc-date"))
    answer = (Part(name="response.body", data=record.block, complete=record.whole),) if record.block else ()
    return Exchange(
        index=0, kind="dns", source=source, started=at, ended=at, host=shown(name.lower().rstrip(".")),
        parts=(Part(name="dns.name", data=name.encode()), *answer),
    )  # fmt: skip


def _parts(told: Message | None, way: str) -> tuple[Part, ...]:
    if told is None:
        return ()
    head = Part(name="request.header" if way == "request" else "response.header", data=told.block)
    if not told.body and told.whole:
        return (head,)
    return (
        head,
        Part(name="request.body" if way == "request" else "response.body", data=told.body, complete=told.whole),
    )


def _split(uri: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL, as far as it has them."""
    try:
        split = urlsplit(uri)
        return split.scheme, (split.hostname or "").rstrip("."), split.port or PORTS.get(split.scheme, 0)
    except ValueError:
        return "", "", 0
