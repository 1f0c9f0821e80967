"""Mixpanel: events and profile updates as JSON, in a form's `data` or by themselves."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message


class Mixpanel(Format):
    ID: ClassVar[str] = "mixpanel"
    TITLE: ClassVar[str] = "Mixpanel"
    SIGNS: ClassVar[str] = (
        "JSON events with `event` and `properties.token` beside `properties.mp_lib`; or updates with `$token`, "
        "`$distinct_id` and an operation such as `$set`"
    )
    FIELDS: ClassVar[Names] = {
        "event": "event",
        "properties.time": "time",
        "$time": "time",
        "properties.distinct_id": "identifier",
        "properties.$device_id": "identifier",
        "$distinct_id": "identifier",
        "$device_id": "identifier",
        "properties.$user_id": "account",
        "$user_id": "account",
        "properties.$current_url": "url",
        "properties.current_page_title": "screen",
        "properties.current_url_path": "url",
        "properties.$referrer": "url",
        "properties.$initial_referrer": "url",
        "properties.$os": "device",
        "properties.$screen_height": "device",
        "properties.$screen_width": "device",
        "properties.$browser": "app",
        "properties.$browser_version": "app",
        "properties.token": "project",
        "$token": "project",
        "properties.mp_lib": "library",
        "properties.$lib_version": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "developer.mixpanel.com/reference (Track Event, Set Property)",
        "mixpanel (PyPI) and mixpanel-browser (npm), as they send",
    )

    def read(self, buffer: Buffer) -> Message | None:
        events = buffer.objects
        if not events or not all(_event(item) or _update(item) for item in events):
            return None
        return self.message(events=map(self.event, events))


def _event(item: Item) -> bool:
    return item.has("event") and bool(item.string("properties", "token")) and bool(item.string("properties", "mp_lib"))


def _update(item: Item) -> bool:
    if not item.has("$token") or not (item.has("$distinct_id") or item.has("$group_key")):
        return False
    return any(item.has(name) for name in OPERATIONS)


OPERATIONS = ("$set", "$set_once", "$add", "$append", "$union", "$unset", "$delete", "$remove")
