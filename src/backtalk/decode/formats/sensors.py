"""Sensors Analytics: events as JSON, mostly gzipped and in base64 within a form; also its encrypted forms."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message

COMPRESSED = frozenset({"0", "1", "9", "13"})


class SensorsAnalytics(Format):
    ID: ClassVar[str] = "sensors-analytics"
    TITLE: ClassVar[str] = "Sensors Analytics"
    SIGNS: ClassVar[str] = (
        "JSON events with `distinct_id` (or `identities`) and `lib.$lib`; encrypted, `ekey` with `pkv` and `payloads`, "
        "or `key_id` with `key_hash`, `nc` and `payload`; a form with `data` or `data_list` beside a `crc`"
    )
    FIELDS: ClassVar[Names] = {
        "event": "event",
        "time": "time",
        "flush_time": "time",
        "_flush_time": "time",
        "properties.$time": "time",
        "distinct_id": "identifier",
        "anonymous_id": "identifier",
        "original_id": "identifier",
        "identities.$identity_anonymous_id": "identifier",
        "identities.$identity_cookie_id": "identifier",
        "identities.$identity_android_id": "identifier",
        "identities.$identity_android_uuid": "identifier",
        "identities.$identity_ios_uuid": "identifier",
        "identities.$identity_idfv": "identifier",
        "identities.$identity_distinct_id": "identifier",
        "properties.$device_id": "identifier",
        "properties.$anonymization_id": "identifier",
        "properties.uuid": "identifier",
        "login_id": "account",
        "identities.$identity_login_id": "account",
        "identities.$identity_email": "account",
        "identities.$identity_mobile": "account",
        "properties.$event_session_id": "session",
        "properties.$url": "url",
        "properties.$referrer": "url",
        "properties.$latest_referrer": "url",
        "properties.$screen_name": "screen",
        "properties.$title": "screen",
        "properties.$url_path": "url",
        "properties.$latest_search_keyword": "search",
        "properties.$model": "device",
        "properties.$manufacturer": "device",
        "properties.$brand": "device",
        "properties.$os": "device",
        "properties.$os_version": "device",
        "properties.$screen_width": "device",
        "properties.$screen_height": "device",
        "properties.$browser": "app",
        "properties.$browser_version": "app",
        "properties.$app_id": "app",
        "properties.$app_version": "app",
        "properties.$carrier": "place",
        "properties.$network_type": "place",
        "properties.$timezone_offset": "place",
        "project": "project",
        "lib.$lib": "library",
        "lib.$lib_version": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "SensorsAnalyticsSDK 1.11 (PyPI) and sa-sdk-javascript 1.27 (npm), as they send",
        "github.com/sensorsdata/sa-sdk-android (data_list, crc, gzip=9, ekey/pkv/payloads)",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("what is encrypted has no names until a key opens it",)

    def read(self, buffer: Buffer) -> Message | None:
        events = [item for item in buffer.objects if self._event(item)]
        if events:
            return self.message(events=map(self.event, events))
        sealed = [item for item in buffer.objects if _sealed(item)]
        if sealed:
            return self.message(shared=[named for item in sealed for named in self.of_items(item)])
        first = buffer.first
        packed = "data" in first or "data_list" in first
        checked = "crc" in first and first.get("gzip") in COMPRESSED
        if packed and (checked or first.get("ext", "").startswith("crc=")):
            return self.message(shared=self.of_pairs(pair for pair in buffer.pairs if not pair.name.startswith("data")))
        return None

    def _event(self, item: Item) -> bool:
        return (item.has("distinct_id") or item.has("identities")) and bool(item.string("lib", "$lib"))


def _sealed(item: Item) -> bool:
    return item.has("ekey", "pkv", "payloads") or item.has("key_id", "key_hash", "nc", "payload")
