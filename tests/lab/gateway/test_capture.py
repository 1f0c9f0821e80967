"""The packet capture can be read and decrypted by somebody else's program."""

from __future__ import annotations

import subprocess

import pytest

pytestmark = pytest.mark.lab


def told(recorded, display_filter, *fields):
    keys = f"tls.keylog_file:{recorded.folder / 'tls.keys'}"
    wanted = [part for field in fields for part in ("-e", field)]
    done = subprocess.run(
        ["tshark", "-r", recorded.folder / "capture.pcapng", "-o", keys, "-Y", display_filter, "-T", "fields", *wanted],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split()


def test_it_is_pcapng(recorded):
    assert (recorded.folder / "capture.pcapng").read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"


def test_http1_inside_tls_is_decrypted(recorded):
    assert "/first?q=kolibado" in told(recorded, "http.request", "http.request.uri")


def test_http2_inside_tls_is_decrypted(recorded):
    assert "/second?q=bunahi" in told(recorded, "http2.headers.path", "http2.headers.path")[0].split(",")


def test_questions_and_refusals_are_in_it(recorded):
    assert "one.example" in told(recorded, "dns.flags.response == 0 && dns.qry.name", "dns.qry.name")
    assert told(recorded, "icmp.type == 3 && udp.dstport == 443", "icmp.code")


def test_the_last_packets_of_a_subject_that_has_ended_are_in_it(recorded):
    assert told(recorded, "sctp || ip.proto == 132", "ip.dst") == ["192.0.2.78"]


def test_the_gateway_says_where_it_ends(recorded):
    assert told(recorded, "udp.dstport == 9", "ip.src") == ["10.77.0.1"]
