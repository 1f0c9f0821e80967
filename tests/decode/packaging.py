"""Ways to package bytes, made without the code under test; each with the codecs that undo it."""

from __future__ import annotations

import base64
import gzip
import html
import json
import urllib.parse
import zlib
from collections.abc import Callable

import brotli
import zstandard

from backtalk.model.canary import Needle

CANARY = b"bafizopuka"


def needle(literal: bytes = CANARY, *, caseless: bool = True) -> Needle:
    return Needle(canary=0, match="exact", literal=literal, caseless=caseless)


def raw_deflate(data: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(data) + machine.flush()


def as_json(data: bytes) -> bytes:
    return json.dumps({"events": [{"n": 1, "value": data.decode("latin-1")}]}).encode()


def slashed_json(data: bytes) -> bytes:
    return json.dumps([{"value": data.decode("latin-1")}]).replace("/", "\\/").encode()


def multipart(data: bytes) -> bytes:
    head = b'--0xKhTmLbOuNdArY\r\nContent-Disposition: form-data; name="part"; filename="a.bin"\r\n\r\n'
    return head + data + b"\r\n--0xKhTmLbOuNdArY--\r\n"


def percent_all(data: bytes) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in data)


def entities_all(data: bytes) -> bytes:
    return b"".join(b"&#%d;" % byte for byte in data)


def unicode_escapes(data: bytes) -> bytes:
    return b"".join(b"\\u%04x" % byte for byte in data)


TEXT: dict[str, Callable[[bytes], bytes]] = {
    "percent": lambda data: urllib.parse.quote(data.decode("latin-1"), safe="", encoding="latin-1").encode(),
    "percent_all": percent_all,
    "form": lambda data: b"k=1&v=" + urllib.parse.quote_plus(data).encode() + b"&z=2",
    "json": as_json,
    "slashed_json": slashed_json,
    "entities": lambda data: html.escape(data.decode("latin-1")).encode("latin-1"),
    "entities_all": entities_all,
    "escapes": unicode_escapes,
}
"""Packagings of text: what they are given must be ASCII."""

BINARY: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "base64url": lambda data: base64.urlsafe_b64encode(data).rstrip(b"="),
    "base64 lines": base64.encodebytes,
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode(),
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "gzip members": lambda data: gzip.compress(data[:4], mtime=0) + gzip.compress(data[4:], mtime=0),
    "zlib": zlib.compress,
    "deflate": raw_deflate,
    "brotli": brotli.compress,
    "zstd": zstandard.compress,
    "multipart": multipart,
}
"""Packagings of any bytes."""

MAGICLESS = {"deflate", "brotli"}
"""What is recognised by the sense it holds, so not inside each other unless something shows between them."""

ALL = {**TEXT, **BINARY}


def packed(names: list[str], data: bytes) -> bytes:
    """The data in all those packagings, the first innermost; one that cannot be where it stands is left out."""
    hidden = False
    for name in names:
        if (name in TEXT and not data.isascii()) or (name in MAGICLESS and hidden):
            continue
        data = ALL[name](data)
        hidden = name in MAGICLESS or (hidden and name == "multipart")
    return data
