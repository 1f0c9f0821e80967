"""Google's services behind a browser: nobody is signed in, no list has an entry, no model is newer."""

from __future__ import annotations

import struct

from backtalk.lab.internet.message import JSON, TEXT, Answer, Request

_PROTOBUF = "application/x-protobuf"
_WAIT_HALF_AN_HOUR = b"\x12\x03\x08\x88\x0e"
"""Safe Browsing v4's update response with field 2, minimum_wait_duration, at 1,800 s."""


def answer(request: Request) -> Answer | None:
    """Empty, well-formed success."""
    if request.host == "accounts.google.com" and request.path == "/ListAccounts":
        return _accounts(request)
    if request.on("optimizationguide-pa.googleapis.com"):
        return Answer(kind=_PROTOBUF)
    if request.on("safebrowsing.googleapis.com"):
        return Answer(kind=_PROTOBUF, body=_WAIT_HALF_AN_HOUR if request.path.startswith("/v4/") else b"")
    if request.host == "android.clients.google.com":
        return _cloud_messaging(request)
    if request.host == "clientservices.googleapis.com" and request.path.startswith("/chrome-variations"):
        return Answer(status=304)
    return None


def _accounts(request: Request) -> Answer:
    """No account: an empty message in base64 where binary was asked for, else a JSON list."""
    if request.query.get("laf") == "b64bin":
        return Answer(kind=TEXT)
    return Answer(kind=JSON, body=b'["gaia.l.a.r",[]]')


def _cloud_messaging(request: Request) -> Answer:
    """A device number on check-in (stats_ok, android_id, security_token of its response), a token on registering."""
    if request.path == "/checkin":
        seed = bytes.fromhex(request.token)
        device, secret = struct.unpack("<QQ", seed.ljust(16, b"\1")[:16])
        body = b"\x08\x01\x39" + struct.pack("<Q", device or 1) + b"\x41" + struct.pack("<Q", secret or 1)
        return Answer(kind=_PROTOBUF, body=body)
    return Answer(kind=TEXT, body=f"token={request.token}".encode())
