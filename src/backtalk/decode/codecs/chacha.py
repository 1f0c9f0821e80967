"""ChaCha20-Poly1305, proven by its tag."""

from __future__ import annotations

from typing import ClassVar

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from backtalk.decode.codecs.tagged import Tagged


class ChaCha(Tagged):
    ID: ClassVar[str] = "chacha20-poly1305"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 8439, section 2.8",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "keys that are not in the keyring, or made from passwords",
        "nonces that are neither in front nor in the keyring; XChaCha20's of 24 bytes",
        "additional data, and ChaCha20 without a tag",
        "ciphertexts that do not fill their buffer",
    )
    SIZES: ClassVar[frozenset[int]] = frozenset((32,))
    NONCES: ClassVar[tuple[int, ...]] = (12,)

    def open(self, key: bytes, nonce: bytes, sealed: bytes) -> bytes:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, None)
