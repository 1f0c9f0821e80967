"""AES whose key was wrapped with RSA, in a field beside the value or right before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Layer
from backtalk.decode.codecs.cipher import Decrypted, key_of, named, proof
from backtalk.decode.codecs.letters import within
from backtalk.decode.codecs.sealed import Beside, Sealed, opened, sealed, unwritten
from backtalk.model.decoding import Opaque, Span, Value
from backtalk.model.keyring import Key, Keyring, private

SIZES = frozenset((16, 24, 32))
HASHES = {"oaep-sha1": ("sha1", "sha1"), "oaep-sha256": ("sha256", "sha256"), "oaep-sha256-sha1": ("sha256", "sha1")}
"""Padding by the hashes of its label and its mask; the last is what Java's OAEPWithSHA-256AndMGF1Padding means."""
COST = 1 << 18
"""Bytes of the budget that one block costs: milliseconds."""
PREFIXES: tuple[tuple[int, str], ...] = ((0, ""), (2, "big"), (4, "big"), (4, "little"))
"""Bytes before a wrapped key in binary data, and the order in which they tell its length."""


def message(numbers: RSAPrivateNumbers, block: bytes) -> bytes:
    """What the block is before encryption, with its padding (RFC 8017, section 5.1.2); ValueError."""
    cipher = int.from_bytes(block, "big")
    if cipher >= numbers.public_numbers.n:
        raise ValueError("no block of this key")
    low = pow(cipher % numbers.q, numbers.dmq1, numbers.q)
    high = pow(cipher % numbers.p, numbers.dmp1, numbers.p)
    whole = low + numbers.q * (numbers.iqmp * (high - low) % numbers.p)
    return whole.to_bytes(len(block), "big")


def unpadded(padded: bytes, padding: str) -> bytes:
    """What was wrapped (RFC 8017, sections 7.1.2 and 7.2.2); ValueError when it is not padded so."""
    if padding == "pkcs1":
        end = padded.find(b"\0", 2)
        if not padded.startswith(b"\0\2") or end < 10:
            raise ValueError("not padded so")
        return padded[end + 1 :]
    if padding not in HASHES:
        raise ValueError("no such padding")
    label, mask = HASHES[padding]
    empty = hashlib.new(label, usedforsecurity=False).digest()
    seed = _xor(padded[1 : 1 + len(empty)], _mask(padded[1 + len(empty) :], len(empty), mask))
    block = _xor(padded[1 + len(empty) :], _mask(seed, len(padded) - 1 - len(empty), mask))
    inside = block[len(empty) :].lstrip(b"\0")
    if padded[:1] != b"\0" or not block.startswith(empty) or not inside.startswith(b"\1"):
        raise ValueError("not padded so")
    return inside[1:]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _mask(seed: bytes, size: int, name: str) -> bytes:
    """MGF1 (RFC 8017, appendix B.2.1)."""
    found = b""
    for count in range(size // 20 + 1):
        found += hashlib.new(name, seed + count.to_bytes(4, "big"), usedforsecurity=False).digest()
    return found[:size]


@lru_cache(maxsize=32)
def numbers_of(key: bytes) -> RSAPrivateNumbers | None:
    """The numbers of a private key in PEM; None for any other key."""
    return private(key)


def session_key(wrapped: bytes, writing: str) -> bytes:
    """The key that was wrapped, as its bytes or as text; ValueError when it has no size of AES."""
    key = unwritten(wrapped) if writing == "text" else wrapped
    if len(key) not in SIZES:
        raise ValueError("no key of AES")
    return key


def unwrapped(key: bytes, block: bytes) -> Iterator[tuple[dict[str, Value], bytes]]:
    """Each session key that the block may hold, with the parameters that give it again."""
    numbers = numbers_of(key)
    if numbers is None or len(block) != (numbers.public_numbers.n.bit_length() + 7) // 8:
        return
    try:
        padded = message(numbers, block)
    except ValueError:
        return
    for padding in ("pkcs1", *HASHES):
        for writing in ("bytes", "text"):
            try:
                yield {"padding_rsa": padding, "writing": writing}, session_key(unpadded(padded, padding), writing)
            except ValueError:
                continue


class RsaAes(Beside):
    ID: ClassVar[str] = "rsa-aes"
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "RFC 8017, sections 7.1 (OAEP) and 7.2 (PKCS #1 v1.5)",
        "Sensors Analytics, Android SDK, SAEncryptAPI (ekey and payloads)",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "wrapped keys that are neither in the same object or form as the value nor right before it",
        "private keys with a passphrase, OAEP with labels or other hashes than SHA-1 and SHA-256",
        "elliptic curves and SM2; see the ciphers of AES",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        keyring = buffer.keyring
        keys = [key for key in keyring.keys if numbers_of(key.data)] if keyring else []
        if keys and buffer.text:
            yield from self._beside(buffer.data, free, keys, meter)
        elif keys and list(free) == [(0, len(buffer.data))]:
            yield from self._behind(buffer.data, keys, meter)

    def _beside(self, data: bytes, free: Sequence[Span], keys: Sequence[Key], meter: Meter) -> Iterator[Layer]:
        """Values in the same object or form as a wrapped key."""
        values = list(sealed(data))
        for wrap in values:
            for key in keys:
                if not _fits(key, wrap.data) or not meter.spend(1, COST):
                    continue
                for params, inner in unwrapped(key.data, wrap.data):
                    for value in values:
                        if value is wrap or value.parent != wrap.parent or not within(value.span, free):
                            continue
                        found = opened(Key(name=key.name, data=inner), value.data, proof(1), meter)
                        if found:
                            yield _layer(value, key, wrap.span, params, found)

    def _behind(self, data: bytes, keys: Sequence[Key], meter: Meter) -> Iterator[Layer]:
        """A wrapped key at the beginning of binary data, its length before it or not, and what it opens."""
        for key in keys:
            size = _size(key)
            for before, order in PREFIXES:
                start = before + size
                counted = int.from_bytes(data[:before], "big" if order == "big" else "little")
                if len(data) <= start or (order and counted != size) or not meter.spend(1, COST):
                    continue
                for params, inner in unwrapped(key.data, data[before:start]):
                    found = opened(Key(name=key.name, data=inner), data[start:], proof(1), meter)
                    if found:
                        rest = Sealed((start, len(data)), "", "", b"")
                        yield _layer(rest, key, (before, start), {**params, "plainly": True}, found)
                        return

    def undo_with(self, keyring: Keyring, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        low, _, high = str(params.get("wrapped")).partition(":")
        wrapped, packed = data[int(low) : int(high)], data[slice(*span)]
        if not params.get("plainly"):
            wrapped, packed = unwritten(wrapped), unwritten(packed)
        key = key_of(keyring, params)
        wanted = {name: params.get(name) for name in ("padding_rsa", "writing")}
        for found, inner in unwrapped(key.data, wrapped):
            if found == wanted:
                return self.decrypted(inner, packed, params)
        raise ValueError("the wrapped key does not open with it")


def _size(key: Key) -> int:
    numbers = numbers_of(key.data)
    return (numbers.public_numbers.n.bit_length() + 7) // 8 if numbers else 0


def _fits(key: Key, block: bytes) -> bool:
    return len(block) == _size(key)


def _layer(value: Sealed, key: Key, wrapped: Span, params: dict[str, Value], found: Decrypted) -> Layer:
    field: dict[str, Value] = {"field": value.name} if value.name else {}
    where: dict[str, Value] = {"wrapped": f"{wrapped[0]}:{wrapped[1]}"}
    return Layer(span=value.span, data=found.data, params={**field, **named(key), **where, **params, **found.params})
