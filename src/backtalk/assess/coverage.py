"""What could be read of a session, and which unread bytes could carry a canary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from backtalk.assess.observation import Observation
from backtalk.model.capture import OUTGOING, Exchange, Gap
from backtalk.model.finding import Origin
from backtalk.model.result import Coverage, OpaqueGroup
from backtalk.model.view import Reading, recipient

BEFORE = "left before the stimulus"
REPEATED = "equals byte for byte what left before the stimulus"


class Payload(Struct, frozen=True, kw_only=True):
    """Unread outgoing bytes. `left` is when the last of them had left for certain; infinite if that is unknown."""

    host: str
    part: str
    reason: str
    size: int
    digest: str
    left: float
    origin: Origin


Firsts = Mapping[str, float]
"""When unread bytes of each digest had first left, over the whole case."""


def payloads(observation: Observation) -> tuple[Payload, ...]:
    """All that left and was not read, in order. A part without a reading counts as unread."""
    readings = {(one.source, one.exchange, one.part): one for one in observation.view.readings}
    found: list[Payload] = []
    for place, exchange in sorted(observation.exchanges.items()):
        for part in exchange.parts:
            if part.name not in OUTGOING:
                continue
            reading = readings.get((*place, part.name))
            unread = list(_unread(reading, len(part.data)))
            if not part.complete:
                unread.append(("the recording ended inside it", 0, ""))
            found += [
                Payload(
                    host=recipient(part.name, exchange.host),
                    part=part.name,
                    reason=reason,
                    size=size,
                    digest=digest,
                    left=_left(exchange) if part.complete else float("inf"),
                    origin=observation.origins.get(place, "unknown"),
                )
                for reason, size, digest in unread
            ]
    return tuple(found)


def firsts(observations: Iterable[Observation]) -> Firsts:
    """When each unread payload had first left, over all sessions."""
    first: dict[str, float] = {}
    for observation in observations:
        for one in payloads(observation):
            if one.digest:
                first[one.digest] = min(first.get(one.digest, one.left), one.left)
    return first


def clearing(payload: Payload, since: float, first: Firsts) -> str:
    """Why the payload cannot carry what was planted at `since`; empty if it could."""
    if payload.left < since:
        return BEFORE
    return REPEATED if first.get(payload.digest, payload.left) < since else ""


def gap(one: Gap, observation: Observation, since: float) -> tuple[str, bool]:
    """A gap in words, and whether what was planted at `since` could have left through it.

    Nothing is sent in a TLS handshake that fails, but what would have been is not known:
    only where all of them failed before `since`, or were the page's own, is that nothing.
    """
    where = f" ({one.host})" if one.host else ""
    detail = f": {one.detail}" if one.detail else ""
    if one.kind == "icmp":
        return f"{one.count} ICMP packets{where}: an unprivileged subject cannot send them", False
    if one.kind == "tls-failed":
        failed = [
            place for place, each in observation.exchanges.items() if each.kind == "tls" and each.host == one.host
        ]
        late = [each for each in failed if observation.exchanges[each].started >= since]
        if len(failed) >= one.count and all(observation.origins[each] in {"page", "lab"} for each in late):
            why = "the page's own, or the lab's" if late else BEFORE
            return f"{one.count} failed TLS handshakes{where}: {why}", False
    return f"{one.count} of {one.kind}{where}{detail}", True


def coverage(observation: Observation, first: Firsts) -> Coverage:
    """The session's coverage. Groups are cleared with respect to the first canary planted in it."""
    since = min((act.begun for act in observation.timeline.acts if act.stimulus.canaries and act.begun), default=0.0)
    readings = [one for one in observation.view.readings if one.part in OUTGOING]
    groups: dict[tuple[str, str, str, str], list[int]] = {}
    for one in payloads(observation):
        groups.setdefault((one.host, one.part, one.reason, clearing(one, since, first)), []).append(one.size)
    return Coverage(
        exchanges=len(observation.exchanges),
        bytes_read=sum(one.read for one in readings),
        bytes_opaque=sum(one.opaque for one in readings),
        opaque=tuple(
            OpaqueGroup(host=host, part=part, reason=reason, count=len(sizes), bytes=sum(sizes), cleared=cleared)
            for (host, part, reason, cleared), sizes in sorted(groups.items())
        ),
        gaps=observation.view.gaps,
        cut=sum(one.cut for one in readings),
    )


def _unread(reading: Reading | None, size: int) -> Iterable[tuple[str, int, str]]:
    if reading is None:
        return [("it was not searched", size, "")] if size else []
    found = [(one.reason, one.size, one.digest) for one in reading.unread]
    return [*found, ("the search ran out of its budget", size, "")] if reading.cut else found


def _left(exchange: Exchange) -> float:
    """A name has left when it is asked; a request, for certain, when it was answered."""
    if exchange.kind in {"dns", "tls"}:
        return exchange.started or float("inf")
    return max(exchange.started, exchange.ended) if exchange.ended > 0 else float("inf")
