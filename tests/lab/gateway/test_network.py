"""The subject's network looks ordinary, and every address of it is the lab's."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.lab

ANYWHERE, LINK = "00000000", "00004D0A"
GATEWAY = "01004D0A"


def test_the_subject_has_one_interface_with_a_default_route(recorded):
    assert recorded.said["routes"] == [["eth0", ANYWHERE, GATEWAY], ["eth0", LINK, ANYWHERE]]


def test_a_host_dialled_by_number_is_answered(recorded):
    assert recorded.said["by_number"].startswith("HTTP/1.1 200")


def test_ipv6_is_link_local_and_leads_nowhere(recorded):
    assert recorded.said["ipv6"] == [["fe80000000000000021b21fffe3a7702"], "Network is unreachable"]
