"""Umeng: a header and what is told as JSON; newer clients seal it into a Thrift envelope."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message

HEADS = (("appkey", "device_id"), ("appkey", "idmd5"), ("appkey", "sdk_version"), ("app_key", "sdk_version"))


class Umeng(Format):
    ID: ClassVar[str] = "umeng"
    TITLE: ClassVar[str] = "Umeng"
    SIGNS: ClassVar[str] = (
        "JSON with a `header` of `appkey` beside `device_id`, `idmd5` or `sdk_version`; the members of such a header"
    )
    FIELDS: ClassVar[Names] = {
        "header.device_id": "identifier",
        "header.idmd5": "identifier",
        "header.imei": "identifier",
        "header.mac": "identifier",
        "header.oaid": "identifier",
        "header.umid": "identifier",
        "header.device_model": "device",
        "header.device_brand": "device",
        "header.device_manutime": "device",
        "header.os": "device",
        "header.os_version": "device",
        "header.resolution": "device",
        "header.language": "device",
        "header.carrier": "place",
        "header.country": "place",
        "header.timezone": "place",
        "header.access": "place",
        "header.package_name": "app",
        "header.app_version": "app",
        "header.channel": "app",
        "header.appkey": "project",
        "header.app_key": "project",
        "header.sdk_version": "library",
        "body.ekv[].id": "event",
        "analytics.ekv[].id": "event",
        "analytics.sessions[].id": "session",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = ("published descriptions of what Umeng's SDK sends",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "built from published descriptions, not from traffic",
        "the Thrift envelope of newer clients is encrypted, and has no names",
    )

    def read(self, buffer: Buffer) -> Message | None:
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        head = root.get("header")
        if head is None or not any(head.has(*names) for names in HEADS):
            return None
        return self.message(events=[self.event(root)])
