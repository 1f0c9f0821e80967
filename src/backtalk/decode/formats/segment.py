"""Segment, and what speaks its protocol (RudderStack): calls as JSON, alone or in a batch."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message

CALLS = frozenset({"track", "page", "screen", "identify", "group", "alias"})


class Segment(Format):
    ID: ClassVar[str] = "segment"
    TITLE: ClassVar[str] = "Segment"
    SIGNS: ClassVar[str] = (
        "JSON calls, alone or in `batch`, of a `type` (`track`, `page`, …) with `messageId`, `context` "
        "and `anonymousId` or `userId`"
    )
    FIELDS: ClassVar[Names] = {
        "event": "event",
        "type": "event",
        "timestamp": "time",
        "originalTimestamp": "time",
        "sentAt": "time",
        "anonymousId": "identifier",
        "context.device.id": "identifier",
        "context.device.advertisingId": "identifier",
        "userId": "account",
        "previousId": "account",
        "traits.email": "account",
        "context.traits.email": "account",
        "context.sessionId": "session",
        "context.page.url": "url",
        "context.page.referrer": "url",
        "context.page.path": "url",
        "properties.url": "url",
        "properties.referrer": "url",
        "context.page.search": "search",
        "context.page.title": "screen",
        "properties.title": "screen",
        "name": "screen",
        "context.device.model": "device",
        "context.device.manufacturer": "device",
        "context.os.name": "device",
        "context.os.version": "device",
        "context.userAgent": "device",
        "context.locale": "device",
        "context.ip": "place",
        "context.timezone": "place",
        "context.network.carrier": "place",
        "context.app.name": "app",
        "context.app.version": "app",
        "writeKey": "project",
        "context.library.name": "library",
        "context.library.version": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "segment.com/docs/connections/spec/common",
        "segment-analytics-python (PyPI), as it sends",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "the customer's key is in the Authorization header where it is not `writeKey`",
        "the same calls to RudderStack are named Segment",
    )

    def read(self, buffer: Buffer) -> Message | None:
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        batch = root.listed("batch")
        calls = batch or list(buffer.objects)
        if not calls or not all(_call(item) for item in calls):
            return None
        return self.message(shared=self.of_items(root, without=calls) if batch else (), events=map(self.event, calls))


def _call(item: Item) -> bool:
    who = item.has("anonymousId") or item.has("userId") or item.has("previousId")
    return item.string("type") in CALLS and item.has("messageId", "context") and who
