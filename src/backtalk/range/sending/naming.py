"""How the maker's programs name what happened: events and properties as published analyses list them.

Sources: Palant, "Are Xiaomi browsers spyware? Yes, they are..." (4 and 8 May 2020) for the browser's; the
others are made up after the same pattern. A reconstruction from published reports, not evidence about any product.
"""

from __future__ import annotations

from msgspec import Struct

from backtalk.range.builds import Build
from backtalk.range.handset.happening import Happening

LONGEST = 8191
"""Characters of a value; the genuine SDK takes no more."""


class Name(Struct, frozen=True):
    """An event's name, its properties by the names of the happening's details, and those that are always so."""

    event: str
    properties: dict[str, str] = {}
    fixed: dict[str, str | int] = {}


EVENTS: dict[str, Name] = {
    "visit start": Name("page_load_event_start"),
    "visit finish": Name("page_load_event_finish", {"url": "url"}),
    "search": Name(
        "search",
        {"word": "search_word", "engine": "used_searchengine", "method": "search_method"},
        {"search_position": "browser"},
    ),
    "feed item": Name(
        "news_feed_item_view", {"title": "item_title", "source": "item_source", "url": "url", "position": "position"}
    ),
    "download": Name("download_files", {"url": "url", "suffix": "suffix"}, {"op": "start"}),
    "share": Name("share_page", {"url": "url"}),
    "folder": Name("folder_open", {"name": "folder_name"}),
    "swipe": Name("screen_swipe", {"page": "screen"}),
    "status bar": Name("status_bar_pull"),
    "settings": Name("settings_page_open", {"page": "page"}),
    "music": Name("music_play", {"op": "op", "title": "track", "artist": "artist"}),
    "app": Name("app_open", {"name": "package"}),
    "account": Name("$SignUp"),
}
SAID = frozenset(one for name in EVENTS.values() for one in name.properties.values())
"""Properties that say what the owner did."""


def properties(happening: Happening) -> dict[str, str | int]:
    """Those of the event alone."""
    name = EVENTS[happening.event]
    found: dict[str, str | int] = {
        sent: happening.details[own][:LONGEST] for own, sent in name.properties.items() if own in happening.details
    }
    found |= name.fixed
    if happening.event == "download":
        found["type"] = "general" if happening.mode == "normal" else "privacy"
    return found


def shared(build: Build, *, device: bool) -> dict[str, str | int]:
    """Those that every event of a build carries; with `device`, all about the handset."""
    model = build.model
    found: dict[str, str | int] = {"platform": "AndroidApp", "internet_status": 1}
    if device:
        found |= {
            "$os": "Android", "$os_version": model.android, "$manufacturer": model.maker, "$brand": model.brand,
            "$model": model.name, "$app_version": build.browser.version, "$carrier": model.operator,
            "$network_type": "WIFI", "$screen_width": 1080, "$screen_height": 2248, "mirage_version": model.version,
            "mirage_region": model.region, "system_language": model.locale,
        }  # fmt: skip
    return found
