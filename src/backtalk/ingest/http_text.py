"""One HTTP/1 message that is there as a whole: its first line, its block of fields, its body without the chunks."""

from __future__ import annotations

import re

from msgspec import Struct

_RESPONSE = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"\r?\n")
CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")


class Message(Struct, frozen=True, kw_only=True):
    """A message; `whole` is false where it breaks off. The body keeps its content coding."""

    method: str = ""
    target: bytes = b""
    status: int = 0
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes
    whole: bool

    @property
    def block(self) -> bytes:
        """The fields as a header part."""
        return block(self.fields)

    def field(self, name: bytes) -> bytes:
        """The first field of that name, which is given in lower case; empty if there is none."""
        return next((value for given, value in self.fields if given.lower() == name), b"")


def block(fields: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Fields as a header part has them: one line each, ended by CRLF."""
    return b"".join(b"%s: %s\r\n" % field for field in fields)


def head(data: bytes) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    """The first line and the fields of a message's head; a line that begins with white space goes on the one before."""
    first, *lines = _LINE.split(data)
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        name, _, value = line.partition(b":")
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip())
        elif line:
            fields.append((name, value.strip()))
    return first, tuple(fields)


def message(data: bytes, *, whole: bool = True) -> Message:
    """The message that these bytes are, however odd it is."""
    end = _END_OF_HEAD.search(data)
    first, fields = head(data[: end.start()] if end else data.rstrip(b"\r\n"))
    body = data[end.end() :] if end else b""
    answer = _RESPONSE.match(first)
    words = first.split(None, 2)
    chunked = any(name.lower() == b"transfer-encoding" and b"chunked" in value.lower() for name, value in fields)
    if chunked and (undone := unchunked(body)) is not None:
        body, ended, behind = undone
        fields += trailers(behind)
        whole = whole and ended
    return Message(
        method="" if answer or not words else words[0].decode("latin-1"),
        target=b"" if answer or len(words) < 2 else words[1],
        status=int(answer[1]) if answer else 0,
        fields=fields,
        body=body,
        whole=whole and end is not None,
    )


def trailers(behind: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """What stands behind the last chunk, as fields; whatever else it is, no line of it is lost."""
    return head(b"\n" + behind)[1]


def unchunked(body: bytes) -> tuple[bytes, bool, bytes] | None:
    """A chunked body without its chunks, whether it ends, and what stands behind the last chunk.

    None if it is none, as where that was undone before.
    """
    pieces: list[bytes] = []
    at = 0
    while (size := CHUNK_SIZE.match(body, at)) is not None:
        length = int(size[1], 16)
        if not length:
            return b"".join(pieces), True, body[size.end() :]
        pieces.append(body[size.end() : size.end() + length])
        at = size.end() + length
        if at >= len(body):
            return b"".join(pieces), False, b""
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return (b"".join(pieces), False, b"") if pieces else None
