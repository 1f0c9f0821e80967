"""The browser's own services, named by what they are for."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import parse_qs

from backtalk.assess.addresses import header, split
from backtalk.model.capture import Exchange

DOH_HOSTS: dict[str, str] = {
    "mozilla.cloudflare-dns.com": "Firefox's default, network.trr.uri",
    "firefox.dns.nextdns.io": "Firefox's built-in list, network.trr.resolvers",
    "chrome.cloudflare-dns.com": "Chromium's net/dns/public/doh_provider_entry.cc",
    "dns.google": "Chromium's net/dns/public/doh_provider_entry.cc",
    "dns.quad9.net": "Chromium's net/dns/public/doh_provider_entry.cc",
    "doh.opendns.com": "Chromium's net/dns/public/doh_provider_entry.cc",
    "chromium.dns.nextdns.io": "Chromium's net/dns/public/doh_provider_entry.cc",
}
"""Resolvers over HTTPS that browsers are built with, and where that is written down."""

SAFE_BROWSING: dict[str, str] = {
    "safebrowsing.googleapis.com": "Safe Browsing APIs v4 and v5",
    "safebrowsing.google.com": "Firefox's browser.safebrowsing.provider.google",
    "shavar.services.mozilla.com": "Firefox's browser.safebrowsing.provider.mozilla",
}
"""Hosts of Safe Browsing, and where that is written down."""

RESOLUTION = "DNS over HTTPS"


def function(exchange: Exchange) -> str:
    """What the exchange is for, if it is a service of the browser's own; empty else."""
    kind = header(exchange.part("request.header"), b"content-type")
    if exchange.host in DOH_HOSTS and split(exchange.url).path == "/dns-query":
        return RESOLUTION
    if kind == "application/ocsp-request":
        return "OCSP"
    return "Safe Browsing" if exchange.host in SAFE_BROWSING else ""


def asked_name(exchange: Exchange) -> str:
    """The name that a DNS-over-HTTPS request asks for (RFC 8484), lower case; empty if it cannot be told."""
    message = exchange.part("request.body")
    if exchange.method == "GET":
        packed = parse_qs(split(exchange.url).query).get("dns", [""])[0]
        try:
            message = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        except (binascii.Error, ValueError):
            return ""
    labels: list[str] = []
    at = 12
    while at < len(message) and 0 < message[at] < 64:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("latin-1").lower())
        at += 1 + message[at]
    ended = at < len(message) and message[at] == 0
    return ".".join(labels) if ended else ""
