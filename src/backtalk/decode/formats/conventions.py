"""What a value is by the usual meaning of its name, or by its own look, where its format leaves that open."""

from __future__ import annotations

import re

from backtalk.model.message import NameKind

LAST = re.compile(r"[^.\[\]]+(?=(?:\[\d+\])*\Z)")
URL = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
BREAK = re.compile(r"[^a-z0-9]+")

IDENTIFIERS = (
    "aaid adid advertisingid advertiserid androidid anonid anonymousid clientid deviceid gaid googleadid gpsadid "
    "idfa idfv imei imei1 imei2 imsi installid installationid instanceid mac macaddress meid oaid serial serialno "
    "udid uuid vaid visitorid"
)
ACCOUNTS = "accountid email emailaddress login phone phonenumber userid username"
SEARCHES = "keyword keywords query searchquery searchterm searchword"
USUAL: dict[str, NameKind] = {
    **dict.fromkeys(IDENTIFIERS.split(), "identifier"),
    **dict.fromkeys(ACCOUNTS.split(), "account"),
    **dict.fromkeys(SEARCHES.split(), "search"),
    **dict.fromkeys(["sessionid", "sid"], "session"),
}
"""Names as they are usually written, small letters only."""


def kind_of(name: str, value: str) -> NameKind:
    """The kind of a value that no format names: an address by its look, others by the last piece of their name."""
    if URL.match(value):
        return "url"
    last = LAST.search(name)
    return USUAL.get(BREAK.sub("", last[0].lower()), "property") if last and value else "property"
