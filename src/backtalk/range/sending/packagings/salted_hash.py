"""What the owner did as SHA-256 with the maker's salt, in gzipped JSON. Made up for the range."""

from __future__ import annotations

import gzip
import hashlib
from typing import ClassVar

from msgspec.structs import replace

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import SALT, Keys
from backtalk.range.sending.message import Packaging, Packed, Readable
from backtalk.range.sending.naming import SAID
from backtalk.range.sending.packagings.sensors_android import unzipped
from backtalk.range.sending.record import Record, decoded, encoded


class SaltedHash(Packaging):
    ID: ClassVar[str] = "salted-hash"
    TITLE: ClassVar[str] = "Salted hashes"
    READABLE: ClassVar[Readable] = "hashed"
    REFERENCES: ClassVar[tuple[str, ...]] = ("made up for the range",)
    PATH: ClassVar[str] = "/h/v1/events"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """One document for all."""
        body = gzip.compress(encoded(tuple(map(hashed, records))), mtime=0)
        return (Packed(path=self.PATH, type="application/json", body=body, headers=(("Content-Encoding", "gzip"),)),)

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """The hashes: a maker with a list of addresses knows which."""
        return decoded(unzipped(packed.body))


def hashed(record: Record) -> Record:
    """Whatever says what the owner did, hashed."""
    told: dict[str, str | int] = {
        name: hashlib.sha256(SALT + str(value).encode()).hexdigest() if name in SAID else value
        for name, value in record.properties.items()
    }
    return replace(record, properties=told)
