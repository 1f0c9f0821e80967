"""The browser's own services, named by what they are for."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import parse_qs

from msgspec import Struct

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


class Service(Struct, frozen=True):
    """One service that a browser is built with: host, beginning of its path, what it is for, where that is written."""

    host: str
    path: str
    function: str
    source: str


SERVICES: tuple[Service, ...] = (
    Service("safebrowsing.googleapis.com", "", "Safe Browsing", "Safe Browsing APIs v4 and v5"),
    Service("safebrowsing.google.com", "", "Safe Browsing", "Firefox: browser.safebrowsing.provider.google"),
    Service("shavar.services.mozilla.com", "", "Safe Browsing", "Firefox: browser.safebrowsing.provider.mozilla"),
    Service("detectportal.firefox.com", "", "connectivity check", "Firefox: captivedetect.canonicalURL"),
    Service("firefox.settings.services.mozilla.com", "", "settings service", "Firefox: services.settings.server"),
    Service("firefox-settings-attachments.cdn.mozilla.net", "", "settings service", "Firefox: RemoteSettings"),
    Service("push.services.mozilla.com", "", "push service", "Firefox: dom.push.serverURL"),
    Service("incoming.telemetry.mozilla.org", "", "telemetry", "Firefox: toolkit.telemetry.server"),
    Service("location.services.mozilla.com", "/v1/country", "country look-up", "Firefox: browser.region.network.url"),
    Service("classify-client.services.mozilla.com", "", "experiments service", "Firefox: Normandy, ClientEnvironment"),
    Service("normandy.cdn.mozilla.net", "", "experiments service", "Firefox: app.normandy.api_url"),
    Service("merino.services.mozilla.com", "", "suggestions service", "Firefox: browser.urlbar.merino.endpointURL"),
    Service("ads.mozilla.org", "", "advertising service", "Firefox: newtabpage.activity-stream.unifiedAds.endpoint"),
    Service(
        "prod.ohttp-gateway.prod.webservices.mozgcp.net",
        "/ohttp-configs",
        "keys for its relay (oblivious HTTP)",
        "Firefox: newtabpage.activity-stream.discoverystream.ohttp.configURL",
    ),
    Service("accounts.firefox.com", "/metrics-flow", "account service, usage figures", "Firefox: FxAccounts metrics"),
    Service("accounts.firefox.com", "", "account service", "Firefox: identity.fxaccounts.remote.root"),
    Service("services.addons.mozilla.org", "", "add-ons service", "Firefox: extensions.getAddons.get.url"),
    Service("aus5.mozilla.org", "", "update check", "Firefox: app.update.url, media.gmp-manager.url"),
    Service("ciscobinary.openh264.org", "", "download of a video codec", "Firefox: media.gmp-gmpopenh264"),
    Service("www.mozilla.org", "/privacy/", "privacy notice", "Firefox: datareporting.policy.firstRunURL"),
    Service("clients2.google.com", "/time/", "clock check", "Chromium: components/network_time"),
    Service("clients2.google.com", "/service/update2", "update check", "Chromium: extensions' update URL"),
    Service("update.googleapis.com", "", "update check", "Chromium: components/component_updater"),
    Service("redirector.gvt1.com", "", "download of an update", "Chromium: components/component_updater"),
    Service("edgedl.me.gvt1.com", "", "download of an update", "Chromium: components/component_updater"),
    Service("accounts.google.com", "", "account service", "Chromium: google_apis/gaia"),
    Service(
        "optimizationguide-pa.googleapis.com",
        "/v1:GetModels",
        "models for the browser's own predictions",
        "Chromium: components/optimization_guide",
    ),
    Service(
        "optimizationguide-pa.googleapis.com",
        "/v1:GetHints",
        "hints about pages",
        "Chromium: components/optimization_guide",
    ),
)
"""The browser's own services by address: what its source says that each is for, which is not what was sent to it."""

RANDOM_FIELDS: dict[str, str] = {
    "sec-websocket-key": "said to be random (RFC 6455)",
    "cup2key": "said to be random (Omaha's Client Update Protocol)",
}
"""Fields that hold nothing but a random number, as their protocols have it. Nobody can see whether they do."""

RESOLUTION = "DNS over HTTPS"


def function(exchange: Exchange) -> str:
    """What the exchange is for, if it is a service of the browser's own; empty else."""
    kind = header(exchange.part("request.header"), b"content-type")
    where = split(exchange.url).path
    if exchange.host in DOH_HOSTS and where == "/dns-query":
        return RESOLUTION
    if kind == "application/ocsp-request":
        return "OCSP"
    own = [one for one in SERVICES if one.host == exchange.host]
    if not exchange.url:
        own = own if len({one.function for one in own}) == 1 else []
    return next((one.function for one in own if not exchange.url or where.startswith(one.path)), "")


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
