"""Facebook's app events and its pixel: forms and queries, the events as JSON within them."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message

APP_EVENTS = frozenset({"CUSTOM_APP_EVENTS", "MOBILE_APP_INSTALL"})


class Facebook(Format):
    ID: ClassVar[str] = "facebook"
    TITLE: ClassVar[str] = "Facebook events"
    SIGNS: ClassVar[str] = (
        "a form with `event` of `CUSTOM_APP_EVENTS` or `MOBILE_APP_INSTALL` and `extinfo` or `anon_id`; JSON events "
        "with `_eventName` and `_logTime`; a query with `id`, `ev`, `dl`, `rl` and `if`"
    )
    FIELDS: ClassVar[Names] = {
        "event": "event",
        "_eventName": "event",
        "ev": "event",
        "_logTime": "time",
        "ts": "time",
        "advertiser_id": "identifier",
        "anon_id": "identifier",
        "attribution": "identifier",
        "fbp": "identifier",
        "fbc": "identifier",
        "app_user_id": "account",
        "ud": "account",
        "_session_id": "session",
        "dl": "url",
        "rl": "url",
        "_ui": "screen",
        "fb_search_string": "search",
        "cd[search_string]": "search",
        "extinfo": "device",
        "sw": "device",
        "sh": "device",
        "application_package_name": "app",
        "id": "project",
        "v": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "github.com/facebook/facebook-android-sdk (AppEvent, SessionEventsState)",
        "developers.facebook.com/docs/meta-pixel/reference",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "built from published source and descriptions, not from traffic",
        "the many values of `extinfo` have no names of their own",
    )

    def read(self, buffer: Buffer) -> Message | None:
        first = buffer.first
        if first.get("event") in APP_EVENTS and ("extinfo" in first or "anon_id" in first):
            return self.message(shared=self.of_pairs(pair for pair in buffer.pairs if pair.name != "custom_events"))
        if {"id", "ev", "dl", "if"} <= first.keys() and ({"rl", "fbp", "ts"} & first.keys()):
            return self.message(events=[self.hit(buffer.pairs)])
        if buffer.objects and all(item.has("_eventName", "_logTime") for item in buffer.objects):
            return self.message(events=map(self.event, buffer.objects))
        return None
