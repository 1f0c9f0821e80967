"""Writers of the formats that codecs read, made without the code under test."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import contextlib
import html
import io
import lzma
import plistlib
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hypothesis import strategies as st


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def protobuf(*fields: tuple[int, object]) -> bytes:
    """Fields in order: an int as a varint, a float as a double, bytes and text as they are, a list as a message."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        elif isinstance(value, float):
            out += varint(number << 3 | 1) + struct.pack("<d", value)
        else:
            inside = (
                protobuf(*value) if isinstance(value, list) else value.encode() if isinstance(value, str) else value
            )
            out += varint(number << 3 | 2) + varint(len(inside)) + inside
    return out


def grpc(*messages: bytes, flags: int = 0) -> bytes:
    return b"".join(struct.pack(">BI", flags, len(message)) + message for message in messages)


def prefixed(message: bytes) -> bytes:
    return varint(len(message)) + message


BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def large(value: bytes, alphabet: bytes) -> bytes:
    """The bytes as one large number in the digits of an alphabet."""
    number, out = int.from_bytes(value, "big"), b""
    while number:
        number, digit = divmod(number, len(alphabet))
        out = alphabet[digit : digit + 1] + out
    return out


def utf7(value: bytes) -> bytes:
    return b"+" + base64.b64encode(value.decode().encode("utf-16-be")).rstrip(b"=") + b"-"


def urlsafe(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def uuencode(value: bytes) -> bytes:
    lines = [binascii.b2a_uu(value[at : at + 45]) for at in range(0, len(value), 45)]
    return b"begin 644 a.log\n" + b"".join(lines) + b"`\nend\n"


def zipped(value: bytes, method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.log", (2020, 5, 4, 12, 0, 0)), value, method)
    return out.getvalue()


def matches(value: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The simplest of matchers: literals, then how far back a copy begins and how long it is; at last only literals."""
    at = start = 0
    while at < len(value) - 12:
        before = value.rfind(value[at : at + 4], 0, at + 3)
        if before < 0:
            at += 1
            continue
        length = 4
        while at + length < len(value) - 5 and length < 60 and value[before + length] == value[at + length]:
            length += 1
        yield value[start:at], at - before, length
        at = start = at + length
    yield value[start:], 0, 0


def lz_length(length: int) -> bytes:
    return b"" if length < 15 else b"\xff" * ((length - 15) // 255) + bytes([(length - 15) % 255])


def lz_block(value: bytes) -> bytes:
    out = b""
    for literals, distance, length in matches(value):
        size, more = len(literals), length - 4 if length else 0
        out += bytes([min(size, 15) << 4 | min(more, 15)]) + lz_length(size) + literals
        out += distance.to_bytes(2, "little") + lz_length(more) if length else b""
    return out


def lz4_frame(block: bytes) -> bytes:
    return b"\x04\x22\x4d\x18\x60\x40\x82" + len(block).to_bytes(4, "little") + block + bytes(4)


def snappy_block(value: bytes) -> bytes:
    out = varint(len(value))
    for literals, distance, length in matches(value):
        for at in range(0, len(literals), 60):
            piece = literals[at : at + 60]
            out += bytes([len(piece) - 1 << 2]) + piece
        out += bytes([length - 1 << 2 | 2]) + distance.to_bytes(2, "little") if length else b""
    return out


def msgpack(value: object) -> bytes:
    if isinstance(value, dict):
        return bytes([0x80 | len(value)]) + b"".join(msgpack(key) + msgpack(inside) for key, inside in value.items())
    if isinstance(value, int):
        return bytes([value])
    text = value.encode() if isinstance(value, str) else value
    return (bytes([0xA0 | len(text)]) if len(text) < 32 else bytes([0xD9, len(text)])) + text


def cbor(value: object) -> bytes:
    if isinstance(value, dict):
        return bytes([0xA0 | len(value)]) + b"".join(cbor(key) + cbor(inside) for key, inside in value.items())
    if isinstance(value, int):
        return bytes([value])
    text = value.encode() if isinstance(value, str) else value
    return (bytes([0x60 | len(text)]) if len(text) < 24 else bytes([0x78, len(text)])) + text


def bson(value: dict[str, object]) -> bytes:
    out = b""
    for key, inside in value.items():
        name = key.encode() + b"\x00"
        if isinstance(inside, int):
            out += b"\x10" + name + inside.to_bytes(4, "little")
            continue
        text = inside.encode() if isinstance(inside, str) else inside
        out += b"\x02" + name + (len(text) + 1).to_bytes(4, "little") + text + b"\x00"
    return (len(out) + 5).to_bytes(4, "little") + out + b"\x00"


def websocket(value: bytes) -> bytes:
    key = b"\x17\x2a\x80\xf1"
    head = b"\x81" + (bytes([0x80 | len(value)]) if len(value) < 126 else b"\xfe" + len(value).to_bytes(2, "big"))
    return head + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(value))


def sqlite(value: bytes) -> bytes:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("create table visits (time integer, log blob)")
        database.execute("insert into visits values (1588600000, ?)", (value,))
        database.commit()
        return database.serialize()


BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
WIDE_LETTERS = "".join(map(chr, range(32, 32 + (1 << 15))))
BYTES = "".join(map(chr, range(256)))


def reordered(value: bytes, alphabet: bytes) -> bytes:
    return base64.b64encode(value).rstrip(b"=").translate(bytes.maketrans(BASE64, alphabet))


def xored(value: bytes, key: bytes) -> bytes:
    return bytes(byte ^ key[at % len(key)] for at, byte in enumerate(value))


def lz_string(value: bytes, width: int, letters: str) -> str:
    """lz-string's packing of ASCII text, written in letters of so many bits."""
    bits: list[str] = []
    known: dict[str, int] = {}
    new: set[str] = set()
    size, room, count = 2, 2, 3
    before = ""

    def put(number: int, length: int) -> None:
        bits.append(format(number, f"0{length}b")[::-1])

    def turn() -> None:
        nonlocal room, size
        room -= 1
        if not room:
            room, size = 1 << size, size + 1

    def say(phrase: str) -> None:
        if phrase in new:
            put(0, size)
            put(ord(phrase), 8)
            turn()
            new.remove(phrase)
        else:
            put(known[phrase], size)
        turn()

    for letter in value.decode("ascii"):
        if letter not in known:
            known[letter], count = count, count + 1
            new.add(letter)
        if before + letter in known:
            before += letter
            continue
        say(before)
        known[before + letter], count = count, count + 1
        before = letter
    say(before)
    put(2, size)
    stream = "".join(bits)
    stream += "0" * (width - len(stream) % width)
    return "".join(letters[int(stream[at : at + width], 2)] for at in range(0, len(stream), width))


def long(number: int) -> bytes:
    return varint(number << 1)


def avro(value: bytes) -> bytes:
    """One record with one text, whose JSON is a quoted string."""
    entries = ((b"avro.schema", b'"string"'), (b"avro.codec", b"null"))
    metadata = b"".join(long(len(part)) + part for entry in entries for part in entry)
    text = value.strip(b'"')
    block = long(len(text)) + text
    sync = bytes(range(16))
    return b"Obj\x01" + long(2) + metadata + long(0) + sync + long(1) + long(len(block)) + block + sync


def snappy_framed(value: bytes) -> bytes:
    """The stream's name and one chunk that is not compressed; its checksum is passed over."""
    return b"\xff\x06\x00\x00sNaPpY\x01" + (len(value) + 4).to_bytes(3, "little") + bytes(4) + value


def thrift_binary(value: bytes) -> bytes:
    """A call with a text and a number."""
    head = b"\x80\x01\x00\x01" + (4).to_bytes(4, "big") + b"send" + (7).to_bytes(4, "big")
    return head + b"\x0b\x00\x01" + len(value).to_bytes(4, "big") + value + b"\x08\x00\x02\x00\x00\x00\x05\x00"


def thrift_compact(value: bytes) -> bytes:
    """A call with a text and a number."""
    return b"\x82\x21\x07\x04send\x18" + varint(len(value)) + value + b"\x15\x0a\x00"


class Packing(NamedTuple):
    """One way to pack: which codec undoes it, how it is written, and what it can hold."""

    codec: str
    encode: Callable[[bytes], bytes]
    values: st.SearchStrategy[bytes]


TEXTS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789 ./:-"), min_size=16, max_size=80).map(str.encode)
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=24, max_size=80).map(str.encode)
ADDRESSES = TEXTS.map(lambda text: b"https://" + text + b".example/")
REPEATED = st.lists(st.sampled_from(["visited ", "https://", "page", ".example/", "0123456789"]), min_size=4).map(
    lambda words: "".join(words).encode()
)
WIDE = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, exclude_categories=("Cc", "Cs", "Cn", "Co")),
    min_size=24,
    max_size=60,
).map(str.encode)

MARKED = TEXTS.map(lambda text: text.strip() + b"&<>" + text.strip() + b".")
LINES = TEXTS.map(lambda text: b"[" + text.strip() + b",\n" + text.strip() + b"]")
JSONS = TEXTS.map(
    lambda text: b'{"event":"page visited","title":"The news of the day","to":"https://example.test/' + text + b'"}'
)
QUOTED = TEXTS.map(lambda text: b'"' + text + b'"')
LABELS = (
    st.text(st.sampled_from("abcdefghij\u00e4\u00f6\u00fc\u4e00"), min_size=4, max_size=12)
    .filter(lambda label: not label.isascii())
    .map(str.encode)
)

PACKINGS: dict[str, Packing] = {
    "protobuf": Packing("protobuf", lambda value: protobuf((1, 7), (2, [(3, value)]), (4, "an event")), TEXTS),
    "delimited": Packing("delimited", lambda value: 2 * prefixed(protobuf((1, 2), (2, value))), TEXTS),
    "grpc": Packing("grpc", grpc, st.binary(min_size=8, max_size=200)),
    "reversed": Packing("reversed", lambda value: value[::-1], st.binary(min_size=1)),
    "rot13": Packing("rot13", lambda value: codecs.encode(value.decode("latin-1"), "rot13").encode("latin-1"), TEXTS),
    "rot47": Packing(
        "rot47", lambda value: bytes((byte + 14) % 94 + 33 if byte > 32 else byte for byte in value), TEXTS
    ),
    "quoted-printable": Packing(
        "quoted-printable", lambda value: b"".join(b"=%02X" % byte for byte in value), PRINTABLE
    ),
    "utf-16-le": Packing("utf-16", lambda value: value.decode().encode("utf-16"), WIDE),
    "utf-16-be": Packing("utf-16", lambda value: value.decode().encode("utf-16-be"), PRINTABLE),
    "utf-32-le": Packing("utf-16", lambda value: value.decode().encode("utf-32-le"), PRINTABLE),
    "utf-7": Packing("utf-7", utf7, PRINTABLE),
    "base32": Packing("base32", base64.b32encode, ADDRESSES),
    "base32hex": Packing("base32", lambda value: base64.b32hexencode(value).rstrip(b"=").lower(), ADDRESSES),
    "base58": Packing("base58", lambda value: large(value, BASE58), ADDRESSES),
    "base62": Packing("base62", lambda value: large(value, BASE62), ADDRESSES),
    "ascii85": Packing("base85", lambda value: base64.a85encode(value, adobe=True), ADDRESSES),
    "base85": Packing("base85", base64.b85encode, ADDRESSES),
    "uuencode": Packing("uuencode", uuencode, st.binary(min_size=1, max_size=200)),
    "jwt": Packing(
        "jwt", lambda value: b".".join((b"eyJhbGciOiJub25lIn0", urlsafe(value), b"")), st.binary(min_size=2)
    ),
    "punycode": Packing("punycode", lambda value: b"xn--" + value.decode().encode("punycode"), LABELS),
    "bzip2": Packing("bzip2", bz2.compress, st.binary(min_size=1, max_size=400)),
    "xz": Packing("xz", lzma.compress, st.binary(min_size=1, max_size=400)),
    "lzma": Packing("xz", lambda value: lzma.compress(value, lzma.FORMAT_ALONE), st.binary(min_size=1, max_size=400)),
    "zip": Packing("zip", lambda value: zipped(value, zipfile.ZIP_DEFLATED), st.binary(min_size=1, max_size=400)),
    "zip stored": Packing("zip", lambda value: zipped(value, zipfile.ZIP_STORED), st.binary(min_size=1, max_size=400)),
    "lz4": Packing("lz4", lambda value: lz4_frame(lz_block(value)), REPEATED),
    "lz4-block": Packing("lz4-block", lambda value: len(value).to_bytes(4, "little") + lz_block(value), REPEATED),
    "snappy-block": Packing("snappy-block", snappy_block, REPEATED),
    "msgpack": Packing("msgpack", lambda value: msgpack({"event": "visited", "page": value, "n": 7}), TEXTS),
    "cbor": Packing("cbor", lambda value: cbor({"event": "visited", "page": value, "n": 7}), TEXTS),
    "bson": Packing("bson", lambda value: bson({"event": "visited", "page": value, "n": 7}), TEXTS),
    "bplist": Packing(
        "bplist", lambda value: plistlib.dumps({"page": value, "n": 7}, fmt=plistlib.FMT_BINARY), st.binary(min_size=8)
    ),
    "java": Packing("java", lambda value: b"\xac\xed\x00\x05\x74" + len(value).to_bytes(2, "big") + value, TEXTS),
    "websocket": Packing("websocket", websocket, TEXTS),
    "mime-word": Packing("mime-word", lambda value: b"=?utf-8?B?" + base64.b64encode(value) + b"?=", WIDE),
    "xml": Packing(
        "xml", lambda value: b"<?xml version='1.0'?><a><b>" + html.escape(value.decode()).encode() + b"</b></a>", MARKED
    ),
    "sse": Packing("sse", lambda value: b"event: a\ndata: " + value.replace(b"\n", b"\ndata: ") + b"\n\n", LINES),
    "sqlite": Packing("sqlite", sqlite, st.binary(min_size=8, max_size=300)),
    "base64 reordered": Packing(
        "base64-order", lambda value: reordered(value, BASE64[26:52] + BASE64[:26] + BASE64[52:]), ADDRESSES
    ),
    "base64 turned": Packing("base64-order", lambda value: reordered(value, BASE64[7:] + BASE64[:7]), ADDRESSES),
    "xor text": Packing("xor", lambda value: xored(value, b"\x9b\xe7"), JSONS),
    "lz-string": Packing("lz-string", lambda value: lz_string(value, 6, BASE64.decode()).encode(), ADDRESSES),
    "lz-string wide": Packing(
        "lz-string", lambda value: (lz_string(value, 15, WIDE_LETTERS) + " ").encode(), ADDRESSES
    ),
    "lz-string-bytes": Packing(
        "lz-string-bytes", lambda value: lz_string(value, 8, BYTES).encode("latin-1"), ADDRESSES
    ),
    "avro": Packing("avro", avro, QUOTED),
    "snappy framed": Packing("snappy", snappy_framed, st.binary(min_size=1, max_size=300)),
    "thrift binary": Packing("thrift-binary", thrift_binary, ADDRESSES),
    "thrift compact": Packing("thrift-compact", thrift_compact, ADDRESSES),
}
