"""AES in ECB mode: each block by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cryptography.hazmat.primitives.ciphers.modes import ECB

from backtalk.decode.codecs.aes import Aes, decrypt
from backtalk.decode.codecs.cipher import BLOCK
from backtalk.model.decoding import Value
from backtalk.model.keyring import Key


class AesEcb(Aes):
    ID: ClassVar[str] = "aes-ecb"
    REFERENCES: ClassVar[tuple[str, ...]] = ("FIPS 197", "NIST SP 800-38A, section 6.1")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "keys that are not in the keyring, or made from passwords",
        "plaintexts of under about 10 letters, and binary ones over 64 KiB that are not compressed",
        "ciphertexts that do not fill their buffer",
    )
    PADDED: ClassVar[bool] = True

    def layouts(self, key: Key, size: int) -> Iterator[dict[str, Value]]:
        del key
        if size and not size % BLOCK:
            yield {}

    def run(self, key: bytes, packed: bytes, params: Mapping[str, Value]) -> bytes:
        del params
        return decrypt(key, ECB(), packed)  # noqa: S305  # what others chose is what has to be read
