"""Outgoing bytes that nobody could read: each stretch with who got it, where it stood, and when it had left."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from backtalk.assess.observation import Observation
from backtalk.assess.services import function
from backtalk.model.capture import OUTGOING, Exchange, Part
from backtalk.model.finding import Origin
from backtalk.model.view import Reading, Unread, recipient

LONGEST = 60
"""Letters of a field's name; what is longer is no name."""


class Payload(Struct, frozen=True, kw_only=True):
    """Unread outgoing bytes. `left` is when the last of them had left for certain; infinite if that is unknown.

    `function` is what the exchange is for, `field` the query parameter or header in which
    the bytes stood; both empty where that cannot be told.
    """

    host: str
    function: str
    part: str
    field: str
    reason: str
    size: int
    digest: str
    left: float
    origin: Origin


def payloads(observation: Observation) -> tuple[Payload, ...]:
    """All that left and was not read, in order. A part without a reading counts as unread."""
    readings = {(one.source, one.exchange, one.part): one for one in observation.view.readings}
    found: list[Payload] = []
    for place, exchange in sorted(observation.exchanges.items()):
        for part in exchange.parts:
            if part.name not in OUTGOING:
                continue
            reading = readings.get((*place, part.name))
            unread = list(_unread(reading, part))
            if not part.complete:
                unread.append(("", "the recording ended inside it", 0, ""))
            found += [
                Payload(
                    host=recipient(part.name, exchange.host),
                    function=function(exchange),
                    part=part.name,
                    field=field,
                    reason=reason,
                    size=size,
                    digest=digest,
                    left=_left(exchange) if part.complete else float("inf"),
                    origin=observation.origins.get(place, "unknown"),
                )
                for field, reason, size, digest in unread
            ]
    return tuple(found)


def _unread(reading: Reading | None, part: Part) -> Iterable[tuple[str, str, int, str]]:
    size = len(part.data)
    if reading is None:
        return [("", "it was not searched", size, "")] if size else []
    found = [(_field(part, one), one.reason, one.size, one.digest) for one in reading.unread]
    return [*found, ("", "the search ran out of its budget", size, "")] if reading.cut else found


def _field(part: Part, unread: Unread) -> str:
    """The query parameter or header in which the bytes stand."""
    at = (unread.steps[0] if unread.steps else unread).span[0]
    if part.name == "request.url":
        name, divided, _ = re.split(rb"[?&]", part.data[:at])[-1].partition(b"=")
        divided = divided if b"?" in part.data[:at] else b""
    elif part.name == "request.header":
        name, divided, _ = part.data[part.data.rfind(b"\n", 0, at) + 1 :].partition(b":")
    else:
        return ""
    return name.decode("latin-1") if divided and len(name) <= LONGEST else ""


def _left(exchange: Exchange) -> float:
    """A name has left when it is asked; a request, for certain, when it was answered."""
    if exchange.kind in {"dns", "tls"}:
        return exchange.started or float("inf")
    return max(exchange.started, exchange.ended) if exchange.ended > 0 else float("inf")
