"""PostHog: events as JSON, alone, in a list, or in a batch with the project's key."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message


class PostHog(Format):
    ID: ClassVar[str] = "posthog"
    TITLE: ClassVar[str] = "PostHog"
    SIGNS: ClassVar[str] = (
        "JSON events with `event` and `properties.$lib`, whose `distinct_id` stands beside `properties.token` "
        "or in a `batch` beside `api_key`"
    )
    FIELDS: ClassVar[Names] = {
        "uuid": "property",
        "event": "event",
        "timestamp": "time",
        "sentAt": "time",
        "sent_at": "time",
        "distinct_id": "identifier",
        "properties.distinct_id": "identifier",
        "properties.$device_id": "identifier",
        "properties.$anon_distinct_id": "identifier",
        "properties.$user_id": "account",
        "properties.$session_id": "session",
        "properties.$window_id": "session",
        "properties.$current_url": "url",
        "properties.$referrer": "url",
        "properties.$pathname": "url",
        "properties.title": "screen",
        "properties.$screen_name": "screen",
        "properties.$os": "device",
        "properties.$os_version": "device",
        "properties.$device_type": "device",
        "properties.$browser": "app",
        "properties.$timezone": "place",
        "properties.token": "project",
        "api_key": "project",
        "token": "project",
        "properties.$lib": "library",
        "properties.$lib_version": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "posthog.com/docs/api/capture",
        "posthog (PyPI) and posthog-js (npm), as they send",
    )

    def read(self, buffer: Buffer) -> Message | None:
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        batch = root.listed("batch") if root.has("api_key") else []
        events = batch or list(buffer.objects)
        if not events or not all(_event(item, batched=bool(batch)) for item in events):
            return None
        shared = self.of_items(root, without=events) if batch else ()
        return self.message(shared=shared, events=map(self.event, events))


def _event(item: Item, *, batched: bool) -> bool:
    keyed = batched or bool(item.string("properties", "token")) or item.has("api_key")
    told = item.has("distinct_id") or bool(item.string("properties", "distinct_id"))
    return item.has("event") and bool(item.string("properties", "$lib")) and keyed and told
