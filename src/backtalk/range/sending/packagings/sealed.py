"""Bytes that only the maker can open, in the manner of HPKE (RFC 9180): the negative control. Made up for the range."""

from __future__ import annotations

import gzip
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.message import Packaging, Packed, Readable
from backtalk.range.sending.packagings.sensors_android import unzipped
from backtalk.range.sending.record import Record, decoded, encoded

NONCE = bytes(12)
"""Each key is used once."""


class Sealed(Packaging):
    ID: ClassVar[str] = "sealed"
    TITLE: ClassVar[str] = "Sealed to the maker"
    READABLE: ClassVar[Readable] = "by nobody else"
    REFERENCES: ClassVar[tuple[str, ...]] = ("RFC 9180, section 4.1, whose shape it has and whose labels it has not",)
    PATH: ClassVar[str] = "/o/v1"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """One sealed body for all."""
        once = X25519PrivateKey.from_private_bytes(keys.random(32))
        public = once.public_key().public_bytes_raw()
        key = _key(once.exchange(keys.sealed.public_key()), public)
        plain = gzip.compress(encoded(records), mtime=0)
        body = public + ChaCha20Poly1305(key).encrypt(NONCE, plain, public)
        return (Packed(path=self.PATH, type="application/octet-stream", body=body),)

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """With the maker's key."""
        public = packed.body[:32]
        key = _key(keys.sealed.exchange(X25519PublicKey.from_public_bytes(public)), public)
        try:
            return decoded(unzipped(ChaCha20Poly1305(key).decrypt(NONCE, packed.body[32:], public)))
        except InvalidTag:
            raise ValueError("this was not sealed to this key") from None


def _key(shared: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=public, info=b"range").derive(shared)
