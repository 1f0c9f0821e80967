"""Every language that the server speaks, and what it does with bytes that are none."""

from __future__ import annotations

from itertools import pairwise

import h2.config
import h2.connection
import h2.events
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Ping, Pong, Request, TextMessage

from internet.wire import connect

GET = b"GET / HTTP/1.1\r\nHost: a.example\r\nAccept: text/html\r\n\r\n"


def pieces(data, cuts):
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


@given(st.lists(st.integers(min_value=0), max_size=5))
def test_a_request_in_any_pieces_has_its_answer(cuts):
    connection, pipe = connect()
    for piece in pieces(GET, cuts):
        connection.data_received(piece)
    assert pipe.written.startswith(b"HTTP/1.1 200 ")
    assert b"<article>" in pipe.written
    assert not pipe.closed


def test_requests_on_one_connection_are_answered_in_turn():
    connection, pipe = connect()
    connection.data_received(b"GET /beacon HTTP/1.1\r\nHost: b.org\r\n\r\n" + GET)
    assert [pipe.written.index(b" 204 "), pipe.written.count(b"HTTP/1.1 ")] == [8, 2]


def test_a_client_that_wants_to_close_is_let_go():
    connection, pipe = connect()
    connection.data_received(b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
    assert pipe.closed


def test_head_has_no_body():
    connection, pipe = connect()
    connection.data_received(b"HEAD / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    head, _, body = pipe.written.partition(b"\r\n\r\n")
    assert b"content-length: " in head
    assert body == b""


def test_a_request_that_is_broken_is_refused_and_closed():
    connection, pipe = connect()
    connection.data_received(b"GET / HTTP/1.1\r\nno header\r\n\r\n")
    assert pipe.written.startswith(b"HTTP/1.1 400 ")
    assert pipe.closed


@pytest.mark.parametrize("said", [b"EHLO there\r\n", b"\x00\x01\x02", b"SSH-2.0-x\r\n", b"A" * 200_000])
def test_what_is_no_http_is_heard_in_silence(said):
    connection, pipe = connect()
    connection.data_received(said)
    assert (pipe.written, pipe.closed, connection.eof_received()) == (b"", False, False)


def client():
    talk = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
    talk.initiate_connection()
    return talk


def headers(host, path="/", method="GET", **more):
    return [(":method", method), (":scheme", "https"), (":authority", host), (":path", path), *more.items()]


def exchange(talk, connection, pipe):
    """Both sides say all they have; the client's events."""
    events = []
    while data := talk.data_to_send():
        connection.data_received(data)
        heard, pipe.written = pipe.written, b""
        for event in talk.receive_data(heard):
            events.append(event)
            if isinstance(event, h2.events.DataReceived):
                talk.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
    return events


def test_http2_answers_each_stream():
    (connection, pipe), talk = connect(), client()
    talk.send_headers(1, headers("a.example", accept="text/html"), end_stream=True)
    talk.send_headers(3, headers("b.org", method="POST"))
    talk.send_data(3, b"body", end_stream=True)
    events = exchange(talk, connection, pipe)
    statuses = {e.stream_id: dict(e.headers)[":status"] for e in events if isinstance(e, h2.events.ResponseReceived)}
    assert statuses == {1: "200", 3: "204"}
    assert b"<article>" in b"".join(e.data for e in events if isinstance(e, h2.events.DataReceived))


def test_http2_waits_for_a_client_with_little_room():
    (connection, pipe), talk = connect(), client()
    talk.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 100})
    talk.send_headers(1, headers("a.example", accept="text/html"), end_stream=True)
    events = exchange(talk, connection, pipe)
    body = b"".join(e.data for e in events if isinstance(e, h2.events.DataReceived))
    assert body.endswith(b"</html>\n")
    assert [e for e in events if isinstance(e, h2.events.StreamEnded)]


def test_http2_forgets_a_stream_that_is_reset():
    (connection, pipe), talk = connect(), client()
    talk.send_headers(1, headers("a.example", method="POST"))
    talk.reset_stream(1)
    talk.send_headers(3, headers("b.org"), end_stream=True)
    events = exchange(talk, connection, pipe)
    assert [e.stream_id for e in events if isinstance(e, h2.events.StreamEnded)] == [3]


def upgraded(host):
    (connection, pipe), talk = connect(), WSConnection(ConnectionType.CLIENT)
    connection.data_received(talk.send(Request(host=host, target="/")))
    return connection, pipe, talk


def heard(pipe, talk):
    talk.receive_data(pipe.written)
    pipe.written = b""
    return list(talk.events())


def test_a_websocket_says_back_what_it_hears_in_whole_messages():
    connection, pipe, talk = upgraded("a.example")
    assert isinstance(heard(pipe, talk)[0], AcceptConnection)
    connection.data_received(talk.send(TextMessage(data="tizo", message_finished=False)))
    assert heard(pipe, talk) == []
    connection.data_received(talk.send(TextMessage(data="daku")))
    assert [event.data for event in heard(pipe, talk)] == ["tizodaku"]
    connection.data_received(talk.send(Ping()))
    assert isinstance(heard(pipe, talk)[0], Pong)


def test_a_websocket_that_breaks_off_is_closed():
    connection, pipe, talk = upgraded("a.example")
    heard(pipe, talk)
    connection.data_received(b"\xff\xff\xff\xff\xff\xff")
    assert pipe.closed


@given(st.binary(max_size=400))
def test_no_bytes_break_it(data):
    connection, _ = connect()
    connection.data_received(data)


@given(st.binary(max_size=200))
def test_no_bytes_after_a_request_line_break_it(data):
    connection, _ = connect()
    connection.data_received(b"GET / HTTP/1.1\r\nHost: a.example\r\n" + data)


@given(st.binary(max_size=200))
def test_no_bytes_after_the_preface_break_it(data):
    connection, _ = connect()
    connection.data_received(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + data)


@given(st.binary(max_size=200))
def test_no_bytes_on_a_websocket_break_it(data):
    connection, _, _ = upgraded("a.example")
    connection.data_received(data)
