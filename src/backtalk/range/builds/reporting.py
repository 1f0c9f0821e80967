"""What a build sends: which events, when, with which identifiers, in which packaging, to whom.

An event leaves in every message of every report that names it, and only where the report's mode, consent, switches
and threshold hold. A build without reports sends nothing but page loads.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

EventName = Literal[
    "visit start", "visit finish", "search", "feed item", "download", "share", "folder", "swipe", "status bar",
    "settings", "music", "app", "account",
]  # fmt: skip
"""What can be reported of what happens on a handset."""
Mode = Literal["normal", "incognito", "enhanced"]
"""`enhanced` is incognito while the switch `enhanced_incognito` is on."""
Consent = Literal["unasked", "given", "refused"]
"""What the browser was answered; the maker's other programs go by the same answer."""
IdentifierKind = Literal["random", "rotating", "never rotating", "android_id", "account", "none"]
PackagingName = Literal[
    "sensors-python", "sensors-python-batch", "sensors-android", "sensors-android-sealed", "signed-value",
    "firebase-like", "glean-like", "xor", "salted-hash", "sealed",
]  # fmt: skip


class Collector(Struct, frozen=True, forbid_unknown_fields=True):
    """A server of the maker's. A message takes `batch` events, and is sent `copies` times, as by retries.

    `country`, `network`, `holder` and `registrant` are what the range's own registries say of it.
    """

    id: str
    host: str
    packaging: PackagingName
    project: str = "range"
    scheme: Literal["https", "http"] = "https"
    batch: int = 1
    copies: int = 1
    country: str = ""
    network: str = ""
    holder: str = ""
    registrant: str = ""


class Identifier(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that tells one phone or owner from others. It is sent as `property` too, if that is given.

    `random` is a UUID in the program's data; `rotating` is one that is renewed after `days`; `never rotating` should
    be, but the stamp that the days are counted from is rewritten at every read, so that only disuse renews it.
    """

    id: str
    kind: IdentifierKind
    property: str = ""
    days: int = 90


class Report(Struct, frozen=True, forbid_unknown_fields=True):
    """Events that are sent under one condition. The first identifier that there is becomes the `distinct_id`.

    `switches` are how the browser's switches must stand; `device` adds model, versions, operator and screen;
    `count_of` sends, in place of so many events, only how many there were of each kind; `slower_ms` leaves out
    visits that finished sooner.
    """

    events: tuple[EventName, ...]
    to: tuple[str, ...]
    modes: tuple[Mode, ...] = ("normal",)
    consent: tuple[Consent, ...] = ("given",)
    switches: dict[str, bool] = {}
    identifiers: tuple[str, ...] = ()
    device: bool = False
    count_of: int = 0
    slower_ms: int = 0


class Heartbeat(Struct, frozen=True, forbid_unknown_fields=True):
    """Background traffic about nothing that the owner does: `events` records, every so many seconds."""

    every: int
    to: tuple[str, ...]
    events: int = 1
    identifiers: tuple[str, ...] = ()
    consent: tuple[Consent, ...] = ("unasked", "given", "refused")


class Reporting(Struct, frozen=True, forbid_unknown_fields=True):
    """All that a build sends besides page loads."""

    collectors: tuple[Collector, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    reports: tuple[Report, ...] = ()
    heartbeats: tuple[Heartbeat, ...] = ()
