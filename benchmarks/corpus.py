"""A seeded corpus of message bodies as captures hold them, some with a canary, and where a form's value lies.

Of the bodies, 25 % are forms as an analytics SDK sends them (percent-encoded base64 of
gzip of JSON), 25 % JSON, 20 % gzip JSON, 10 % HTML and 20 % random bytes; one in fifty
of all holds one of the canaries, none of the random ones. Sizes before packing spread
evenly over the magnitudes between 1 KB and 100 KB.
"""

from __future__ import annotations

import base64
import gzip
import json
import urllib.parse
import uuid
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from backtalk.model.draw import Draw

Kind = Literal["form", "json", "gzip", "html", "random"]
SHARES: tuple[tuple[Kind, int], ...] = (("form", 25), ("json", 25), ("gzip", 20), ("html", 10), ("random", 20))
ONE_IN = 50
"""One body in so many holds a canary."""
SMALLEST, LARGEST = 1_000, 100_000
NAMES = ("page_load_event_finish", "$pageview", "$WebClick", "search", "download_files", "app_start", "video_play")
MODELS = ("M2003J15SC", "Pixel 4a", "SM-A515F", "Redmi Note 9 Pro", "moto g(8) power")
JOINTS = (" ", " \u2013 ", " & ")


class Body(Struct, frozen=True, kw_only=True):
    """One body; `canary` is its index, or -1. `packed` is where a form's value lies."""

    kind: Kind
    data: bytes
    canary: int
    packed: tuple[int, int] = (0, 0)


def corpus(seed: int, count: int, canaries: Sequence[str]) -> list[Body]:
    """So many bodies, in random order; the same for the same seed, on any machine."""
    draw = Draw(seed, "bodies")
    kinds = draw.shuffled([kind for kind, share in SHARES for _ in range(count * share // 100)])
    readable = [number for number, kind in enumerate(kinds) if kind != "random"]
    planted = frozenset(draw.shuffled(readable)[: count // ONE_IN])
    bodies: list[Body] = []
    for number, kind in enumerate(kinds):
        canary = draw.below(len(canaries)) if number in planted else -1
        size = int(SMALLEST * (LARGEST / SMALLEST) ** draw.between(0, 1))
        bodies.append(body(draw, kind, size, canaries[canary] if canary >= 0 else "", canary))
    return bodies


def body(draw: Draw, kind: Kind, size: int, word: str, canary: int) -> Body:
    """One body of that kind, with the word in it unless it is empty."""
    if kind == "random":
        return Body(kind=kind, data=noise(draw, size), canary=-1)
    if kind == "html":
        return Body(kind=kind, data=page(draw, size, word), canary=canary)
    text = batch(draw, size, word)
    if kind == "json":
        return Body(kind=kind, data=text, canary=canary)
    packed = gzip.compress(text, 6, mtime=0)
    if kind == "gzip":
        return Body(kind=kind, data=packed, canary=canary)
    value = urllib.parse.quote_plus(base64.b64encode(packed)).encode()
    head = b"crc=%d&data_list=" % (draw.below(1 << 32) - (1 << 31))
    span = len(head), len(head) + len(value)
    return Body(kind=kind, data=head + value + b"&gzip=1", canary=canary, packed=span)


def noise(draw: Draw, size: int) -> bytes:
    """Random bytes."""
    return b"".join(draw.below(1 << 64).to_bytes(8, "big") for _ in range(-(-size // 8)))[:size]


def batch(draw: Draw, size: int, word: str) -> bytes:
    """Events of one device in JSON, that many bytes and a little more; one body in four spells its text in ASCII."""
    device: dict[str, object] = {
        "$lib": "Android",
        "$lib_version": "4.2.0",
        "$model": MODELS[draw.below(len(MODELS))],
        "$os_version": str(8 + draw.below(4)),
        "$screen_width": 1080,
        "$screen_height": 2340,
        "$carrier": draw.word(7).title(),
        "$network_type": ("WIFI", "4G")[draw.below(2)],
        "$app_version": f"{12 + draw.below(3)}.{draw.below(9)}.{draw.below(9)}",
    }
    if not draw.below(3):
        device["session"] = base64.urlsafe_b64encode(noise(draw, 32)).decode().rstrip("=")
    identity = f"{draw.below(1 << 64):016x}"
    ascii_only = not draw.below(4)
    events: list[str] = []
    length = 0
    while length < size:
        events.append(json.dumps(event(draw, identity, device), ensure_ascii=ascii_only, separators=(",", ":")))
        length += len(events[-1]) + 1
    if word:
        place = draw.below(len(events))
        events[place] = events[place].replace("https://", f"https://{word}.", 1)
    return ("[" + ",".join(events) + "]").encode()


def event(draw: Draw, identity: str, device: dict[str, object]) -> dict[str, object]:
    """One event, as analytics SDKs shape it."""
    url = f"https://{draw.word(9)}.example/{draw.word(6)}/{draw.word(8)}-{draw.word(5)}/{draw.below(10**6)}"
    if not draw.below(3):
        url += f"?q={draw.word(7)}+{draw.word(5)}&ref=https%3A%2F%2F{draw.word(8)}.example%2F"
    return {
        "type": "track",
        "event": NAMES[draw.below(len(NAMES))],
        "time": 1_588_600_000_000 + draw.below(10**9),
        "_track_id": draw.below(1 << 31),
        "distinct_id": identity,
        "insert_id": str(uuid.UUID(int=draw.below(1 << 64) << 64 | draw.below(1 << 64), version=4)),
        "lib": {"$lib": "Android", "$lib_method": "code"},
        "properties": {
            **device,
            "$url": url,
            "$title": f"{draw.word(5).title()} {draw.word(8)}{JOINTS[draw.below(3)]}{draw.word(4)}",
            "duration": draw.below(10**6) / 1000,
            "is_first_day": not draw.below(9),
        },
    }


def page(draw: Draw, size: int, word: str) -> bytes:
    """A web page: paragraphs, links with queries, references to characters, classes."""
    parts = ['<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Articles</title></head><body>\n']
    length = len(parts[0])
    while length < size:
        text = " ".join(draw.word(2 + draw.below(9)) for _ in range(30 + draw.below(60)))
        link = f"/{draw.word(6)}/{draw.word(7)}?id={draw.below(10**5)}&amp;sort={draw.word(4)}"
        parts.append(f'<div class="article-text col-{draw.below(12)}"><h2>{draw.word(7)}&nbsp;{draw.word(6)}</h2>\n')
        parts.append(f'<p>{text}. <a href="{link}">{draw.word(6)}</a></p></div>\n')
        length += len(parts[-1]) + len(parts[-2])
    if word:
        parts.insert(1 + draw.below(len(parts)), f'<a href="https://{word}.example/">{draw.word(5)}</a>\n')
    return ("".join(parts) + "</body></html>\n").encode()
