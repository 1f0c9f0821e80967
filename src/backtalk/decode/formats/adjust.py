"""Adjust: one form an activity, with the app's token and the device's identifiers."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message

DEVICES = frozenset({"gps_adid", "idfa", "idfv", "android_uuid", "ios_uuid", "adid", "fire_adid", "android_id", "oaid",
                     "persistent_ios_uuid", "google_app_set_id"})  # fmt: skip


class Adjust(Format):
    ID: ClassVar[str] = "adjust"
    TITLE: ClassVar[str] = "Adjust"
    SIGNS: ClassVar[str] = "a form or query with `app_token`, `environment`, `created_at` or `sent_at`, and a device id"
    FIELDS: ClassVar[Names] = {
        "event_token": "event",
        "created_at": "time",
        "sent_at": "time",
        "installed_at": "time",
        "gps_adid": "identifier",
        "idfa": "identifier",
        "idfv": "identifier",
        "android_uuid": "identifier",
        "ios_uuid": "identifier",
        "persistent_ios_uuid": "identifier",
        "fire_adid": "identifier",
        "google_app_set_id": "identifier",
        "external_device_id": "account",
        "deeplink": "url",
        "referrer": "url",
        "device_name": "device",
        "device_manufacturer": "device",
        "hardware_name": "device",
        "os_name": "device",
        "os_version": "device",
        "language": "device",
        "country": "place",
        "mcc": "place",
        "mnc": "place",
        "network_type": "place",
        "package_name": "app",
        "bundle_id": "app",
        "app_version": "app",
        "app_token": "project",
        "client_sdk": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = ("github.com/adjust/android_sdk (PackageBuilder)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "built from published source, not from traffic",
        "newer clients may sign and encrypt parts of it",
    )

    def read(self, buffer: Buffer) -> Message | None:
        first = buffer.first
        dated = "created_at" in first or "sent_at" in first
        if not {"app_token", "environment"} <= first.keys() or not dated or not DEVICES & first.keys():
            return None
        return self.message(events=[self.hit(buffer.pairs)])
