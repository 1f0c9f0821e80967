"""Encrypted values of JSON and forms that need something from the fields beside them."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping
from typing import ClassVar

from msgspec import Struct

from backtalk.decode.budget import Meter
from backtalk.decode.codecs.aescbc import AesCbc
from backtalk.decode.codecs.aesctr import AesCtr
from backtalk.decode.codecs.aesecb import AesEcb
from backtalk.decode.codecs.aesgcm import AesGcm
from backtalk.decode.codecs.base64 import decoded
from backtalk.decode.codecs.chacha import ChaCha
from backtalk.decode.codecs.cipher import Cipher, Decrypted, Keyed
from backtalk.decode.codecs.form import Form
from backtalk.decode.codecs.json import Json
from backtalk.model.decoding import Span, Value
from backtalk.model.keyring import Key

CIPHERS: tuple[Cipher, ...] = (AesGcm(), ChaCha(), AesCbc(), AesEcb(), AesCtr())
"""What a value may be encrypted with, what proves itself first."""
BY_ID = {cipher.ID: cipher for cipher in CIPHERS}
WRITTEN: tuple[Json | Form, ...] = (Json(), Form())
MOST_VALUES = 4096
HEX = b"0123456789abcdefABCDEF"
LEAST = 8
"""Bytes of the shortest value that is looked at."""


class Sealed(Struct, frozen=True):
    """A value written in base64 or hex: where it stands, what holds it, its name there, and its bytes."""

    span: Span
    parent: str
    name: str
    data: bytes


def unwritten(packed: bytes) -> bytes:
    """The bytes of a value in base64 or hex, escapes of JSON and of forms undone; ValueError when it is none."""
    if b"\\" in packed:
        packed = Json().substitute(packed, {})
    if b"%" in packed:
        packed = Form().substitute(packed, {"plus": False})
    if not len(packed) % 2 and not packed.translate(None, HEX):
        return binascii.unhexlify(packed)
    return decoded(packed)


def sealed(data: bytes) -> Iterator[Sealed]:
    """Values that may be ciphertexts, keys and vectors, with the names of what they stand in."""
    for codec in WRITTEN:
        for leaf in codec.leaves(data)[:MOST_VALUES]:
            path = str(leaf.params.get("path", leaf.params.get("field", "")))
            if leaf.params.get("key"):
                continue
            try:
                inside = unwritten(data[slice(*leaf.span)])
            except ValueError:
                continue
            if len(inside) >= LEAST:
                parent, _, name = path.rpartition(".")
                yield Sealed(leaf.span, f"{codec.ID} {parent}", name, inside)


class Beside(Keyed):
    """A codec whose values need more of the buffer than their own span."""

    WHOLE: ClassVar[bool] = True

    def decrypted(self, key: bytes, packed: bytes, params: Mapping[str, Value]) -> bytes:
        """A value with the cipher that the parameters name; ValueError."""
        cipher = BY_ID.get(str(params.get("cipher")))
        if cipher is None:
            raise ValueError("no such cipher")
        return cipher.decrypted(key, packed, params)


def opened(key: Key, packed: bytes, needed: float, meter: Meter) -> Decrypted | None:
    """What one key makes of a value with the first cipher that is believed."""
    for cipher in CIPHERS:
        found = cipher.opened(key, packed, needed, meter)
        if found:
            return Decrypted(params={"cipher": cipher.ID, **found.params}, data=found.data)
    return None
