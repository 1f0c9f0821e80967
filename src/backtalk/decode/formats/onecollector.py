"""Microsoft's OneCollector and Application Insights: events as JSON, one a line or in a list."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message


class OneCollector(Format):
    ID: ClassVar[str] = "onecollector"
    TITLE: ClassVar[str] = "Microsoft OneCollector"
    SIGNS: ClassVar[str] = (
        "JSON events with `name`, `iKey` and `time`, and either `ver` with `ext` or `data`, or `data.baseType`"
    )
    FIELDS: ClassVar[Names] = {
        "name": "event",
        "time": "time",
        "iKey": "project",
        "ext.device.localId": "identifier",
        "ext.device.id": "identifier",
        "ext.web.domain": "url",
        "ext.user.localId": "identifier",
        "ext.user.id": "account",
        "ext.user.authId": "account",
        "ext.app.sesId": "session",
        "ext.intweb.msfpc": "identifier",
        "ext.intweb.anid": "identifier",
        "ext.intweb.mscom": "identifier",
        "ext.os.name": "device",
        "ext.os.ver": "device",
        "ext.user.locale": "device",
        "ext.loc.tz": "place",
        "ext.app.name": "app",
        "ext.app.ver": "app",
        "ext.sdk.ver": "library",
        "tags.ai.user.id": "identifier",
        "tags.ai.user.authUserId": "account",
        "tags.ai.user.accountId": "account",
        "tags.ai.session.id": "session",
        "tags.ai.device.id": "identifier",
        "tags.ai.device.type": "device",
        "tags.ai.operation.name": "screen",
        "tags.ai.internal.sdkVersion": "library",
        "data.baseData.name": "screen",
        "data.baseData.url": "url",
        "data.baseData.uri": "url",
        "data.baseData.refUri": "url",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "@microsoft/1ds-core-js and 1ds-post-js (npm), Common Schema 4.0",
        "@microsoft/applicationinsights-web (npm)",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("Bond compact binary, which native clients send, has no names",)

    def read(self, buffer: Buffer) -> Message | None:
        events = buffer.objects
        if not events or not all(_event(item) for item in events):
            return None
        return self.message(events=map(self.event, events))


def _event(item: Item) -> bool:
    if not item.has("name", "iKey", "time"):
        return False
    common = item.has("ver") and (item.has("ext") or item.has("data"))
    return common or item.get("data", "baseType") is not None
