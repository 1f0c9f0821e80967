"""HTTP/1 messages as plain text: what a proxy's or an editor's "save request" writes."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct

from backtalk.ingest.reader import Given, Item, Reader, shown
from backtalk.model.capture import Exchange, Part

_REQUEST = re.compile(rb"[A-Z]{3,20} \S+ HTTP/(?:1\.[01]|2|3)\r?\n")
_RESPONSE = re.compile(rb"HTTP/(?:1\.[01]|2|3) ([1-9]\d\d)[^\n]*\n")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"\r?\n")
_FIRST = re.compile(rb"%s|%s" % (_REQUEST.pattern, _RESPONSE.pattern))
_NEXT = re.compile(rb"(?m)^(?:%s)" % _FIRST.pattern)


class _Message(Struct, frozen=True):
    first: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes
    complete: bool

    def field(self, name: bytes) -> bytes:
        return next((value for given, value in self.fields if given.lower() == name), b"")

    def block(self) -> bytes:
        return b"".join(b"%s: %s\r\n" % field for field in self.fields)


class Plain(Reader):
    """Requests one after another, each with its response where one follows."""

    ID = "plain"
    NAME = "HTTP/1 messages as text"
    REFERENCES = ("RFC 9112",)
    LIMITATIONS = (
        "Whether it was TLS, to which port, and when, is not told: the URL is given as http.",
        "A chunked body keeps its chunk sizes.",
        "The file has to fit into memory.",
    )

    ENDINGS = (".http",)

    def sniff(self, head: bytes) -> bool:
        return _REQUEST.match(head.lstrip(b"\r\n")) is not None

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        return self.parse(path.read_bytes(), shown(str(path)))

    def parse(self, data: bytes, source: str) -> Iterator[Exchange]:
        """The same of bytes that are no file. A response that comes first is an exchange of its own."""
        index = 0
        asked: Exchange | None = None
        for message in _messages(data):
            if _RESPONSE.match(message.first) is None:
                if asked is not None:
                    yield asked
                asked, index = _asked(message, index, source), index + 1
            else:
                asked = _answered(asked or Exchange(index=0, kind="http", source=source), message)
        if asked is not None:
            yield asked


def _messages(data: bytes) -> Iterator[_Message]:
    at = 0
    # A body of known length may end without a line's end.
    while (begin := _FIRST.match(data, at) or _NEXT.search(data, at)) is not None:
        first = _LINE.search(data, begin.start())
        head_end = _END_OF_HEAD.search(data, begin.start())
        assert first is not None  # _NEXT has matched the whole line
        stop, body_at = (head_end.start(), head_end.end()) if head_end else (len(data), len(data))
        lines = _LINE.split(data[first.end() : stop]) if first.end() < stop else []
        pairs = tuple((name, value.strip()) for name, _, value in (line.partition(b":") for line in lines) if name)
        following = _NEXT.search(data, body_at)
        end = following.start() if following else len(data)
        bare = _Message(data[begin.start() : first.end()], pairs, b"", head_end is not None)
        length = bare.field(b"content-length")
        body, complete = data[body_at:end], bare.complete
        if length.isdigit() and len(length) < 16:
            # A body may hold what looks like the next message; its length says where it ends.
            body = data[body_at : body_at + int(length)]
            complete = complete and len(body) == int(length)
        elif following:
            body = body.rstrip(b"\r\n")
        yield msgspec.structs.replace(bare, body=body, complete=complete)
        at = max(body_at + len(body), first.end())


def _asked(message: _Message, index: int, source: str) -> Exchange:
    method, target, _ = message.first.split(None, 2)
    absolute = target.partition(b"://")[2]
    authority = message.field(b"host") or re.split(rb"[/?#]", absolute)[0]
    raw = target if absolute else b"http://" + authority + target
    host, _, port = authority.decode("latin-1").partition(":")
    body = (Part(name="request.body", data=message.body, complete=message.complete),)
    return Exchange(
        index=index,
        kind="http",
        source=source,
        host=host.lower(),
        port=int(port) if port.isdigit() and int(port) < 65536 else 0,
        method=method.decode("ascii"),
        url=quote(raw, safe=string.punctuation),
        parts=(
            Part(name="request.url", data=raw),
            Part(name="request.header", data=message.block()),
            *(body if message.body or not message.complete else ()),
        ),
    )


def _answered(exchange: Exchange, message: _Message) -> Exchange:
    status = _RESPONSE.match(message.first)
    assert status is not None
    parts = (
        *exchange.parts,
        Part(name="response.header", data=message.block()),
        *((Part(name="response.body", data=message.body, complete=message.complete),) if message.body else ()),
    )
    return msgspec.structs.replace(exchange, parts=parts, status=int(status[1]))
