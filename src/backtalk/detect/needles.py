"""What to look for on behalf of each canary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, urlsplit

from backtalk.detect.mint import PREFIX
from backtalk.detect.spellings import spellings
from backtalk.model.canary import Canary, Match, Needle

TYPED = frozenset({"host", "path", "query", "text", "decoy"})
"""Kinds of canary that are typed letter by letter, and the decoys that are held against them."""

GIVEN_PREFIX = 7
"""Letters of a host, or of a word named on the command line, from which it is recognised."""

SPLIT = 5
"""Letters of the first piece of a word named on the command line that is split over fields."""

SPLITTABLE = 9
"""Letters of a word from which on its pieces together are no accident."""

PIECE = 8
"""Fewest letters of a URL's piece that stands for the URL."""


def needles(canaries: Sequence[Canary]) -> tuple[Needle, ...]:
    """The needles of all canaries, in order; `Needle.canary` indexes `canaries`."""
    return tuple(
        Needle(canary=index, match=match, literal=literal, caseless=match != "exact")
        for index, canary in enumerate(canaries)
        for match, literal in dict.fromkeys(_literals(canary))
    )


def named(canary: Canary) -> bool:
    """Whether the canary is a person's own, or a decoy held against those: it was typed in no session."""
    return canary.kind == "given" or (canary.kind == "decoy" and not canary.session)


def whole_url(value: str) -> SplitResult | None:
    """The parts of a canary that is a URL; None for one that is a word."""
    if "://" not in value:
        return None
    try:
        url = urlsplit(value)
        return url if url.hostname else None
    except ValueError:  # brackets that hold no address
        return None


def bare_host(url: SplitResult) -> str:
    """The host as a reader would say it: lower case, without `www.`."""
    return (url.hostname or "").removeprefix("www.")


def _literals(canary: Canary) -> Iterator[tuple[Match, bytes]]:
    whole = canary.value.encode("utf-8")
    if not whole:
        return
    yield "caseless", whole
    if not named(canary):
        if canary.kind in TYPED:
            yield "prefix", whole[:PREFIX]
        return
    if spelled := spellings(canary.value):
        yield from (("caseless" if one.word else "exact", one.literal) for one in spelled)
        return
    url = whole_url(canary.value)
    if url is None:
        if len(whole) > GIVEN_PREFIX:
            yield "prefix", whole[: SPLIT if len(whole) >= SPLITTABLE else GIVEN_PREFIX]
        return
    host = bare_host(url).encode("utf-8")
    yield "host", host
    if len(host) > GIVEN_PREFIX:
        yield "prefix", host[:GIVEN_PREFIX]
    yield from (("split", piece.encode("utf-8")) for piece in _pieces(url))


def _pieces(url: SplitResult) -> Iterator[str]:
    """The URL's path and query as a whole, each segment, and each value, that is long enough to be told apart."""
    beyond = url.path + (f"?{url.query}" if url.query else "")
    values = [pair.partition("=")[2] or pair for pair in url.query.split("&")]
    for piece in [beyond.lstrip("/"), *url.path.split("/"), *values, url.fragment]:
        if len(piece) >= PIECE:
            yield piece
