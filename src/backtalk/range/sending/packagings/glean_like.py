"""A ping in the manner of Mozilla's Glean: gzipped JSON, its name in the address. A reconstruction."""

from __future__ import annotations

import gzip
import uuid
from typing import ClassVar, Literal

import msgspec
from msgspec import Struct

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.message import Packaging, Packed
from backtalk.range.sending.packagings.sensors_android import unzipped
from backtalk.range.sending.record import Record


class PingInfo(Struct, frozen=True):
    """`seq` counts the pings of one kind; here, from their time."""

    seq: int
    reason: str = "active"


class ClientInfo(Struct, frozen=True):
    """Who sends."""

    client_id: str
    telemetry_sdk_build: str = "28.0.0"


class Event(Struct, frozen=True):
    """One event; `timestamp` in milliseconds since the epoch, where Glean counts from the first."""

    timestamp: int
    name: str
    extra: dict[str, str | int]
    category: Literal["range"] = "range"


class Ping(Struct, frozen=True):
    """All of it."""

    ping_info: PingInfo
    client_info: ClientInfo
    events: list[Event]


class GleanLike(Packaging):
    ID: ClassVar[str] = "glean-like"
    TITLE: ClassVar[str] = "Like Glean"
    REFERENCES: ClassVar[tuple[str, ...]] = ("mozilla.github.io/glean/book/user/pings",)
    PATH: ClassVar[str] = "/submit/mirage-browser/events/1"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """One ping for each `distinct_id`."""
        return tuple(
            self._ping(who, [one for one in records if one.distinct_id == who], keys)
            for who in dict.fromkeys(one.distinct_id for one in records)
        )

    def _ping(self, who: str, records: list[Record], keys: Keys) -> Packed:
        events = [Event(one.time, one.event, one.properties) for one in records]
        ping = Ping(PingInfo(max(one.time for one in records) // 1000), ClientInfo(who), events)
        return Packed(
            path=f"{self.PATH}/{uuid.UUID(bytes=keys.random(16), version=4)}",
            type="application/json; charset=utf-8",
            body=gzip.compress(msgspec.json.encode(ping), mtime=0),
            headers=(("Content-Encoding", "gzip"),),
        )

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """Its events."""
        ping = msgspec.json.decode(unzipped(packed.body), type=Ping)
        who = ping.client_info.client_id
        return tuple(
            Record(type="track", event=one.name, time=one.timestamp, distinct_id=who, properties=one.extra)
            for one in ping.events
        )
