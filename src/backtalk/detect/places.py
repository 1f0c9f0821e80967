"""Hits measured in the buffer they lie in, and one place told from another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult

from msgspec import Struct

from backtalk.detect.needles import GIVEN_PREFIX, bare_host, named, whole_url
from backtalk.detect.spellings import Spelling, spellings
from backtalk.model.canary import Canary, Match, Needle
from backtalk.model.decoding import Span, Step, Value

SURE = 9
"""Letters of a word from which on it is no accident even within other letters."""

ESCAPED = re.compile(rb"(?:%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[a-z])\Z")
"""A character written as an escape: what follows begins anew, also where the escape was not undone."""

StepKey = tuple[str, int, Span, tuple[tuple[str, Value], ...]]


class Measure(Struct, frozen=True):
    """How alike, how far it runs, and how it is spelled where not as itself."""

    match: Match
    found: Span
    spelling: str = ""


class Place(Struct, frozen=True, kw_only=True):
    """Where a canary was met, how alike, and how far it runs. `text` is what stands there, as Latin-1."""

    match: Match
    found: Span
    steps: tuple[Step, ...]
    text: str
    field: str = ""
    spelling: str = ""
    pieces: tuple[Span, ...] = ()

    @property
    def way(self) -> tuple[StepKey, ...]:
        """The steps in a form that can be compared, hashed and ordered."""
        return tuple((step.codec, step.version, step.span, tuple(sorted(step.params.items()))) for step in self.steps)


def measured(canary: Canary, needle: Needle, typed: str, data: bytes, start: int) -> Measure | None:
    """How far the canary runs on from `start` in `data`, and what that makes it.

    `typed` is the text that was typed from the canary on. None when it is not there, or
    when what is there is no more than chance gives (docs/explanation/chance.md).
    """
    if needle.match == "split":
        end = start + len(needle.literal)
        told = data[start:end] in _usual(needle.literal) and _alone(data, start, end)
        return Measure("split", (start, end)) if told else None
    if named(canary):
        if spelled := spellings(canary.value):
            return _of_identifier(spelled, needle, data, start)
        if needle.match in {"host", "prefix"} and (url := whole_url(canary.value)) is not None:
            return _of_url(url, canary.value, data, start)
    whole = canary.value.encode("utf-8")
    run = max(alike(data, start, typed.encode("utf-8")), alike(data, start, whole))
    if run >= len(whole):
        there = data[start : start + len(whole)]
        sure = there in _usual(whole) and len(whole) >= SURE
        if not sure and not _alone(data, start, start + len(whole)):
            return None
        return Measure("exact" if there == whole else "caseless", (start, start + run))
    if needle.match != "prefix" or run < len(needle.literal) or not begins(data, start):
        return None
    if named(canary):
        there = data[start : start + run]
        if run < GIVEN_PREFIX or there not in _usual(whole[:run]) or not _ends(data, start + run):
            return None
    return Measure("prefix", (start, start + run))


def _usual(whole: bytes) -> tuple[bytes, ...]:
    """The cases in which people and programs write a word; any other is met a thousand times as often by chance."""
    return whole, whole.lower(), whole.upper(), whole[:1].upper() + whole[1:].lower()


def begins(data: bytes, start: int) -> bool:
    """Whether a word could begin there: no letter or digit stands before it, unless as part of an escape."""
    return not start or not data[start - 1 : start].isalnum() or bool(ESCAPED.search(data, max(0, start - 6), start))


def _ends(data: bytes, end: int) -> bool:
    return not data[end : end + 1].isalnum()


def _alone(data: bytes, start: int, end: int) -> bool:
    return begins(data, start) and _ends(data, end)


def _of_identifier(spelled: tuple[Spelling, ...], needle: Needle, data: bytes, start: int) -> Measure | None:
    """One spelling of a device identifier; digits among digits, or hex among hex, are another value."""
    spelling = next((one for one in spelled if one.literal == needle.literal), None)
    if spelling is None:
        return None
    end = start + len(spelling.literal)
    there = data[start:end]
    if there != spelling.literal and (not spelling.word or there.lower() != spelling.literal.lower()):
        return None
    if spelling.word and not _apart(spelling.literal, data[max(start - 1, 0) : start], data[end : end + 1]):
        return None
    own = spelling is spelled[0]
    match: Match = "exact" if own and there == spelling.literal else "caseless"
    return Measure(match, (start, end), spelling="" if own else spelling.name)


def _apart(literal: bytes, before: bytes, after: bytes) -> bool:
    digits = literal.translate(None, b":-._ ")
    kind = b"0123456789" if digits.isdigit() else b"0123456789abcdefABCDEF" if _is_hex(digits) else b""
    return not (before and before in kind) and not (after and after in kind)


def _is_hex(digits: bytes) -> bool:
    return not digits.translate(None, b"0123456789abcdefABCDEF")


def _of_url(url: SplitResult, value: str, data: bytes, start: int) -> Measure | None:
    """A URL without its scheme: the whole of it, its host, or a beginning of its host."""
    rest = value.partition("://")[2]
    whole = (rest[4:] if rest.lower().startswith("www.") else rest).encode("utf-8")
    host = len(bare_host(url).encode("utf-8"))
    run = alike(data, start, whole)
    match: Match = "exact" if run == len(whole) else "host" if run >= host else "prefix"
    there = data[start : start + run]
    told = there in _usual(whole[:run]) and _alone(data, start, start + run)
    if run < min(host, GIVEN_PREFIX) or (match == "prefix" and not told):
        return None
    return Measure(match, (start, start + run))


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
