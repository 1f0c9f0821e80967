"""HTTP/2 as a genuine library writes it, and as nobody should."""

from __future__ import annotations

import h2.config
import h2.connection
import pytest
from hpack import Encoder
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.ingest.wire.http2 import PREFACE, Http2
from backtalk.ingest.wire.pair import Peer
from backtalk.model.capture import Exchange


def fields(path: str, method: str = "POST") -> list[tuple[str, str]]:
    return [(":method", method), (":scheme", "https"), (":authority", "t.example"), (":path", path), ("x-id", "seven")]


def conversation(bodies: list[bytes]) -> list[tuple[bool, bytes]]:
    """What both sides of a genuine connection say, in order."""
    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    server = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    client.initiate_connection()
    server.initiate_connection()
    said: list[tuple[bool, bytes]] = []

    def pass_on() -> None:
        for sent, speaker, hearer in ((True, client, server), (False, server, client)):
            if data := speaker.data_to_send():
                said.append((sent, data))
                hearer.receive_data(data)

    for number, body in enumerate(bodies):
        stream = client.get_next_available_stream_id()
        client.send_headers(stream, fields(f"/{number}"))
        for at in range(0, len(body), 1000):
            client.send_data(stream, body[at : at + 1000], pad_length=number % 5)
        client.send_headers(stream, [("x-late", "eight")], end_stream=True)
        pass_on()
        server.send_headers(stream, [(":status", "200"), ("server", "nobody")])
        server.send_data(stream, body[::-1], end_stream=True)
        pass_on()
    return said


def heard(said: list[tuple[bool, bytes]]) -> tuple[list[Exchange], Http2]:
    reader = Http2(Peer(source="x", server=("192.0.2.1", 443), names={}, secure=True, sni="t.example"))
    found = [exchange for sent, data in said for exchange in reader.feed(1.0, data, sent=sent)]
    return [*found, *reader.end(2.0, whole=True)], reader


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=4), st.integers(1, 700))
def test_what_a_genuine_client_sends_comes_back(bodies, size):
    said = [(sent, data[at : at + size]) for sent, data in conversation(bodies) for at in range(0, len(data), size)]
    exchanges, _ = heard(said)
    assert [one.url for one in exchanges] == [f"https://t.example/{number}" for number in range(len(bodies))]
    assert [one.part("request.body") for one in exchanges] == bodies
    assert [one.part("response.body") for one in exchanges] == [body[::-1] for body in bodies]
    assert all(one.part("request.header") == b"x-id: seven\r\nx-late: eight\r\n" for one in exchanges)
    assert all(part.complete for one in exchanges for part in one.parts)


def test_a_stream_that_is_reset_is_told_with_what_was_sent():
    said = conversation([b"body"])
    reset = b"\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x08"
    exchanges, _ = heard([*[one for one in said if one[0]][:1], (False, reset)])
    assert exchanges[0].part("request.body") == b"body"
    assert "reset" in exchanges[0].error


@settings(max_examples=60)
@given(st.integers(24, 400), st.binary(min_size=1, max_size=40))
def test_hostile_frames_end_reading_and_lose_nothing_before_them(at, junk):
    said = conversation([b"first", b"second"])
    outgoing = b"".join(data for sent, data in said if sent)
    exchanges, reader = heard([(True, outgoing[:at] + junk + outgoing[at:])])
    assert reader.broken or exchanges or reader.unread
    assert outgoing.startswith(PREFACE)


@pytest.mark.parametrize("block", [b"\x80", b"\xff\xff\xff\xff\xff", b"\x00", b"\x3f\xff\xff\xff\xff\x0f"])
def test_fields_that_cannot_be_unpacked_break_the_connection_and_say_so(block):
    frame = len(block).to_bytes(3, "big") + b"\x01\x05\x00\x00\x00\x01" + block
    _, reader = heard([(True, PREFACE + frame)])
    assert "unpacked" in reader.broken


def client() -> h2.connection.H2Connection:
    made = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, validate_outbound_headers=False))
    made.initiate_connection()
    return made


def test_fields_that_only_look_like_the_first_line_are_kept():
    speaker = client()
    speaker.send_headers(1, [*fields("/", "GET"), (":path", "/again"), (":bolarivego", "")], end_stream=True)
    (exchange,), _ = heard([(True, speaker.data_to_send())])
    assert exchange.url == "https://t.example/"
    assert exchange.part("request.header") == b"x-id: seven\r\n:path: /again\r\n:bolarivego: \r\n"


@pytest.mark.parametrize(("protocol", "kinds"), [("websocket", ["http", "websocket"]), ("connect-udp", ["http"])])
def test_a_tunnel_is_a_websocket_only_if_it_was_asked_to_be(protocol, kinds):
    speaker, answerer = client(), Encoder()
    speaker.send_headers(1, [(":protocol", protocol), *fields("/live", "CONNECT")])
    asked = speaker.data_to_send()
    answer = answerer.encode([(":status", "200")])
    said = len(answer).to_bytes(3, "big") + b"\x01\x04" + (1).to_bytes(4, "big") + answer
    speaker.send_data(1, b"\x81\x0abolarivego")
    exchanges, _ = heard([(True, asked), (False, said), (True, speaker.data_to_send())])
    assert [one.kind for one in exchanges] == kinds
    assert exchanges[-1].parts[-1 if protocol == "websocket" else 2].data.endswith(b"bolarivego")
