"""Sentry: envelopes of lines, JSON and its headers in turn; older clients send one event."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message

ITEMS = frozenset(
    {"event", "transaction", "session", "sessions", "attachment", "user_report", "client_report", "profile",
     "profile_chunk", "check_in", "feedback", "replay_event", "replay_recording", "log", "span", "statsd",
     "metric_buckets", "trace_metric"}
)  # fmt: skip


class Sentry(Format):
    ID: ClassVar[str] = "sentry"
    TITLE: ClassVar[str] = "Sentry"
    SIGNS: ClassVar[str] = (
        "JSON lines: a header with `event_id`, `sent_at` or `dsn`, then a known item `type`; or one event with "
        "`event_id`, `platform` and `sdk`"
    )
    FIELDS: ClassVar[Names] = {
        "exception.values[].type": "event",
        "message": "event",
        "logentry.message": "event",
        "type": "event",
        "timestamp": "time",
        "start_timestamp": "time",
        "started": "time",
        "sent_at": "time",
        "did": "identifier",
        "user.id": "account",
        "user.email": "account",
        "user.username": "account",
        "sid": "session",
        "contexts.trace.trace_id": "session",
        "request.url": "url",
        "request.query_string": "url",
        "transaction": "screen",
        "server_name": "device",
        "contexts.device.model": "device",
        "contexts.os.name": "device",
        "contexts.runtime.name": "device",
        "user.ip_address": "place",
        "user.geo.city": "place",
        "release": "app",
        "environment": "app",
        "dsn": "project",
        "trace.public_key": "project",
        "sdk.name": "library",
        "sdk.version": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "develop.sentry.dev/sdk/data-model/envelopes",
        "sentry-sdk (PyPI), as it sends",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "an envelope with an attachment or another item that is no JSON has no names as a whole",
    )

    def read(self, buffer: Buffer) -> Message | None:
        documents = buffer.documents
        if len(documents) == 1:
            return self.message(events=map(self.event, documents)) if _event(documents[0]) else None
        if len(documents) < 3 or not _header(documents[0]) or not all(item.members for item in documents[1::2]):
            return None
        if not all(item.string("type") in ITEMS for item in documents[1::2]):
            return None
        events = [
            self.told((head.span[0], item.span[1]), (*self.of_items(item), *self.of_items(head)))
            for head, item in zip(documents[1::2], documents[2::2], strict=False)
        ]
        return self.message(shared=self.of_items(documents[0]), events=events)


def _header(item: Item) -> bool:
    return any(item.has(name) for name in ("event_id", "sent_at", "dsn"))


def _event(item: Item) -> bool:
    return len(item.string("event_id")) == 32 and item.has("platform", "sdk") and bool(item.string("sdk", "name"))
