"""Sensors Analytics' Android SDK, encrypting: AES whose key is wrapped with the maker's RSA key. A reconstruction."""

from __future__ import annotations

import base64
import gzip
from typing import ClassVar
from urllib.parse import parse_qs, urlencode

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from msgspec import Struct

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.message import Packaging, Packed, Readable
from backtalk.range.sending.packagings.sensors_android import FORM, hash_code, unzipped
from backtalk.range.sending.record import Record, decoded, encoded


class Envelope(Struct, frozen=True):
    """One of `data_list`."""

    ekey: str
    pkv: int
    payloads: str
    flush_time: int


class SensorsAndroidSealed(Packaging):
    ID: ClassVar[str] = "sensors-android-sealed"
    TITLE: ClassVar[str] = "Sensors Analytics, Android, encrypted"
    READABLE: ClassVar[Readable] = "with the maker's key"
    REFERENCES: ClassVar[tuple[str, ...]] = ("sa-sdk-android (GitHub): encryption, `ekey`, `pkv`, `payloads`",)
    PATH: ClassVar[str] = "/sa"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """One envelope for all."""
        key, vector = keys.random(16), keys.random(16)
        padder, cipher = PKCS7(128).padder(), Cipher(AES128(key), CBC(vector)).encryptor()
        plain = padder.update(gzip.compress(encoded(records), mtime=0)) + padder.finalize()
        sealed = vector + cipher.update(plain) + cipher.finalize()
        wrapped = keys.rsa.public_key().encrypt(key, PKCS1v15())
        told = Envelope(
            base64.b64encode(wrapped).decode(), 1, base64.b64encode(sealed).decode(), max(one.time for one in records)
        )
        data = msgspec.json.encode([told]).decode()
        form = urlencode({"crc": hash_code(data), "gzip": 9, "data_list": data})
        return (Packed(path=f"{self.PATH}?project={to.project}", type=FORM, body=form.encode()),)

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """With the private key."""
        data = parse_qs(packed.body.decode(), strict_parsing=True)["data_list"][0]
        found: tuple[Record, ...] = ()
        for one in msgspec.json.decode(data, type=list[Envelope]):
            key = keys.rsa.decrypt(base64.b64decode(one.ekey, validate=True), PKCS1v15())
            sealed = base64.b64decode(one.payloads, validate=True)
            cipher, padder = Cipher(AES128(key), CBC(sealed[:16])).decryptor(), PKCS7(128).unpadder()
            plain = padder.update(cipher.update(sealed[16:]) + cipher.finalize()) + padder.finalize()
            found += decoded(unzipped(plain))
        return found
