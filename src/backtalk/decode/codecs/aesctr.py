"""AES in CTR mode, and what GCM encrypts where its tag is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cryptography.hazmat.primitives.ciphers.modes import CTR

from backtalk.decode.codecs.aes import Aes, decrypt
from backtalk.decode.codecs.cipher import BLOCK, vector
from backtalk.model.decoding import Value
from backtalk.model.keyring import Key

NONCES = ((12, 0), (12, 1), (12, 2), (8, 0))
"""Bytes of a nonce in front, and from what the counter that follows it starts; GCM's starts from 2."""
LEAST = 8


class AesCtr(Aes):
    ID: ClassVar[str] = "aes-ctr"
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "NIST SP 800-38A, section 6.5", "RFC 3686", "NIST SP 800-38D, section 6.5 (GCTR)"
    )  # fmt: skip
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "keys that are not in the keyring, or made from passwords",
        "plaintexts of under about 10 letters, and binary ones over 64 KiB that are not compressed",
        "vectors that are neither in front (16 bytes, or a nonce of 8 or 12) nor all zeros nor in the keyring",
        "ciphertexts that do not fill their buffer",
    )

    def layouts(self, key: Key, size: int) -> Iterator[dict[str, Value]]:
        if len(key.iv) == BLOCK:
            yield {"iv": key.iv.hex()}
        yield {"iv": "zero"}
        for nonce, counter in NONCES:
            if size >= nonce + LEAST:
                yield {"iv": "prefix", "nonce": nonce, "counter": counter}
        if size >= BLOCK + LEAST:
            yield {"iv": "prefix"}

    def run(self, key: bytes, packed: bytes, params: Mapping[str, Value]) -> bytes:
        size, counter = params.get("nonce", BLOCK), params.get("counter", 0)
        if not isinstance(size, int) or not isinstance(counter, int) or not 0 < size <= BLOCK or not 0 <= counter < 256:
            raise ValueError("no such nonce")
        iv, rest = vector(params, key, packed, size)
        if len(iv) < size:
            raise ValueError("too short")
        start = int.from_bytes(iv.ljust(BLOCK, b"\0"), "big") + counter
        return decrypt(key, CTR(start.to_bytes(BLOCK + 1, "big")[1:]), rest)
