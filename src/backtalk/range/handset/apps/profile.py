"""What the browser keeps until its data is cleared."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Consent = Literal["unasked", "given", "refused"]


class Profile(Struct, frozen=True, kw_only=True):
    """All of it. Cookies are by host and name, downloads by name and address, the last first."""

    consent: Consent = "unasked"
    switches: dict[str, bool] = {}
    history: tuple[str, ...] = ()
    cookies: dict[str, dict[str, str]] = {}
    downloads: tuple[tuple[str, str], ...] = ()
