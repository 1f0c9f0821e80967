"""A form of `value`, `ts`, `nonce` and `sign`, the value JSON in base64 for addresses. A reconstruction."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import ClassVar
from urllib.parse import parse_qs, urlencode

import msgspec
from msgspec import Struct

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import SALT, Keys
from backtalk.range.sending.message import Packaging, Packed
from backtalk.range.sending.packagings.sensors_android import FORM, unzipped
from backtalk.range.sending.record import Record

LONG, LEAST = 100_000, 0.3
"""Bytes of JSON over which it is gzipped, and the share that must be left of them."""


class Head(Struct, frozen=True, omit_defaults=True):
    """`st` is the time in milliseconds."""

    st: int
    instance_id: str = ""
    event: str = ""
    original_id: str = ""


class Entry(Struct, frozen=True):
    """One event."""

    H: Head
    B: dict[str, str | int]


class Document(Struct, frozen=True):
    """All of one sender."""

    H: Head
    B: list[Entry]


class SignedValue(Packaging):
    ID: ClassVar[str] = "signed-value"
    TITLE: ClassVar[str] = "Signed value"
    REFERENCES: ClassVar[tuple[str, ...]] = ("public decompilations of the same phones' programs (`track/…`)",)
    PATH: ClassVar[str] = "/track/v4"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """One form for each `distinct_id`."""
        return tuple(
            self._form(who, [one for one in records if one.distinct_id == who], keys)
            for who in dict.fromkeys(one.distinct_id for one in records)
        )

    def _form(self, who: str, records: list[Record], keys: Keys) -> Packed:
        now = max(one.time for one in records)
        entries = [
            Entry(Head(one.time, event=one.event, original_id=one.original_id), one.properties) for one in records
        ]
        data = msgspec.json.encode(Document(Head(now, who), entries))
        packed = gzip.compress(data, mtime=0) if len(data) > LONG else data
        zipped = len(packed) < LEAST * len(data)
        value = base64.urlsafe_b64encode(packed if zipped else data).decode().rstrip("=")
        nonce = f"{int.from_bytes(keys.random(4), 'big')}:{now // 60_000:x}"
        sign = hashlib.md5(f"{value}{now}{nonce}".encode() + SALT, usedforsecurity=False).hexdigest()
        form = {"value": value, "ts": now, "nonce": nonce, "sign": sign, "gzip": int(zipped)}
        return Packed(path=self.PATH, type=FORM, body=urlencode(form).encode())

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """The sign is not looked at."""
        form = {name: values[0] for name, values in parse_qs(packed.body.decode(), strict_parsing=True).items()}
        data = base64.b64decode(form["value"] + "=" * (-len(form["value"]) % 4), b"-_", validate=True)
        told = msgspec.json.decode(unzipped(data) if form["gzip"] == "1" else data, type=Document)
        return tuple(
            Record(
                type="track_signup" if one.H.original_id else "track", event=one.H.event, time=one.H.st,
                distinct_id=told.H.instance_id, original_id=one.H.original_id, properties=one.B,
            )
            for one in told.B
        )  # fmt: skip
