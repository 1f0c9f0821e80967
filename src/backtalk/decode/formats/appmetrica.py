"""AppMetrica: the identifiers in the query, the events in Protocol Buffers."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message


class AppMetrica(Format):
    ID: ClassVar[str] = "appmetrica"
    TITLE: ClassVar[str] = "AppMetrica"
    SIGNS: ClassVar[str] = "a query with `deviceid`, `uuid`, `api_key_128` and `analytics_sdk_version` (or `…_name`)"
    FIELDS: ClassVar[Names] = {
        "deviceid": "identifier",
        "uuid": "identifier",
        "adv_id": "identifier",
        "android_id": "identifier",
        "manufacturer": "device",
        "model": "device",
        "os_version": "device",
        "locale": "device",
        "screen_width": "device",
        "screen_height": "device",
        "app_id": "app",
        "app_version_name": "app",
        "api_key_128": "project",
        "analytics_sdk_version": "library",
        "analytics_sdk_version_name": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = ("github.com/appmetrica/appmetrica-sdk-android",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "built from published source, not from traffic",
        "the body's Protocol Buffers have no names",
    )

    def read(self, buffer: Buffer) -> Message | None:
        first = buffer.first
        known = "analytics_sdk_version" in first or "analytics_sdk_version_name" in first
        if not {"deviceid", "uuid", "api_key_128"} <= first.keys() or not known:
            return None
        return self.message(shared=self.of_pairs(buffer.pairs))
