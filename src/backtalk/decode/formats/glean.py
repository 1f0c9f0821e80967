"""Mozilla's Glean: a ping as JSON, its name in the address."""

from __future__ import annotations

import re
from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message

ADDRESS = re.compile(
    r"/submit/(?P<application>[a-z0-9.-]+)/(?P<ping>[a-z0-9.-]+)/\d+/(?P<document>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)


class Glean(Format):
    ID: ClassVar[str] = "glean"
    TITLE: ClassVar[str] = "Mozilla Glean"
    SIGNS: ClassVar[str] = (
        "JSON with `ping_info.seq` and `client_info.telemetry_sdk_build`; "
        "an address `/submit/<application>/<ping>/1/<UUID>`"
    )
    FIELDS: ClassVar[Names] = {
        "client_info.client_id": "identifier",
        "client_info.session_id": "session",
        "ping_info.start_time": "time",
        "ping_info.end_time": "time",
        "ping_info.reason": "property",
        "client_info.os": "device",
        "client_info.os_version": "device",
        "client_info.architecture": "device",
        "client_info.device_model": "device",
        "client_info.device_manufacturer": "device",
        "client_info.locale": "device",
        "client_info.app_build": "app",
        "client_info.app_display_version": "app",
        "client_info.app_channel": "app",
        "client_info.telemetry_sdk_build": "library",
        "name": "event",
        "ping": "event",
        "application": "app",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "mozilla.github.io/glean/book/user/pings (sections of a ping)",
        "glean-sdk (PyPI), as it sends",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("the ping's name stands in the address only",)

    def read(self, buffer: Buffer) -> Message | None:
        path, start = buffer.path
        if match := ADDRESS.fullmatch(path):
            spans = [(name, match[name], match.span(name)) for name in ("application", "ping", "document")]
            return self.message(
                self.named(name, value, (start + low, start + high)) for name, value, (low, high) in spans
            )
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        if root.get("ping_info", "seq") is None or root.get("client_info", "telemetry_sdk_build") is None:
            return None
        events = root.listed("events")
        return self.message(shared=self.of_items(root, without=events), events=map(self.event, events))
