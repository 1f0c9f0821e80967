"""One event as Sensors Analytics' SDKs make it; other packagings put the same into other forms."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

LIBRARY = {"$lib": "Android", "$lib_version": "3.2.8", "$lib_method": "code"}
"""What the SDK says of itself."""
ANONYMOUS = "anonymous"
"""The `distinct_id` of who has none."""


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Field by field as in the JSON; `time` in milliseconds. `original_id` stands in `track_signup` alone."""

    type: Literal["track", "track_signup"]
    event: str
    time: int
    distinct_id: str
    project: str = ""
    original_id: str = ""
    lib: dict[str, str] = {}
    properties: dict[str, str | int] = {}


def encoded(records: tuple[Record, ...]) -> bytes:
    """A JSON array, without spaces."""
    return msgspec.json.encode(records)


def decoded(data: bytes) -> tuple[Record, ...]:
    """Of an array, or of one event. ValueError."""
    return msgspec.json.decode(data if data[:1] == b"[" else b"[" + data + b"]", type=tuple[Record, ...])
