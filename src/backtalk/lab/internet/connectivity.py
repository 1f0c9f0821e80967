"""Captive-portal and connectivity checks: the network is there, and open."""

from __future__ import annotations

from backtalk.lab.internet.message import HTML, TEXT, Answer, Request, nothing

_NO_CONTENT = ("gstatic.com", "google.com", "googleapis.com", "android.com", "vivaldi.com", "brave.com")

_ANSWERS = {
    ("detectportal.firefox.com", "/success.txt"): (TEXT, b"success\n"),
    ("detectportal.firefox.com", "/canonical.html"): (
        HTML,
        b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>',
    ),
    ("www.msftconnecttest.com", "/connecttest.txt"): (TEXT, b"Microsoft Connect Test"),
    ("captive.apple.com", "/hotspot-detect.html"): (
        HTML,
        b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>\n",
    ),
    ("nmcheck.gnome.org", "/check_network_status.txt"): (TEXT, b"NetworkManager is online\n"),
    ("network-test.debian.org", "/nm"): (TEXT, b"NetworkManager is online\n"),
}


def answer(request: Request) -> Answer | None:
    """What each check expects to hear when nothing is in the way."""
    if request.path in {"/generate_204", "/gen_204"} and request.on(*_NO_CONTENT):
        return nothing()
    kind, body = _ANSWERS.get((request.host, request.path), ("", b""))
    return Answer(kind=kind, body=body) if kind else None
