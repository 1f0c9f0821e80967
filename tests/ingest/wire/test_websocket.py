"""WebSocket messages as a genuine library writes them, and as nobody should."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, TextMessage
from wsproto.extensions import PerMessageDeflate

from backtalk.ingest.wire.websocket import WebSocket
from backtalk.model.capture import Exchange

SHAKE = Exchange(index=0, kind="http", host="t.example", url="https://t.example/live", ended=5.0)


def heard(extensions: bytes, data: bytes, size: int = 1 << 20) -> list[Exchange]:
    reader = WebSocket(SHAKE, extensions)
    found = [one for at in range(0, len(data), size) for one in reader.feed(6.0, data[at : at + size], sent=True)]
    return [*found, *reader.end()]


@given(st.lists(st.binary(max_size=300) | st.text(max_size=300), max_size=5), st.booleans(), st.integers(1, 90))
def test_messages_come_back_whatever_they_hold(messages, deflated, size):
    extension = PerMessageDeflate()
    if deflated:
        extension.finalize("permessage-deflate")
    client = Connection(ConnectionType.CLIENT, [extension] if deflated else [])
    events = [TextMessage(data=one) if isinstance(one, str) else BytesMessage(data=one) for one in messages]
    data = b"".join(client.send(event) for event in events)
    found = heard(b"permessage-deflate" if deflated else b"", data, size)
    assert [one.part("websocket.sent") for one in found] == [
        one.encode() if isinstance(one, str) else one for one in messages
    ]
    assert all(part.complete for one in found for part in one.parts)
    assert {one.host for one in found} <= {"t.example"}


@given(st.binary(max_size=200), st.sampled_from([b"", b"permessage-deflate"]))
def test_any_bytes_end_and_are_kept_where_no_message_ends(data, extensions):
    for exchange in heard(extensions, data):
        assert exchange.kind == "websocket"


def test_fragments_are_one_message_and_half_a_message_is_told():
    frames = b"\x01\x03abc" + b"\x89\x01p" + b"\x80\x02de" + b"\x01\x05half"
    _, whole, half = heard(b"", frames)
    assert whole.part("websocket.sent") == b"abcde"
    assert half.parts[0].complete is False
    assert b"half" in half.part("websocket.sent")


def test_a_length_that_lies_takes_no_memory():
    assert heard(b"", b"\x82\x7f" + struct.pack(">Q", 1 << 62) + b"x" * 10)[0].parts[0].complete is False


@pytest.mark.parametrize("size", [1, 5, 1 << 20])
def test_what_follows_a_message_that_does_not_inflate_is_told_as_it_stands(size):
    frames = b"\xc1\x03\xff\xff\xff" + b"\x81\x0abolarivego"
    found = heard(b"permessage-deflate", frames, size)
    assert [(one.part("websocket.sent"), one.parts[0].complete) for one in found] == [
        (b"\xff\xff\xff", False),
        (b"\x81\x0abolarivego", False),
    ]


def frame(first: int, payload: bytes) -> bytes:
    return bytes([first, len(payload)]) + payload


def test_a_ping_and_a_message_that_was_never_ended_are_told():
    data = (
        frame(0x89, b"bolarivego") + frame(0x89, b"") + frame(0x01, b"vulo") + frame(0x00, b"man") + frame(0x81, b"x")
    )
    found = [(one.part("websocket.sent"), one.parts[0].complete) for one in heard(b"", data)]
    assert found == [(b"bolarivego", True), (b"vuloman", False), (b"x", True)]


@pytest.mark.parametrize("behind", [b"", b"\0", b"hidden"])
def test_what_stands_behind_the_last_block_is_kept_and_the_next_message_is_read(behind):
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(b"seen") + packer.flush()
    one, two = heard(b"permessage-deflate", frame(0xC1, packed + behind) + frame(0xC1, packed))
    assert behind.strip(b"\0") in one.part("websocket.sent")
    assert one.parts[0].complete is not behind.strip(b"\0").startswith(b"hidden")
    assert two.part("websocket.sent") == b"seen"
