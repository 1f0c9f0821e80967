"""AES in CBC mode, the vector in front, fixed, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cryptography.hazmat.primitives.ciphers.modes import CBC

from backtalk.decode.codecs.aes import Aes, decrypt
from backtalk.decode.codecs.cipher import BLOCK, vector
from backtalk.model.decoding import Value
from backtalk.model.keyring import Key


class AesCbc(Aes):
    ID: ClassVar[str] = "aes-cbc"
    REFERENCES: ClassVar[tuple[str, ...]] = ("FIPS 197", "NIST SP 800-38A, section 6.2", "RFC 5652, section 6.3")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "keys that are not in the keyring, or made from passwords",
        "plaintexts of under about 10 letters, and binary ones over 64 KiB that are not compressed",
        "the first 16 bytes, where the vector is neither in front nor all zeros, the key's beginning or in the keyring",
        "ciphertexts that do not fill their buffer",
    )
    PADDED: ClassVar[bool] = True

    def layouts(self, key: Key, size: int) -> Iterator[dict[str, Value]]:
        """Vectors that are known first: under a wrong one only the first block is lost, which sense forgives."""
        if size % BLOCK or not size:
            return
        if len(key.iv) == BLOCK:
            yield {"iv": key.iv.hex()}
        yield {"iv": "zero"}
        yield {"iv": "key"}
        if size > BLOCK:
            yield {"iv": "prefix"}

    def run(self, key: bytes, packed: bytes, params: Mapping[str, Value]) -> bytes:
        iv, blocks = vector(params, key, packed, BLOCK)
        return decrypt(key, CBC(iv), blocks)
