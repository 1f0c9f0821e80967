"""What somebody pastes, as a tree: a blob, or a blob within what people copy along with it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

import msgspec

from backtalk.decode import tree
from backtalk.ingest.curl import Curl
from backtalk.ingest.plain import Plain
from backtalk.model.capture import Part
from backtalk.model.decoding import Node, Opaque, Span, Step, Value
from backtalk.model.keyring import Keyring

MESSAGE = re.compile(rb"(?:[A-Z]{3,20} \S+ HTTP/[123](?:\.[01])?|HTTP/[123](?:\.[01])? [1-9]\d\d[^\n]*)\r?\n")
DATA_URL = re.compile(rb"(?i)data:([\w.+/-]{0,128}+(?:;[\w.+-]{1,64}+=[^;,\s]{0,256}+){0,8}+)(;base64)?,")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]+=*")
ADDRESS = re.compile(rb"[!#-;=?-Z_a-z~%]+")
"""What URLs and forms are written with."""
QUOTES = {(b'"', b'"'), (b"'", b"'"), (b"`", b"`"), (b"(", b")"), (b"<", b">")}
NARROWEST = 16
"""Letters of a line from which on it may have been wrapped."""
LONGEST = 1 << 22
"""Bytes of a paste: what is longer was no paste, and is taken as it is."""
MISSING = "the paste does not hold all of it"


def opened(data: bytes, keyring: Keyring | None = None) -> Node:
    """The tree of the bytes, or of what they hold: an HTTP message, curl commands, a data: URL, a blob in lines.

    These readings are told as steps `http`, `curl`, `data-url` and `lines`, whose span is where what
    they give stands in the paste, or the whole paste where it is put together.
    """
    if len(data) <= LONGEST:
        for codec, reader, begins in (
            ("http", Plain(), MESSAGE.match(data.lstrip())),
            ("curl", Curl(), Curl().sniff(data)),
        ):
            if begins and (exchanges := tuple(reader.parse(data, ""))):
                several = len(exchanges) > 1
                parts = ((part, one.index if several else None) for one in exchanges for part in one.parts)
                return _node(data, (_part(data, codec, part, index, keyring) for part, index in parts))
        start, end = _bare(data)
        if (url := DATA_URL.match(data, start, end)) and (inside := _of_data_url(url, data[url.end() : end])):
            params: dict[str, Value] = {"type": url[1].decode("latin-1")} if url[1] else {}
            return _node(data, [_below("data-url", params, (url.end(), end), inside, keyring)])
    as_it_is = tree(data, keyring=keyring)
    if (joined := _joined(data)) is not None:
        span, inside = joined
        below = _below("lines", {}, span, inside, keyring)
        if _opens(below) and not _holds(as_it_is, below):
            return _node(data, [below])
    return as_it_is


def _node(data: bytes, children: Iterable[Node]) -> Node:
    return Node(step=None, data=data, children=tuple(children))


def _below(codec: str, params: dict[str, Value], span: Span, data: bytes, keyring: Keyring | None) -> Node:
    step = Step(codec=codec, version=1, span=span, params=params)
    return msgspec.structs.replace(tree(data, keyring=keyring), step=step)


def _part(data: bytes, codec: str, part: Part, index: int | None, keyring: Keyring | None) -> Node:
    at = data.find(part.data) if part.data else -1
    span = (at, at + len(part.data)) if at >= 0 else (0, len(data))
    params: dict[str, Value] = {"part": part.name}
    if index is not None:
        params["request"] = index
    node = _below(codec, params, span, part.data, keyring)
    lost = () if part.complete else (Opaque(reason=MISSING, span=(len(part.data), len(part.data))),)
    return msgspec.structs.replace(node, opaque=(*node.opaque, *lost))


def _bare(data: bytes) -> Span:
    """Where the paste itself stands, without white space around it and the quotes around that."""
    text = data.strip()
    start = len(data) - len(data.lstrip())
    if len(text) > 1 and (text[:1], text[-1:]) in QUOTES:
        return start + 1, start + len(text) - 1
    return start, start + len(text)


def _of_data_url(url: re.Match[bytes], held: bytes) -> bytes | None:
    """What a data: URL holds (RFC 2397); None where its base64 is none."""
    plain = unquote_to_bytes(held.strip())
    if not url[2]:
        return plain
    letters = re.sub(rb"\s+", b"", plain).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4), validate=True)
    except binascii.Error:
        return None


def _joined(data: bytes) -> tuple[Span, bytes] | None:
    """A blob that a terminal, a mail program or an editor broke into lines, in one piece."""
    start, end = _bare(data)
    text = data[start:end]
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) < 2 or not all(lines):
        return None
    whole = b"".join(lines)
    even = len({len(line) for line in lines[:-1]}) == 1 and len(lines[-1]) <= len(lines[0])
    if len(lines[0]) < NARROWEST or not (BASE64.fullmatch(whole) or (even and ADDRESS.fullmatch(whole))):
        return None
    return (start, start + len(text)), whole


def _opens(node: Node) -> bool:
    """Whether most of the buffer is undone, and something of that can be read."""
    spans = [child.step.span for child in node.children if child.step and not _shut(child)]
    return sum(end - start for start, end in spans) * 2 >= len(node.data)


def _shut(node: Node) -> bool:
    return not node.children and sum(item.span[1] - item.span[0] for item in node.opaque) >= len(node.data)


def _holds(as_it_is: Node, below: Node) -> bool:
    """Whether what the joined lines hold was found without joining them."""
    return {child.data for child in below.children} <= {child.data for child in as_it_is.children}
