"""RC4, from the first byte of its stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher as Machine

from backtalk.decode.codecs.cipher import HEAD, Cipher
from backtalk.model.decoding import Value
from backtalk.model.keyring import Key

LEAST = 8


class Rc4(Cipher):
    ID: ClassVar[str] = "rc4"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 6229 (test vectors)", "RFC 7465")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "keys that are not in the keyring, or of other than 5, 7, 8, 10, 16, 20, 24 or 32 bytes",
        "plaintexts of under about 10 letters, and binary ones over 64 KiB that are not compressed",
        "streams whose beginning is dropped, ciphertexts that do not fill their buffer",
    )
    SIZES: ClassVar[frozenset[int]] = frozenset((5, 7, 8, 10, 16, 20, 24, 32))

    def layouts(self, key: Key, size: int) -> Iterator[dict[str, Value]]:
        del key
        if size >= LEAST:
            yield {}

    def beginning(self, params: Mapping[str, Value]) -> int:
        del params
        return HEAD

    def run(self, key: bytes, packed: bytes, params: Mapping[str, Value]) -> bytes:
        del params
        return Machine(ARC4(key), None).decryptor().update(packed)
