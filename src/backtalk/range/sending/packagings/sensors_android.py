"""Sensors Analytics' Android SDK: a form of a checksum, and gzipped JSON in base64. A reconstruction."""

from __future__ import annotations

import base64
import gzip
import zlib
from typing import ClassVar
from urllib.parse import parse_qs, urlencode

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.message import Packaging, Packed
from backtalk.range.sending.record import Record, decoded, encoded

FORM = "application/x-www-form-urlencoded"


class SensorsAndroid(Packaging):
    ID: ClassVar[str] = "sensors-android"
    TITLE: ClassVar[str] = "Sensors Analytics, Android"
    REFERENCES: ClassVar[tuple[str, ...]] = ("sa-sdk-android (GitHub): AnalyticsMessages, `crc`, `gzip`, `data_list`",)
    PATH: ClassVar[str] = "/sa"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """One form for all."""
        data = base64.b64encode(gzip.compress(encoded(records), mtime=0)).decode()
        form = {"crc": hash_code(data), "gzip": 1, "data_list": data}
        return (Packed(path=f"{self.PATH}?project={to.project}", type=FORM, body=urlencode(form).encode()),)

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """Of `data` and `data_list`, gzipped or not."""
        form = {name: values[0] for name, values in parse_qs(packed.body.decode(), strict_parsing=True).items()}
        data = base64.b64decode(form.get("data_list") or form["data"], validate=True)
        return decoded(unzipped(data) if form.get("gzip") == "1" else data)


def hash_code(text: str) -> int:
    """Java's String.hashCode, of text in ASCII: a signed number of 32 bits."""
    found = 0
    for byte in text.encode("ascii"):
        found = (31 * found + byte) & 0xFFFFFFFF
    return found - (1 << 32) if found >> 31 else found


def unzipped(data: bytes) -> bytes:
    """Of gzip, at most 4 MiB. ValueError."""
    opened = zlib.decompressobj(wbits=31)
    try:
        found = opened.decompress(data, 4 << 20)
    except zlib.error as error:
        raise ValueError(f"this is no gzip: {error}") from None
    if not opened.eof:
        raise ValueError("this gzip is cut or too large")
    return found
