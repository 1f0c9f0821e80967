"""Programs over both kinds of shell: outputs, exit codes, and their input."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.adb.device import Input
from backtalk.range.adb.message import WRTE, Message
from tests.range.adb.toy import SUPPLY, Host


def packet(kind, data=b""):
    return struct.pack("<BI", kind, len(data)) + data


def packets(data):
    while data:
        kind, size = struct.unpack_from("<BI", data)
        yield kind, data[5 : 5 + size]
        data = data[5 + size :]


def test_version_2_tells_outputs_apart_and_the_exit_code():
    host = Host()
    local, told = host.open(b"shell,v2,raw:fail 300")
    assert list(packets(host.hear(local, told))) == [(2, b"no\n"), (3, bytes([300 & 255]))]


@pytest.mark.parametrize("service", [b"shell:fail 3", b"exec:fail 3"])
def test_version_1_gives_both_outputs_in_one(service):
    host = Host()
    local, told = host.open(service)
    assert host.hear(local, told) == b"no\n"


@given(st.lists(st.binary(max_size=60), max_size=6), st.integers(1, 30))
def test_stdin_comes_whole_from_packets_in_pieces_and_ends_when_it_is_closed(words, size):
    stream = packet(5, b"24x80,0x0\0") + b"".join(packet(0, word) for word in words) + packet(3)
    host = Host()
    local, told = host.open(b"shell,v2,raw:echo")
    cut = [stream[at : at + size] for at in range(0, len(stream), size)]
    said = list(packets(host.hear(local, told, then=cut)))
    assert b"".join(data for kind, data in said if kind == 1) == b"".join(words)
    assert said[-1:] != [(3, b"\0")]
    said = list(packets(host.hear(local, [], then=[packet(4)])))
    assert said[-1] == (3, b"\0")


def test_a_length_that_no_packet_has_is_not_waited_for_in_memory():
    host = Host()
    local, _ = host.open(b"shell,v2,raw:wait")
    told = host.say(Message(WRTE, 9, local, struct.pack("<BI", 77, 0xFFFFFFFF) + bytes(1 << 19)))
    assert [one.command for one in told] != []
    assert host.device.files.taken == 0


def test_a_host_waits_while_a_program_does_not_read():
    host = Host()
    local, _ = host.open(b"exec:wait")
    assert host.say(Message(WRTE, 9, local, bytes(Input.PIPE))) == []
    assert host.device.files.taken == Input.PIPE
    host.connection.close()
    assert host.device.files.taken == 0


def test_stdin_ends_where_the_devices_memory_does():
    host = Host()
    stdin = Input(host.device.files.room())
    stdin.wanted = 1 << 30
    while not stdin.closed:
        stdin.feed(bytes(1 << 20))
    assert len(stdin.data) == SUPPLY
    stdin.drop()
    assert host.device.files.taken == 0
