"""Firebase and Google Analytics for apps: bundles of events in Protocol Buffers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.decode.formats.wire import Record, Schema, record
from backtalk.model.message import Event, Message, Named

PARAMETER = Schema(texts={1: "name", 2: "string_value"}, numbers={3: "int_value"})
EVENT = Schema(
    texts={2: "name"},
    numbers={3: "timestamp_millis", 4: "previous_timestamp_millis"},
    messages={1: ("param", PARAMETER)},
)
PROPERTY = Schema(texts={2: "name", 3: "string_value"}, numbers={1: "set_timestamp_millis", 4: "int_value"})
BUNDLE = Schema(
    texts={
        8: "platform",
        9: "operating_system_version",
        10: "device_model",
        11: "user_default_language",
        13: "install_source",
        14: "app_id",
        16: "app_version",
        21: "app_instance_id",
        25: "gmp_app_id",
        27: "resettable_device_id",
        30: "firebase_instance_id",
    },
    numbers={1: "protocol_version", 4: "upload_timestamp_millis", 5: "start_timestamp_millis",
             6: "end_timestamp_millis", 12: "time_zone_offset_minutes", 17: "gmp_version"},
    messages={2: ("event", EVENT), 3: ("user_property", PROPERTY)},
)  # fmt: skip
BATCH = Schema(messages={1: ("bundle", BUNDLE)})
VALUES = ("string_value", "int_value")


class Firebase(Format):
    ID: ClassVar[str] = "firebase"
    TITLE: ClassVar[str] = "Firebase app measurement"
    SIGNS: ClassVar[str] = (
        "Protocol Buffers that are wholly bundles (field 1), each with protocol version 1, `app_id` (14), "
        "a platform (8) and events (2) that have a name (2) and a time (3)"
    )
    FIELDS: ClassVar[Names] = {
        "event.name": "event",
        "event.timestamp_millis": "time",
        "upload_timestamp_millis": "time",
        "app_instance_id": "identifier",
        "resettable_device_id": "identifier",
        "firebase_instance_id": "identifier",
        "user_property._id": "account",
        "param._sn": "screen",
        "param._sc": "screen",
        "param.firebase_screen": "screen",
        "param.firebase_screen_class": "screen",
        "param.search_term": "search",
        "param._si": "session",
        "param.ga_session_id": "session",
        "user_property._sid": "session",
        "device_model": "device",
        "platform": "device",
        "operating_system_version": "device",
        "user_default_language": "device",
        "time_zone_offset_minutes": "place",
        "install_source": "app",
        "app_id": "app",
        "app_version": "app",
        "gmp_app_id": "project",
        "gmp_version": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = ("github.com/lari/firebase-ga4-app-measurement-protobuf",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "built from a community's description of the messages, for Google publishes none",
        "lists of items within parameters are not named",
        "a message cut short is not recognised",
    )

    def read(self, buffer: Buffer) -> Message | None:
        if not buffer.data.startswith(b"\x0a"):
            return None
        batch = record(buffer.data, BATCH)
        bundles = list(batch.all("bundle")) if batch else []
        if not bundles or not all(_bundle(one) for one in bundles):
            return None
        shared = [] if len(bundles) > 1 else list(self._about(bundles[0]))
        events = [event for one in bundles for event in self._events(one, () if shared else tuple(self._about(one)))]
        return self.message(shared=shared, events=events)

    def _about(self, bundle: Record) -> Iterator[Named]:
        for name, text, span in bundle.values:
            yield self.named(name, text, span)
        for one in bundle.all("user_property"):
            yield from self._pair("user_property", one)

    def _events(self, bundle: Record, about: tuple[Named, ...]) -> Iterator[Event]:
        for one in bundle.all("event"):
            own = [self.named(f"event.{name}", text, span) for name, text, span in one.values]
            for each in one.all("param"):
                own += self._pair("param", each)
            yield self.told(one.span, (*own, *about))

    def _pair(self, kind: str, one: Record) -> Iterator[Named]:
        """A parameter or property: its value under its own name."""
        name = one.value("name")
        for own, text, span in one.values:
            if own in VALUES:
                yield self.named(f"{kind}.{name}", text, span)


def _bundle(one: Record) -> bool:
    events = list(one.all("event"))
    told = all(event.value("name") and event.value("timestamp_millis") for event in events)
    return one.value("protocol_version") == "1" and "" not in (one.value("app_id"), one.value("platform")) and told
