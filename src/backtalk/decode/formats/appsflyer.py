"""AppsFlyer: one JSON object a launch or event."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message


class AppsFlyer(Format):
    ID: ClassVar[str] = "appsflyer"
    TITLE: ClassVar[str] = "AppsFlyer"
    SIGNS: ClassVar[str] = "JSON with `uid`, `appsflyerKey` or `af_timestamp`, and `af_events_api` or `isFirstCall`"
    FIELDS: ClassVar[Names] = {
        "eventName": "event",
        "af_timestamp": "time",
        "date1": "time",
        "date2": "time",
        "timestamp": "time",
        "uid": "identifier",
        "advertiserId": "identifier",
        "android_id": "identifier",
        "oaid": "identifier",
        "imei": "identifier",
        "idfa": "identifier",
        "idfv": "identifier",
        "appUserId": "account",
        "customerUserId": "account",
        "user_emails": "account",
        "referrer": "url",
        "extraReferrers": "url",
        "af_deeplink": "url",
        "brand": "device",
        "model": "device",
        "device": "device",
        "product": "device",
        "lang": "device",
        "sdk": "device",
        "country": "place",
        "operator": "place",
        "carrier": "place",
        "network": "place",
        "app_version_name": "app",
        "installer_package": "app",
        "appsflyerKey": "project",
        "platformextension": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = ("published descriptions of what AppsFlyer's SDK sends",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "built from published descriptions, not from traffic",
        "newer clients encrypt the whole of it",
    )

    def read(self, buffer: Buffer) -> Message | None:
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        keyed = root.has("appsflyerKey") or root.has("af_timestamp")
        if not keyed or not root.has("uid") or not (root.has("af_events_api") or root.has("isFirstCall")):
            return None
        return self.message(events=[self.event(root)])
