"""A seeded corpus of request bodies like those that telemetry sends, a few of which hold a canary."""

from __future__ import annotations

import base64
import gzip
import json
import math
import urllib.parse
from collections.abc import Callable, Sequence

from msgspec import Struct

from backtalk.model.draw import Draw

ONE_IN = 50
"""One body in so many holds a canary."""
SMALLEST, LARGEST = 500, 64_000
"""Bytes of a body before it is packed; sizes between are equally likely by their logarithm."""


class Body(Struct, frozen=True, kw_only=True):
    """One body: how it is packed, where a form's packed value lies, and the canary that it holds, -1 for none."""

    kind: str
    data: bytes
    packed: tuple[int, int]
    canary: int


def _event(draw: Draw, word: str) -> dict[str, object]:
    return {
        "event": ("page_load_event_finish", "$AppStart", "newtab_show", "$AppClick")[draw.below(4)],
        "time": 1_588_600_000_000 + draw.below(10**9),
        "type": "track",
        "distinct_id": f"{draw.below(1 << 60):016x}",
        "properties": {
            "$os": "Android",
            "$app_version": "4.2.1-g",
            "$screen_width": 1080,
            "url": f"https://{draw.word(9)}.example/{draw.word(6)}/{draw.word(8)}?q={word or draw.word(7)}&n=1",
            "title": f"{draw.word(5)} {draw.word(8)} \u2013 {draw.word(4)}",
            "$is_first_day": draw.below(2) == 0,
            "duration": draw.below(10**6) / 1000,
        },
    }


def _events(draw: Draw, size: int, word: str) -> bytes:
    token = base64.urlsafe_b64encode(draw.below(1 << 64).to_bytes(8, "big") * 2).decode()
    events = [{"token": token, "session": f"{draw.below(1 << 63):032x}"}, _event(draw, word)]
    one = len(json.dumps(events[-1]))
    events += [_event(draw, "") for _ in range(max(size // one - 1, 0))]
    return json.dumps(draw.shuffled(events)).encode()


def _json(draw: Draw, size: int, word: str) -> bytes:
    return _events(draw, size, word)


def _gzipped(draw: Draw, size: int, word: str) -> bytes:
    return gzip.compress(_events(draw, size, word), mtime=0)


def _form(draw: Draw, size: int, word: str) -> bytes:
    packed = base64.b64encode(gzip.compress(_events(draw, size, word), mtime=0)).decode()
    return f"crc={draw.below(1 << 31)}&data_list={urllib.parse.quote(packed, safe='')}&gzip=1".encode()


def _html(draw: Draw, size: int, word: str) -> bytes:
    def paragraph(found: str) -> str:
        text = " ".join(draw.word(2 + draw.below(8)) for _ in range(30))
        link = f"/{draw.word(6)}/{found or draw.word(8)}?a={draw.below(1000)}&amp;b={draw.word(5)}"
        return f'<p class="{draw.word(6)}-{draw.word(4)}">{text} <a href="{link}">{draw.word(7)}</a>.</p>\n'

    paragraphs = [paragraph(word)]
    one = len(paragraphs[0])
    paragraphs += [paragraph("") for _ in range(size // one)]
    body = "".join(draw.shuffled(paragraphs))
    return f"<!DOCTYPE html><html><head><title>{draw.word(6)}</title></head><body>\n{body}</body></html>".encode()


def _random(draw: Draw, size: int, word: str) -> bytes:
    del word
    return b"".join(draw.below(1 << 64).to_bytes(8, "big") for _ in range(size // 8))


MAKERS: dict[str, Callable[[Draw, int, str], bytes]] = {
    "form": _form, "json": _json, "gzip": _gzipped, "html": _html, "random": _random,
}  # fmt: skip
SHARES = (("form", 25), ("json", 25), ("gzip", 20), ("html", 10), ("random", 20))
"""Each kind, and how many of a hundred bodies are of it."""


def corpus(seed: int, count: int, words: Sequence[str]) -> list[Body]:
    """So many bodies in random order; random bytes hold no canary, so the others hold theirs more often."""
    draw = Draw(seed, "corpus")
    kinds = [kind for kind, share in SHARES for _ in range(count * share // 100)]
    readable = sum(kind != "random" for kind in kinds)
    planted = set(draw.shuffled(range(readable))[: count // ONE_IN])
    bodies: list[Body] = []
    for number, kind in enumerate(kinds):
        size = round(math.exp(draw.between(math.log(SMALLEST), math.log(LARGEST))))
        canary = draw.below(len(words)) if number in planted else -1
        data = MAKERS[kind](draw, size, words[canary] if canary >= 0 else "")
        start = data.find(b"data_list=") + 10 if kind == "form" else 0
        packed = (start, data.index(b"&", start)) if kind == "form" else (0, len(data))
        bodies.append(Body(kind=kind, data=data, packed=packed, canary=canary))
    return draw.shuffled(bodies)
