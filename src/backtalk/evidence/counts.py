"""The gateway's own packet counts, held against what was recorded: what the records lack is a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from backtalk.evidence.records import Open, Record
from backtalk.model.capture import Gap

_REFUSED: dict[str, tuple[Literal["quic", "udp", "icmp"], str]] = {
    "quic": ("quic", "UDP/443, refused"),
    "udp": ("udp", "UDP to other ports, refused"),
    "multicast": ("udp", "UDP to a group"),
    "icmp": ("icmp", "ICMP"),
    "ipv6": ("udp", "IPv6, which leads nowhere here"),
    "other": ("udp", "neither TCP, UDP nor ICMP"),
}
"""Counters of packets that no record holds, each as the gap that it is."""


def gaps(counters: Mapping[str, int], records: Iterable[Record], queries: int, source: str) -> tuple[Gap, ...]:
    """What was counted on the wire and is in no record. `counters` is empty where nothing was counted.

    Connections are counted by their first packet, so one sent again on a lossy wire is told as
    a gap too: an error on the careful side.
    """
    if not counters:
        return ()
    found = [
        Gap(kind=kind, count=counters[name], source=source, detail=detail)
        for name, (kind, detail) in _REFUSED.items()
        if counters.get(name, 0)
    ]
    connections = sum(isinstance(record, Open) for record in records)
    for name, recorded in (("tcp", connections), ("dns", queries)):
        if (lacking := counters.get(name, 0) - recorded) > 0:
            found.append(Gap(kind="unrecorded", count=lacking, source=source, detail=f"{name} counted on the wire"))
    return tuple(found)
