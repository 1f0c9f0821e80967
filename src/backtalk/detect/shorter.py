"""Prefixes too short to be recognised by themselves, shown once longer ones have given the field away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote_to_bytes

import msgspec

from backtalk.detect.fields import query_values
from backtalk.model.capture import Exchange
from backtalk.model.decoding import Span, Step
from backtalk.model.finding import Sighting
from backtalk.model.view import recipient


def endpoint(one: Sighting) -> str:
    """The path that a URL asks for, where the text is not in the path itself."""
    return "" if one.field == "path" or one.part == "dns.name" else _path(one.url)


def shorter(
    first: Sighting, typed: str, since: float, exchanges: Sequence[Exchange], run: Sequence[Sighting]
) -> list[Sighting]:
    """Each beginning of `typed` that was a whole value of the same field before `first`, in the order they left.

    Looks in query parameters and in DNS names. A value that was percent-encoded is shown
    only if `run` tells by which step such a value is undone.
    """
    target = recipient(first.part, first.host)
    undone = [one.steps[0] for one in run if len(one.steps) == 1 and first.part == "request.url"]
    found: list[Sighting] = []
    for exchange in sorted(exchanges, key=lambda one: (one.started, one.source, one.index)):
        if not since <= exchange.started < first.at or recipient(first.part, exchange.host) != target:
            continue
        for name, span, raw in _values(exchange, first):
            value = unquote_to_bytes(raw.replace(b"+", b" ")) if first.part == "request.url" else raw
            if name != first.field or not value or not typed.lower().encode("utf-8").startswith(value.lower()):
                continue
            if value == raw:
                found.append(_shown(first, exchange, span, (), value))
            elif undone:
                step = msgspec.structs.replace(undone[0], span=span)
                found.append(_shown(first, exchange, (0, len(value)), (step,), value))
    return found


def _values(exchange: Exchange, first: Sighting) -> Iterator[tuple[str, Span, bytes]]:
    if first.part == "dns.name" and exchange.kind == "dns":
        name = exchange.part("dns.name")
        yield first.field, (0, len(name)), name
    elif first.part == "request.url" and _path(exchange.url) == _path(first.url):
        url = exchange.part("request.url")
        for parameter, span in query_values(url):
            yield parameter, span, url[span[0] : span[1]]


def _shown(first: Sighting, exchange: Exchange, span: Span, steps: tuple[Step, ...], value: bytes) -> Sighting:
    return msgspec.structs.replace(
        first,
        match="prefix",
        source=exchange.source,
        exchange=exchange.index,
        host=exchange.host,
        found=span,
        steps=steps,
        text=value.decode("latin-1"),
        url=exchange.url,
        at=exchange.started,
    )


def _path(url: str) -> str:
    return url.partition("://")[2].partition("?")[0].partition("#")[0].partition("/")[2]
