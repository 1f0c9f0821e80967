"""What ciphers have in common: they are tried with the keys that a person brought, and believed only with proof."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from math import log2
from typing import ClassVar

from msgspec import Struct

from backtalk.decode.budget import Budget, Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.avro import Avro
from backtalk.decode.codecs.bplist import BinaryPlist
from backtalk.decode.codecs.bson import Bson
from backtalk.decode.codecs.bzip2 import Bzip2
from backtalk.decode.codecs.cbor import Cbor
from backtalk.decode.codecs.delimited import Delimited
from backtalk.decode.codecs.gzip import Gzip
from backtalk.decode.codecs.lz4 import Lz4
from backtalk.decode.codecs.msgpack import MessagePack
from backtalk.decode.codecs.protobuf import Protobuf
from backtalk.decode.codecs.records import Records, text_bits
from backtalk.decode.codecs.thrift import ThriftBinary, ThriftCompact
from backtalk.decode.codecs.xz import Xz
from backtalk.decode.codecs.zlib import Zlib
from backtalk.decode.codecs.zstd import Zstd
from backtalk.model.decoding import Opaque, Span, Value
from backtalk.model.keyring import Key, Keyring

COMPRESSED: tuple[Codec, ...] = (Gzip(), Zlib(), Zstd(), Bzip2(), Xz(), Lz4())
RECORDS: tuple[Codec, ...] = (
    Protobuf(), Delimited(), MessagePack(), Cbor(), Bson(), ThriftCompact(), ThriftBinary(), BinaryPlist(), Avro(),
)  # fmt: skip
BLOCK = 16
HEAD = 64
"""Bytes that are decrypted first: of a wrong key they hardly ever look like a beginning."""
LONGEST_RECORDS = 1 << 16
"""Bytes up to which a plaintext that is neither text nor compressed is parsed as records."""
CERTAIN = 40.0
"""Bits that a compressed stream says which begins, ends and checks out with the plaintext: magic and checksum."""
EXPANDED = Budget(bytes=1 << 22)
"""How far a stream is followed to believe it."""
WORTH = 0.7
"""What a bit of text is worth: chance mixes usual letters and others in many ways. By the sum over all mixtures, random
bytes of the worst length have 24 bits of text once in 2**18, 48 once in 2**36, 100 once in 2**72."""
PROOF = 32.0
"""Bits by which a plaintext must differ from chance, beside one for each doubling of the ways that are tried."""
WAYS = 16
"""Ciphers and layouts without a tag that one key is tried in, at most."""
CHEAPER = 16
"""Decrypted bytes that cost what one byte of other packaging costs: processors have instructions for it."""


class Decrypted(Struct, frozen=True, kw_only=True):
    """A plaintext that is believed, and the parameters that give it again with the same key."""

    params: dict[str, Value]
    data: bytes


def proof(keys: int) -> float:
    """Bits of evidence for a plaintext to be believed, when so many keys are tried.

    A wrong decryption is believed once in 2**32 buffers, whatever the number of keys.
    """
    return PROOF + log2(WAYS * max(keys, 1))


def evidence(data: bytes) -> float:
    """The bits by which a plaintext differs from random bytes, which a wrong key gives: 0 for what is nothing."""
    text = text_bits(data)
    if text is not None:
        return WORTH * text
    if _compressed(data):
        return CERTAIN
    if len(data) > LONGEST_RECORDS:
        return 0.0
    found = (codec.believed(data) for codec in RECORDS if isinstance(codec, Records))
    return max((WORTH * parsed.bits - log2(len(RECORDS)) for parsed in found if parsed), default=0.0)


def _compressed(data: bytes) -> bool:
    """Whether one compressed stream fills the plaintext."""
    for codec in COMPRESSED:
        found = next(codec.layers(Buffer(data), [(0, len(data))], Meter(EXPANDED)), None)
        if isinstance(found, Layer) and found.span == (0, len(data)) and "complete" not in found.params:
            return True
    return False


def promising(head: bytes, *, whole: int) -> bool:
    """Whether a plaintext of so many bytes that begins so is worth decrypting."""
    if whole <= LONGEST_RECORDS or any(text_bits(head[: len(head) - cut]) is not None for cut in range(4)):
        return True
    zlib = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0  # RFC 1950, section 2.2
    return zlib or head.startswith((b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\0", b"\x04\x22\x4d\x18"))


class Keyed(Codec):
    """Packaging that opens with a key of the keyring only; its steps name the key and never hold it."""

    KEYED: ClassVar[bool] = True

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        return self.undo_with(Keyring(), data, span, params)

    @abstractmethod
    def undo_with(self, keyring: Keyring, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        """`undo` with the key that the parameters name; ValueError when the keyring lacks it."""


def named(key: Key) -> dict[str, Value]:
    """The parameters that name a key."""
    return {"key": key.name, "fingerprint": key.fingerprint}


def key_of(keyring: Keyring, params: Mapping[str, Value]) -> Key:
    """The key that a step names; ValueError when the keyring lacks it."""
    for key in keyring.keys:
        if key.fingerprint == params.get("fingerprint"):
            return key
    raise ValueError(f"it takes the key {params.get('key')!r} ({params.get('fingerprint')}), which is not given")


class Cipher(Keyed):
    """One cipher over a whole binary buffer. SIZES are the bytes that its keys have."""

    SIZES: ClassVar[frozenset[int]]
    AUTHENTIC: ClassVar[bool] = False
    """A tag proves the key; otherwise the plaintext must make sense."""
    PADDED: ClassVar[bool] = False

    @abstractmethod
    def layouts(self, key: Key, size: int) -> Iterator[dict[str, Value]]:
        """The ways in which so many bytes may hold what this cipher gives, the most telling first."""

    @abstractmethod
    def run(self, key: bytes, packed: bytes, params: Mapping[str, Value]) -> bytes:
        """The plaintext, with its padding; ValueError when the bytes do not fit, or the tag does not."""

    @abstractmethod
    def beginning(self, params: Mapping[str, Value]) -> int:
        """How many packed bytes give the first HEAD bytes of plaintext."""

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        data, keyring = buffer.data, buffer.keyring
        span = (0, len(data))
        if keyring is None or buffer.text or list(free) != [span]:
            return
        for key in keyring.keys:
            found = self.opened(key, data, proof(len(keyring.keys)), meter)
            if found:
                yield Layer(span=span, data=found.data, params={**named(key), **found.params})
                return

    def opened(self, key: Key, packed: bytes, needed: float, meter: Meter) -> Decrypted | None:
        """What one key gives, when that is believed."""
        if len(key.data) not in self.SIZES:
            return None
        for params in self.layouts(key, len(packed)):
            cost = len(packed) if self.AUTHENTIC or len(packed) <= LONGEST_RECORDS else HEAD
            if not meter.spend(1, cost // CHEAPER):
                return None
            try:
                found = self._believed(key.data, packed, params, needed)
            except ValueError:
                continue
            if found:
                return found
        return None

    def _believed(self, key: bytes, packed: bytes, params: dict[str, Value], needed: float) -> Decrypted | None:
        if self.AUTHENTIC:
            return Decrypted(params=params, data=self.run(key, packed, params))
        head = self.run(key, packed[: self.beginning(params)], params)
        if not head or not promising(head, whole=len(packed)):
            return None
        plain = self.run(key, packed, params)
        paddings = ("pkcs7", "zeros", "none") if self.PADDED else ("",)
        for padding in paddings:
            try:
                inside = unpadded(plain, padding)
            except ValueError:
                continue
            if evidence(inside) >= needed:
                return Decrypted(params={**params, "padding": padding} if padding else params, data=inside)
        return None

    def undo_with(self, keyring: Keyring, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        return self.decrypted(key_of(keyring, params).data, data[slice(*span)], params)

    def decrypted(self, key: bytes, packed: bytes, params: Mapping[str, Value]) -> bytes:
        """The plaintext without its padding; ValueError when the bytes are not what they were."""
        if len(key) not in self.SIZES:
            raise ValueError("no key of that size")
        return unpadded(self.run(key, packed, params), str(params.get("padding", "")))


def unpadded(plain: bytes, padding: str) -> bytes:
    """The plaintext without its padding (RFC 5652, section 6.3, or zeros); ValueError when it has none such."""
    if padding == "pkcs7":
        count = plain[-1] if plain else 0
        if not 0 < count <= BLOCK or plain[-count:] != bytes([count]) * count:
            raise ValueError("not padded so")
        return plain[:-count]
    if padding == "zeros":
        stripped = plain.rstrip(b"\0")
        if not 0 < len(plain) - len(stripped) < BLOCK:
            raise ValueError("not padded so")
        return stripped
    return plain


def vector(params: Mapping[str, Value], key: bytes, packed: bytes, size: int) -> tuple[bytes, bytes]:
    """The vector and what it is for: the first bytes, zeros, the key's first bytes, or the one given in hex."""
    iv = params.get("iv")
    if iv == "prefix":
        return packed[:size], packed[size:]
    if iv in {"zero", "key"}:
        return (bytes(size) if iv == "zero" else key[:size]), packed
    given = bytes.fromhex(str(iv))
    if len(given) != size:
        raise ValueError("no vector of that size")
    return given, packed
