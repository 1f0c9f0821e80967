"""What must hold for any bytes that a host sends to a simulated handset: nothing fails, nothing piles up."""

from __future__ import annotations

from backtalk.range.adb.connection import MOST, STREAMS
from backtalk.range.adb.message import AUTH, CLSE, CNXN, HEAD, OKAY, OPEN, UNSUMMED, WRTE, Message, encode
from tests.fuzz.target import Target
from tests.range.adb.toy import Host

COMMANDS = (CNXN, AUTH, OPEN, OKAY, WRTE, CLSE)
SERVICES = (b"shell:say 9000", b"shell,v2,raw:echo", b"exec:echo", b"shell:wait", b"sync:")


def _answers(data: bytes, size: int) -> bytes:
    host = Host(connect=False)
    said = b""
    for at in range(0, len(data), size):
        for answer in host.connection.receive(data[at : at + size]):
            said += answer
            assert len(answer) <= MOST + HEAD
        assert host.connection.held <= MOST + HEAD
        if host.connection.over:
            break
    host.connection.close()
    assert host.device.files.taken == 0
    return said


def connects(data: bytes) -> None:
    """The same answers, however the bytes came in pieces."""
    assert _answers(data, 1 << 16) == _answers(data, 5), "pieces matter"


def drives(data: bytes) -> None:
    """Messages whose first bytes tell command, stream and length, from a host that is let in."""
    host, at = Host(), 0
    while at + 3 <= len(data) and not host.connection.over:
        kind, number, length = data[at : at + 3]
        payload = data[at + 3 : at + 3 + length]
        at += 3 + length
        command = COMMANDS[kind % len(COMMANDS)]
        if command == OPEN and payload[:1].isdigit():
            payload = SERVICES[payload[0] % len(SERVICES)]
        arguments = (UNSUMMED, 4096) if command == CNXN else (number % 16 + 1, 0 if command == OPEN else number // 16)
        host.say(Message(command, *arguments, payload))
    host.raw(encode(Message(OKAY, 0, 0)))
    assert len(host.connection._streams) <= STREAMS
    host.connection.close()
    assert host.device.files.taken == 0


TARGETS = (Target("adb/connects", connects), Target("adb/drives", drives))
