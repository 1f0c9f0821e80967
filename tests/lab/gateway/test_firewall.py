"""Everything the subject sends is redirected, answered or refused, and counted."""

from __future__ import annotations

import pytest

from backtalk.evidence.records import Open
from backtalk.lab.gateway.firewall import COUNTERS

pytestmark = pytest.mark.lab


def test_every_kind_is_counted(recorded):
    counters = recorded.seen["counters"]
    assert tuple(counters) == COUNTERS
    assert {name: counters[name] for name in ("quic", "udp", "multicast", "icmp", "other")} == {
        "quic": 1,
        "udp": 1,
        "multicast": 1,
        "icmp": 1,
        "other": 1,
    }


def test_as_many_connections_are_recorded_as_were_counted(recorded):
    opened = [record for record in recorded.records if isinstance(record, Open)]
    assert len(opened) == recorded.seen["counters"]["tcp"]


def test_as_many_questions_are_logged_as_were_counted(recorded):
    assert len(recorded.queries) == recorded.seen["counters"]["dns"]


def test_datagrams_are_refused_as_by_a_host_that_does_not_listen(recorded):
    assert recorded.said["datagrams"] == {"443": "refused", "9999": "refused"}


def test_any_address_answers_a_ping(recorded):
    assert recorded.said["ping"] == "192.0.2.77"
