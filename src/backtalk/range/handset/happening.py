"""What happened on the handset, told to whoever listens: a build's reporter, a test, the sealed truth."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Event = Literal[
    "visit start", "visit finish", "search", "feed item", "download", "share", "consent", "incognito", "switch",
    "folder", "swipe", "status bar", "settings", "music", "app", "restart", "clear data", "install", "uninstall",
    "factory reset", "account",
]  # fmt: skip


class Happening(Struct, frozen=True, kw_only=True):
    """One of them. `details` are what an app could send about it, by name."""

    moment: float
    app: str
    event: Event
    mode: Literal["normal", "incognito"] = "normal"
    details: dict[str, str] = {}
