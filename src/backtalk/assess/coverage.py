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


GAPS: dict[str, str] = {
    "quic": "QUIC datagrams that were refused",
    "udp": "datagrams that were not read",
    "icmp": "ICMP packets",
    "tls-failed": "failed TLS handshakes",
    "truncated": "records cut short",
    "damaged": "damaged records",
    "unreadable": "records that could not be read",
    "unrecorded": "flows that were not recorded",
}
"""Each kind of gap in words."""

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

    Nothing leaves in a TLS handshake that fails, but what would have left is not known. It
    is cleared where all of them failed before `since`, were the page's own, or were with a
    host whose other connections were read.
    """
    said = f"{one.count} {GAPS[one.kind]}" + (f" ({one.host})" if one.host else "")
    if one.kind == "icmp":
        return f"{said}: an unprivileged subject cannot send them", False
    if one.kind == "tls-failed" and (why := _clearing_handshakes(one, observation, since)):
        return f"{said}: {why}", False
    return f"{said}: {one.detail}" if one.detail else said, True


def _clearing_handshakes(one: Gap, observation: Observation, since: float) -> str:
    met = [(place, each) for place, each in observation.exchanges.items() if each.host == one.host]
    failed = [(place, each) for place, each in met if each.kind == "tls"]
    read = sum(each.kind == "http" and each.secure for _, each in met)
    if len(failed) < one.count:
        return ""
    late = [place for place, each in failed if each.started >= since]
    if not late:
        return BEFORE
    if all(observation.origins[place] in {"page", "lab"} for place in late):
        return "the page's own, or the lab's"
    return f"nothing leaves in them, and {read} requests to the same host were read" if read else ""


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
