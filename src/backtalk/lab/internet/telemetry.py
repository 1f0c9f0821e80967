"""Telemetry and crash services: thank you, received."""

from __future__ import annotations

import json
import time

from backtalk.lab.internet.message import JSON, TEXT, Answer, Request

_PROTOBUF = "application/x-protobuf"
_LATER = b"\x08\xa0\xf7\x36"
"""Clearcut's LogResponse with field 1, the wait until the next request, at 900,000 ms."""

_CRASH_HOSTS = ("crash-reports.mozilla.com", "crash-reports.allizom.org", "clients2.google.com")


def answer(request: Request) -> Answer | None:
    """Success, in the form of whoever reports."""
    if request.host in {"incoming.telemetry.mozilla.org", "incoming.telemetry.mozilla.com"}:
        return Answer(kind=TEXT, body=b"OK")
    if request.path in {"/log", "/log/batch"} and request.on("play.googleapis.com", "play.google.com"):
        return Answer(kind=_PROTOBUF, body=_LATER)
    if request.path.startswith(("/uma/v2", "/uma/v3")) and request.on("googleapis.com"):
        return Answer(kind=_PROTOBUF)
    if request.host in _CRASH_HOSTS and request.path in {"/submit", "/cr/report"}:
        return Answer(kind=TEXT, body=b"CrashID=bp-00000000-0000-0000-0000-000000000000\n")
    if request.path == "/time/1/current" and request.on("google.com"):
        now = {"current_time_millis": int(time.time() * 1000), "server_nonce": 0.0}
        return Answer(kind=JSON, body=(")]}'\n" + json.dumps(now)).encode())
    if request.on("google-analytics.com", "analytics.google.com") and request.path == "/g/collect":
        return Answer(status=204)
    if request.on("app-measurement.com"):
        return Answer(status=204)
    return None
