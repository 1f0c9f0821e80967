"""What the gateway counted and no record holds is told, never passed over."""

from __future__ import annotations

import pytest

from backtalk.evidence import counts
from backtalk.evidence.records import Open

OPEN = Open(at=1.0, conn="1", peer=("10.77.0.2", 1), server=("198.18.0.1", 443))


def test_equal_counts_are_no_gap():
    assert counts.gaps({"tcp": 2, "dns": 3, "quic": 0}, (OPEN, OPEN), 3, "s") == ()


def test_no_counts_are_no_gap():
    assert counts.gaps({}, (), 0, "s") == ()


@pytest.mark.parametrize(("name", "kind"), [("quic", "quic"), ("udp", "udp"), ("icmp", "icmp"), ("ipv6", "udp")])
def test_refused_packets_are_gaps(name, kind):
    (gap,) = counts.gaps({name: 4}, (), 0, "s")
    assert (gap.kind, gap.count, gap.source) == (kind, 4, "s")


@pytest.mark.parametrize(("counters", "lacking"), [({"tcp": 3}, 2), ({"dns": 5}, 4)])
def test_connections_and_queries_without_a_record_are_gaps(counters, lacking):
    (gap,) = counts.gaps(counters, (OPEN,), 1, "s")
    assert (gap.kind, gap.count) == ("unrecorded", lacking)
