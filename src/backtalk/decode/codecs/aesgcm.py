"""AES in GCM mode, proven by its tag."""

from __future__ import annotations

from typing import ClassVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backtalk.decode.codecs.tagged import Tagged


class AesGcm(Tagged):
    ID: ClassVar[str] = "aes-gcm"
    REFERENCES: ClassVar[tuple[str, ...]] = ("NIST SP 800-38D", "RFC 5116, section 5")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "keys that are not in the keyring, or made from passwords",
        "nonces that are not of 12 or 16 bytes, in front or in the keyring; tags cut short",
        "additional data: such a ciphertext is opened as aes-ctr, where its plaintext makes sense",
        "ciphertexts that do not fill their buffer",
    )
    SIZES: ClassVar[frozenset[int]] = frozenset((16, 24, 32))
    NONCES: ClassVar[tuple[int, ...]] = (12, 16)

    def open(self, key: bytes, nonce: bytes, sealed: bytes) -> bytes:
        return AESGCM(key).decrypt(nonce, sealed, None)
