"""Amplitude: events as JSON with the project's key; of old browsers, a form."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message


class Amplitude(Format):
    ID: ClassVar[str] = "amplitude"
    TITLE: ClassVar[str] = "Amplitude"
    SIGNS: ClassVar[str] = (
        "JSON with `api_key` and `events`, each with `event_type` and `device_id` or `user_id`; a list of such events; "
        "a form with `client`, `e`, `v`, `upload_time` and `checksum`"
    )
    FIELDS: ClassVar[Names] = {
        "uuid": "property",
        "event_type": "event",
        "time": "time",
        "timestamp": "time",
        "client_upload_time": "time",
        "upload_time": "time",
        "device_id": "identifier",
        "adid": "identifier",
        "idfa": "identifier",
        "idfv": "identifier",
        "user_id": "account",
        "session_id": "session",
        "event_properties.[Amplitude] Page URL": "url",
        "event_properties.[Amplitude] Page Location": "url",
        "event_properties.[Amplitude] Page Title": "screen",
        "event_properties.[Amplitude] Page Path": "url",
        "device_model": "device",
        "device_brand": "device",
        "device_manufacturer": "device",
        "os_name": "device",
        "os_version": "device",
        "platform": "device",
        "language": "device",
        "user_agent": "device",
        "carrier": "place",
        "country": "place",
        "region": "place",
        "city": "place",
        "ip": "place",
        "app_version": "app",
        "version_name": "app",
        "api_key": "project",
        "client": "project",
        "library": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "amplitude.com/docs/apis/analytics/http-v2",
        "amplitude-analytics (PyPI) and @amplitude/analytics-browser (npm), as they send",
    )

    def read(self, buffer: Buffer) -> Message | None:
        if {"client", "e", "v", "upload_time", "checksum"} <= buffer.first.keys():
            return self.message(shared=self.of_pairs(pair for pair in buffer.pairs if pair.name != "e"))
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        listed = root.listed("events") if root.has("api_key") else []
        events = listed or list(buffer.objects)
        if not events or not all(_event(item, keyed=bool(listed)) for item in events):
            return None
        shared = self.of_items(root, without=events) if listed else ()
        return self.message(shared=shared, events=map(self.event, events))


def _event(item: Item, *, keyed: bool) -> bool:
    told = item.has("event_type") and (item.has("device_id") or item.has("user_id"))
    return told and (keyed or item.has("event_properties", "user_properties"))
