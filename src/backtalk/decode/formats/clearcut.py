"""Google Clearcut (data transport): log requests in Protocol Buffers, or in JSON of the same names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.decode.formats.wire import Record, Schema, record
from backtalk.model.message import Event, Message, Named

ANDROID = Schema(
    numbers={3: "sdkVersion"},
    texts={4: "model", 5: "product", 6: "osBuild", 8: "hardware", 9: "device",
           11: "locale", 12: "country", 13: "manufacturer", 14: "brand", 16: "mccMnc"},
)  # fmt: skip
CLIENT = Schema(numbers={1: "clientType"}, messages={2: ("androidClientInfo", ANDROID)})
LOG_EVENT = Schema(numbers={1: "eventTimeMs", 11: "eventCode", 17: "eventUptimeMs"})
REQUEST = Schema(
    numbers={2: "logSource", 4: "requestTimeMs", 8: "requestUptimeMs", 9: "qosTier"},
    texts={6: "logSourceName"},
    messages={1: ("clientInfo", CLIENT), 3: ("logEvent", LOG_EVENT)},
)
BATCH = Schema(messages={1: ("logRequest", REQUEST)})
EARLIEST, LATEST = 1_262_304_000_000, 4_102_444_800_000
"""Milliseconds between which an event's time is one: the years 2010 to 2100."""


class Clearcut(Format):
    ID: ClassVar[str] = "clearcut"
    TITLE: ClassVar[str] = "Google Clearcut"
    SIGNS: ClassVar[str] = (
        "Protocol Buffers, bare or in a list (field 1), with client information (1) that has a client type, "
        "a log source (2 or 6) and events (3) with a time (1) of this century; or JSON `logEvent` with `clientInfo`"
    )
    FIELDS: ClassVar[Names] = {
        "logEvent.eventTimeMs": "time",
        "logEvent.eventCode": "event",
        "eventTimeMs": "time",
        "eventCode": "event",
        "requestTimeMs": "time",
        "clientInfo.androidClientInfo.model": "device",
        "clientInfo.androidClientInfo.product": "device",
        "clientInfo.androidClientInfo.device": "device",
        "clientInfo.androidClientInfo.hardware": "device",
        "clientInfo.androidClientInfo.osBuild": "device",
        "clientInfo.androidClientInfo.manufacturer": "device",
        "clientInfo.androidClientInfo.fingerprint": "device",
        "clientInfo.androidClientInfo.sdkVersion": "device",
        "clientInfo.androidClientInfo.locale": "device",
        "clientInfo.androidClientInfo.country": "place",
        "clientInfo.androidClientInfo.mccMnc": "place",
        "clientInfo.androidClientInfo.applicationBuild": "app",
        "logSource": "project",
        "logSourceName": "project",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "clientanalytics.proto in the Android Open Source Project; Fuchsia's cobalt/clearcut.proto",
        "github.com/firebase/firebase-android-sdk, transport-backend-cct (JSON)",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "what each log source puts into `source_extension` is searched, and has no names",
        "the numbers of Android's client information are from published descriptions",
        "the list of lists that Google's web pages send has no names",
    )

    def read(self, buffer: Buffer) -> Message | None:
        if buffer.documents:
            return self._of_json(buffer.documents)
        if not buffer.binary or not buffer.data.startswith(b"\x0a"):
            return None
        batch = record(buffer.data, BATCH)
        requests = list(batch.all("logRequest")) if batch else []
        if not requests or not all(_request(one) for one in requests):
            bare = record(buffer.data, REQUEST)
            requests = [bare] if bare and _request(bare) else []
        if not requests:
            return None
        return self.message(events=[event for one in requests for event in self._events(one)])

    def _events(self, request: Record) -> Iterator[Event]:
        about = tuple(self._named(request, ""))
        for one in request.all("logEvent"):
            yield self.told(one.span, (*self._named(one, "logEvent."), *about))

    def _named(self, one: Record, within: str) -> Iterator[Named]:
        for name, text, span in one.values:
            yield self.named(within + name, text, span)
        for name, inner in one.within:
            if name != "logEvent":
                yield from self._named(inner, f"{within}{name}.")

    def _of_json(self, documents: tuple[Item, ...]) -> Message | None:
        if len(documents) != 1:
            return None
        requests = documents[0].listed("logRequest") or [documents[0]]
        if not all(one.get("clientInfo", "clientType") and one.listed("logEvent") for one in requests):
            return None
        events: list[Event] = []
        for request in requests:
            logged = request.listed("logEvent")
            about = tuple(self.of_items(request, without=logged))
            events += (self.told(one.span, (*self.of_items(one), *about)) for one in logged)
        return self.message(events=events)


def _request(one: Record) -> bool:
    events = list(one.all("logEvent"))
    client = any(each.value("clientType") for each in one.all("clientInfo"))
    named = one.value("logSource") or one.value("logSourceName")
    return bool(client and named and events) and all(_dated(event.value("eventTimeMs")) for event in events)


def _dated(text: str) -> bool:
    return text.isdigit() and EARLIEST <= int(text) < LATEST
