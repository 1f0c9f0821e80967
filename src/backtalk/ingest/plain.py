"""HTTP/1 messages as plain text: what a proxy's or an editor's "save request" writes."""

from __future__ import annotations

import mmap
import re
import string
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec

from backtalk.ingest.http_text import Message, head, trailers, unchunked
from backtalk.ingest.reader import Given, Item, Reader, shown
from backtalk.model.capture import Exchange, Part

_REQUEST = re.compile(rb"[A-Z]{3,20} \S{1,1000000} HTTP/(?:1\.[01]|2|3)\r?\n")
_RESPONSE = re.compile(rb"HTTP/(?:1\.[01]|2|3) ([1-9]\d\d)[^\n]{0,1000}\n")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_BLANK = re.compile(rb"[\r\n]*")
_FIRST = re.compile(rb"%s|%s" % (_REQUEST.pattern, _RESPONSE.pattern))
_NEXT = re.compile(rb"(?m)^(?:%s)" % _FIRST.pattern)
LONGEST = 64 << 20
"""Bytes of a body that are kept; a longer one is told as incomplete."""


class Plain(Reader):
    """Requests one after another, each with its response where one follows."""

    ID = "plain"
    NAME = "HTTP/1 messages as text"
    REFERENCES = ("RFC 9112",)
    LIMITATIONS = (
        "Whether it was TLS, to which port, and when, is not told: the URL is given as http.",
        "Bodies are kept up to 64 MiB; longer ones are told as incomplete.",
    )
    ENDINGS = (".http",)

    def sniff(self, head: bytes) -> bool:
        return _REQUEST.match(head, _blank(head)) is not None

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield from self.parse(data, shown(str(path)))

    def parse(self, data: bytes | mmap.mmap, source: str) -> Iterator[Exchange]:
        """The same of bytes that are no file. A response that comes first is an exchange of its own."""
        index = 0
        asked: Exchange | None = None
        for message, beyond in _messages(data):
            if message.method or asked is None:
                if asked is not None:
                    yield asked
                begun = (
                    _asked(message, index, source)
                    if message.method
                    else Exchange(index=index, kind="http", source=source)
                )
                asked, index = begun, index + 1
            if not message.method:
                asked = _answered(asked, message)
            if beyond:
                more = Part(name="request.body" if message.method else "response.body", data=beyond)
                asked = msgspec.structs.replace(asked, parts=(*asked.parts, more))
        if asked is not None:
            yield asked


def _blank(data: bytes | mmap.mmap) -> int:
    """Where the empty lines end that may come first."""
    lines = _BLANK.match(data)
    return lines.end() if lines else 0


def _messages(data: bytes | mmap.mmap) -> Iterator[tuple[Message, bytes]]:
    """Each message, and what stands behind it that is no message."""
    at, passed = _blank(data), 0
    # A body of known length may end without a line's end.
    while (begin := _FIRST.match(data, at) or _NEXT.search(data, at)) is not None:
        head_end = _END_OF_HEAD.search(data, begin.end() - 2)
        stop, body_at = (head_end.start(), head_end.end()) if head_end else (len(data), len(data))
        first, fields = head(
            data[begin.start() : max(min(stop, begin.start() + LONGEST), begin.end() - 1)].rstrip(b"\r")
        )
        bare = _bare(first, fields, whole=head_end is not None)
        message, at = _with_body(data, body_at, bare)
        at = max(at, begin.end())
        beyond, at = _beyond(data, at)
        yield message, beyond
        # What was read is given back, whole pages of it, so that memory does not grow with the file.
        if isinstance(data, mmap.mmap) and at - passed > LONGEST >> 2:
            ahead = at // mmap.PAGESIZE * mmap.PAGESIZE
            data.madvise(mmap.MADV_DONTNEED, passed, ahead - passed)
            passed = ahead


def _bare(first: bytes, fields: tuple[tuple[bytes, bytes], ...], *, whole: bool) -> Message:
    status = _RESPONSE.match(first + b"\n")
    method, target, *_ = (b"", b"") if status else first.split(None, 2)
    return Message(
        method=method.decode("ascii"), target=target, status=int(status[1]) if status else 0,
        fields=fields, body=b"", whole=whole,
    )  # fmt: skip


def _with_body(data: bytes | mmap.mmap, at: int, message: Message) -> tuple[Message, int]:
    """The message with the body that begins here, and where that ends in the file."""
    length = message.field(b"content-length")
    if length.isdigit() and len(length) < 16:
        # A body may hold what looks like the next message; its length says where it ends.
        body = data[at : at + min(int(length), LONGEST)]
        whole = message.whole and len(body) == int(length)
        return msgspec.structs.replace(message, body=body, whole=whole), min(at + int(length), len(data))
    following = _NEXT.search(data, at)
    end = following.start() if following else len(data)
    body = data[at : min(end, at + LONGEST)]
    whole = message.whole and end - at <= LONGEST
    if b"chunked" in message.field(b"transfer-encoding").lower() and (undone := unchunked(body)) is not None:
        body, ended, behind = undone
        fields = message.fields + trailers(behind)
        return msgspec.structs.replace(message, body=body, fields=fields, whole=whole and ended), end
    return msgspec.structs.replace(message, body=body.rstrip(b"\r\n") if following else body, whole=whole), end


def _beyond(data: bytes | mmap.mmap, at: int) -> tuple[bytes, int]:
    """What stands between a body of known length and the next message, as where the length is not true; its end."""
    if at >= len(data) or _FIRST.match(data, at):
        return b"", at
    following = _NEXT.search(data, at)
    end = following.start() if following else len(data)
    return data[at : min(end, at + LONGEST)].strip(b"\r\n"), end


def _asked(message: Message, index: int, source: str) -> Exchange:
    absolute = message.target.partition(b"://")[2]
    authority = message.field(b"host") or re.split(rb"[/?#]", absolute)[0]
    raw = message.target if absolute else b"http://" + authority + message.target
    host, _, port = authority.decode("latin-1").partition(":")
    body = (Part(name="request.body", data=message.body, complete=message.whole),)
    return Exchange(
        index=index,
        kind="http",
        source=source,
        host=host.lower(),
        port=int(port) if port.isdecimal() and int(port) < 65536 else 0,
        method=message.method,
        url=quote(raw, safe=string.punctuation),
        parts=(
            Part(name="request.url", data=raw),
            Part(name="request.header", data=message.block),
            *(body if message.body or not message.whole else ()),
        ),
    )


def _answered(exchange: Exchange, message: Message) -> Exchange:
    parts = (
        *exchange.parts,
        Part(name="response.header", data=message.block),
        *((Part(name="response.body", data=message.body, complete=message.whole),) if message.body else ()),
    )
    return msgspec.structs.replace(exchange, parts=parts, status=message.status)
