"""Writes payloads of makers whose SDKs cannot be recorded here, built from published descriptions.

They show that a format reads what the descriptions say; they are no evidence of what a maker sends.
"""

from __future__ import annotations

import base64
import gzip
import json
import sys
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))
from collector import CORPUS

WORD = "zavorimu"
PAGE = f"https://clinic.example/{WORD}?q=pregnancy"
WHO = "7d1f6c3e-19ab-4c0e-9f57-2b64e1d0a833"
AD = "c1f0d3a2-5b4e-4f60-8a71-92b3c4d5e6f7"
NOW = 1_795_535_822_000
NOTE = "Reconstructed from published descriptions (see the format's references); not recorded.\n"


def keep(form: str, case: str, *, url: str = "", body: bytes = b"") -> None:
    folder = CORPUS / form / case
    folder.mkdir(parents=True, exist_ok=True)
    if url:
        (folder / "input.url").write_bytes(url.encode())
    if body:
        (folder / "input.body").write_bytes(body)
    (folder / "note.txt").write_text(NOTE, encoding="utf-8")


def packed(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def message(*fields: tuple[int, int | str | bytes]) -> bytes:
    """Protocol Buffers: numbers as varints, texts and messages as bytes."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def signed_value() -> None:
    document = {"H": {"st": NOW, "instance_id": WHO}, "B": [{"H": {"event": "open", "st": NOW}, "B": {"url": PAGE}}]}
    value = base64.urlsafe_b64encode(packed(document)).decode().rstrip("=")
    form = {"value": value, "ts": NOW, "nonce": "4711:1f3a", "sign": "9d5e1c0b7a6f4e3d2c1b0a9f8e7d6c5b", "gzip": 0}
    keep("signed-value", "plain", body=urlencode(form).encode())
    many = {"H": {"st": NOW}, "B": [{"H": {"event": "view"}, "B": {"url": f"{PAGE}&n={n}"}} for n in range(20)]}
    form |= {"value": base64.urlsafe_b64encode(gzip.compress(packed(many), mtime=0)).decode().rstrip("="), "gzip": 1}
    keep("signed-value", "gzip", body=urlencode(form).encode())


def ga4() -> None:
    shared = {"v": 2, "tid": "G-MADE0UP000", "gtm": "45je4c0v9", "_p": 123, "cid": "1122334455.1795535822",
              "ul": "en-us", "sr": "1920x1080", "sid": 1795535820, "dl": PAGE, "dt": WORD}  # fmt: skip
    url = "https://collector.example/g/collect?"
    keep("ga4", "page-view", url=url + urlencode(shared | {"en": "page_view", "_et": 12}))
    body = "en=page_view&_ee=1&ep.plan=free\r\nen=search&_ee=1&ep.search_term=" + WORD
    keep("ga4", "batch", url=url + urlencode(shared), body=body.encode())


def firebase() -> None:
    def param(name: str, value: int | str) -> tuple[int, bytes]:
        return 1, message((1, name), (3, value) if isinstance(value, int) else (2, value))

    screen = message(param("_sn", WORD), param("_si", 5123456789), param("_o", "app"), (2, "screen_view"), (3, NOW))
    search = message(param("search_term", WORD), (2, "search"), (3, NOW + 10), (4, NOW))
    bundle = message(
        (1, 1), (2, screen), (2, search), (3, message((1, NOW), (2, "_id"), (3, "account-4711"))), (4, NOW + 99),
        (5, NOW), (6, NOW + 10), (8, "android"), (9, "9"), (10, "Example Phone"), (11, "en-us"), (12, 120),
        (14, "com.reader.example"), (16, "1.0"), (17, 12451), (20, 1), (21, WHO.replace("-", "")),
        (25, "1:4711:android:1f3a"), (27, AD), (30, "made-up-installation"), (52, "G1--"),
    )  # fmt: skip
    keep("firebase", "bundle", body=gzip.compress(message((1, bundle)), mtime=0))
    keep("firebase", "two-bundles", body=message((1, bundle), (1, bundle)))


def clearcut() -> None:
    phone = message((3, 28), (4, "Example Phone"), (5, "example"), (6, "PKQ1.1"), (11, "en"), (12, "DE"))
    inner = message((1, WORD), (2, PAGE))
    event = message((1, NOW), (6, message((1, inner), (2, 7))), (17, 123456))
    request = message((1, message((1, 4), (2, phone))), (2, 1234), (3, event), (3, event), (4, NOW), (8, 123999))
    keep("clearcut", "request", body=gzip.compress(request, mtime=0))
    keep("clearcut", "batch", body=gzip.compress(message((1, request), (1, request)), mtime=0))
    told = {"eventTimeMs": NOW, "eventUptimeMs": 5, "sourceExtension": base64.b64encode(inner).decode()}
    client = {"clientType": "ANDROID_FIREBASE", "androidClientInfo": {"model": "Example Phone", "country": "DE"}}
    one = {"requestTimeMs": NOW, "clientInfo": client, "logSourceName": "FCM_CLIENT", "logEvent": [told]}
    keep("clearcut", "json", body=packed({"logRequest": [one]}))


def facebook() -> None:
    events = [{"_eventName": "fb_mobile_search", "_logTime": NOW // 1000, "_session_id": AD, "_ui": "Search",
               "fb_search_string": WORD}]  # fmt: skip
    form = {"format": "json", "sdk": "android", "event": "CUSTOM_APP_EVENTS", "advertiser_id": AD,
            "anon_id": f"XZ{WHO}", "application_tracking_enabled": "true",
            "extinfo": packed(["a2", "com.reader.example", 1, "1.0", "9", "Example Phone", "en_US"]).decode(),
            "application_package_name": "com.reader.example", "custom_events": packed(events).decode()}  # fmt: skip
    keep("facebook", "app-events", body=urlencode(form).encode())
    pixel = {"id": "4711", "ev": "PageView", "dl": PAGE, "rl": "", "if": "false", "ts": NOW, "sw": 1920, "sh": 1080,
             "v": "2.9.1", "fbp": "fb.1.1795535822000.123456789"}  # fmt: skip
    keep("facebook", "pixel", url="https://collector.example/tr/?" + urlencode(pixel))


def adjust() -> None:
    form = {"app_token": "madeup000000", "environment": "production", "gps_adid": AD, "android_uuid": WHO,
            "created_at": "2026-11-24T15:57:02.528Z+0000", "event_token": "abc123", "session_count": 2,
            "device_name": "Example Phone", "os_name": "android", "country": "DE", "package_name": "com.reader.example",
            "callback_params": packed({"word": WORD}).decode()}  # fmt: skip
    keep("adjust", "event", body=urlencode(form).encode())


def appsflyer() -> None:
    event = {"appsflyerKey": "madeup0000000000000000", "uid": "1795535822000-4711", "advertiserId": AD,
             "af_timestamp": str(NOW), "isFirstCall": "false", "af_events_api": "1", "eventName": "af_search",
             "eventValue": packed({"af_search_string": WORD}).decode(), "brand": "Example", "model": "Example Phone",
             "operator": "Example", "country": "DE", "app_version_name": "1.0"}  # fmt: skip
    keep("appsflyer", "event", body=packed(event))


def appmetrica() -> None:
    query = {"deviceid": "1f3a5b7c9d0e2f4a6b8c0d1e2f3a4b5c", "uuid": WHO.replace("-", ""), "api_key_128": AD,
             "analytics_sdk_version_name": "5.0.0", "app_id": "com.reader.example", "model": "Example Phone",
             "manufacturer": "Example", "locale": "en_US"}  # fmt: skip
    body = gzip.compress(message((3, message((1, message((1, 1), (2, NOW))), (3, message((5, WORD)))))), mtime=0)
    keep("appmetrica", "report", url="https://collector.example/report?" + urlencode(query), body=body)


def umeng() -> None:
    header = {"appkey": "5f0000000000000000000001", "channel": "store", "device_id": WHO, "idmd5": "1f" * 16,
              "device_model": "Example Phone", "os": "Android", "package_name": "com.reader.example",
              "sdk_version": "5.6.4"}  # fmt: skip
    told = {"ekv": [{"id": "open_page", "ts": NOW // 1000, "page": WORD}], "sessions": [{"id": "1F3A5B7C"}]}
    keep("umeng", "log", body=packed({"header": header, "body": told}))


def matomo() -> None:
    query = urlencode({"idsite": 3, "rec": 1, "url": PAGE, "action_name": WORD, "_id": "1f3a5b7c9d0e2f4a", "rand": 7})
    search = urlencode({"idsite": 3, "rec": 1, "search": WORD, "_id": "1f3a5b7c9d0e2f4a"})
    keep("matomo", "bulk", body=packed({"requests": [f"?{query}", f"?{search}"], "token_auth": "1f" * 16}))


def sensors() -> None:
    sealed = [{"ekey": base64.b64encode(bytes(range(7, 135))).decode(), "pkv": 1, "flush_time": NOW,
               "payloads": base64.b64encode(bytes(range(101, 197))).decode()}]  # fmt: skip
    form = urlencode({"crc": -1234567, "gzip": 9, "data_list": packed(sealed).decode()})
    keep("sensors-analytics", "encrypted", body=form.encode())


def main() -> None:
    for write in (
        signed_value,
        ga4,
        firebase,
        clearcut,
        facebook,
        adjust,
        appsflyer,
        appmetrica,
        umeng,
        matomo,
        sensors,
    ):
        write()


if __name__ == "__main__":
    main()
