"""Hits measured in the buffer they lie in, and one place told from another."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult

from msgspec import Struct

from backtalk.detect.needles import GIVEN_PREFIX, bare_host, whole_url
from backtalk.model.canary import Canary, Match, Needle
from backtalk.model.decoding import Span, Step, Value

StepKey = tuple[str, int, Span, tuple[tuple[str, Value], ...]]


class Place(Struct, frozen=True, kw_only=True):
    """Where a canary was met, how alike, and how far it runs. `text` is what stands there, as Latin-1."""

    match: Match
    found: Span
    steps: tuple[Step, ...]
    text: str
    field: str = ""

    @property
    def way(self) -> tuple[StepKey, ...]:
        """The steps in a form that can be compared, hashed and ordered."""
        return tuple((step.codec, step.version, step.span, tuple(sorted(step.params.items()))) for step in self.steps)


def measured(canary: Canary, needle: Needle, typed: str, data: bytes, start: int) -> tuple[Match, Span] | None:
    """How far the canary runs on from `start` in `data`, and what that makes it.

    `typed` is the text that was typed from the canary on. None when it is not there.
    """
    if needle.match == "split":
        run = alike(data, start, needle.literal)
        return ("split", (start, start + run)) if run == len(needle.literal) else None
    if canary.kind == "given" and needle.match in {"host", "prefix"} and (url := whole_url(canary.value)) is not None:
        return _of_url(url, canary.value, data, start)
    whole = canary.value.encode("utf-8")
    run = max(alike(data, start, typed.encode("utf-8")), alike(data, start, whole))
    if run < len(whole):
        return ("prefix", (start, start + run)) if needle.match == "prefix" and run >= len(needle.literal) else None
    return "exact" if data.startswith(whole, start) else "caseless", (start, start + run)


def _of_url(url: SplitResult, value: str, data: bytes, start: int) -> tuple[Match, Span] | None:
    """A URL without its scheme: the whole of it, its host, or a beginning of its host."""
    rest = value.partition("://")[2]
    whole = (rest[4:] if rest.lower().startswith("www.") else rest).encode("utf-8")
    host = len(bare_host(url).encode("utf-8"))
    run = alike(data, start, whole)
    match: Match = "exact" if run == len(whole) else "host" if run >= host else "prefix"
    return (match, (start, start + run)) if run >= min(host, GIVEN_PREFIX) else None


def alike(data: bytes, start: int, text: bytes) -> int:
    """How many bytes of `text` stand in `data` at `start`, ASCII letters in either case."""
    there, here = data[start : start + len(text)].lower(), text.lower()
    pairs = zip(there, here, strict=False)  # the data may end before the text does
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(there), len(here)))


def distinct(places: Iterable[Place]) -> list[Place]:
    """One place for each occurrence: the longest of those that overlap, in one buffer or through its layers.

    Where two are as long, the one whose field is known is kept, then the one with fewer
    steps. In order of steps and span.
    """
    best = sorted(
        places, key=lambda one: (-(one.found[1] - one.found[0]), not one.field, len(one.steps), one.way, one.found)
    )
    kept: list[Place] = []
    for place in best:
        if not any(_same(place, other) for other in kept):
            kept.append(place)
    return sorted(kept, key=lambda one: (one.way, one.found))


def _same(one: Place, other: Place) -> bool:
    """Whether both are the same letters: their spans overlap in the last buffer that both ways share."""
    outer, inner = sorted((one, other), key=lambda place: len(place.steps))
    depth = len(outer.steps)
    if inner.way[:depth] != outer.way:
        return False
    span = inner.steps[depth].span if len(inner.steps) > depth else inner.found
    return outer.found[0] < span[1] and span[0] < outer.found[1]
