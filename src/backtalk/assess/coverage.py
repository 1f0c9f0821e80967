"""What could be read of a session, and which unread bytes could carry a canary."""

from __future__ import annotations

from backtalk.assess.copies import BEFORE, Copies
from backtalk.assess.observation import Observation
from backtalk.assess.payloads import payloads
from backtalk.model.capture import OUTGOING, Gap
from backtalk.model.result import Coverage, OpaqueGroup

GAPS: dict[str, tuple[str, str]] = {
    "quic": ("QUIC datagram that was refused", "QUIC datagrams that were refused"),
    "udp": ("datagram that was not read", "datagrams that were not read"),
    "icmp": ("ICMP packet", "ICMP packets"),
    "tls-failed": ("failed TLS handshake", "failed TLS handshakes"),
    "truncated": ("record cut short", "records cut short"),
    "damaged": ("damaged record", "damaged records"),
    "unreadable": ("record that could not be read", "records that could not be read"),
    "unrecorded": ("flow that was not recorded", "flows that were not recorded"),
}
"""Each kind of gap in words: for one, and for several."""


def gap(one: Gap, observation: Observation, since: float) -> tuple[str, bool]:
    """A gap in words, and whether what was planted at `since` could have left through it.

    Nothing leaves in a TLS handshake that fails, but what would have left is not known. It
    is cleared where all of them failed before `since`, were the page's own, or were with a
    host whose other connections were read.
    """
    said = f"{one.count} {GAPS[one.kind][one.count != 1]}" + (f" ({one.host})" if one.host else "")
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
    return f"nothing leaves in them, and what else went to that host was read ({read} requests)" if read else ""


def coverage(observation: Observation, copies: Copies) -> Coverage:
    """The session's coverage. Groups are cleared with respect to the first canary planted in it."""
    since = min((act.begun for act in observation.timeline.acts if act.stimulus.canaries and act.begun), default=0.0)
    readings = [one for one in observation.view.readings if one.part in OUTGOING]
    groups: dict[tuple[str, str, str, str], list[int]] = {}
    for one in payloads(observation):
        cleared = copies.clearing(one.digest, one.size, one.left, observation, since)
        groups.setdefault((one.host, one.part, one.reason, cleared), []).append(one.size)
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
