"""HTTP/3 from pieces of streams, in whatever order and size they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backtalk.ingest.wire import http3
from backtalk.ingest.wire.http3 import Http3
from backtalk.ingest.wire.pair import LONGEST, Peer
from backtalk.model.capture import Exchange

PEER = Peer(source="x", server=("198.18.0.7", 443), names={}, secure=True, sni="t.example")


def number(value: int) -> bytes:
    if value < 64:
        return bytes([value])
    return (value | 0x4000).to_bytes(2, "big") if value < 1 << 14 else (value | 0x80000000).to_bytes(4, "big")


def frame(kind: int, payload: bytes) -> bytes:
    return number(kind) + number(len(payload)) + payload


def literal(name: bytes, value: bytes) -> bytes:
    assert len(name) < 7
    assert len(value) < 127
    return bytes([0x20 | len(name)]) + name + bytes([len(value)]) + value


POST = b"\0\0" + bytes([0xC0 | 20, 0xC0 | 23, 0xC0 | 1]) + literal(b"x-id", b"bolarivego")
ANSWER = b"\0\0" + bytes([0xC0 | 25])


def told(http: Http3, pieces: list[tuple[int, bytes, bool]], *, sent: bool, stream: int = 0) -> list[Exchange]:
    return [one for offset, data, fin in pieces for one in http.feed(1.0, stream, offset, data, sent=sent, fin=fin)]


def cut(data: bytes, sizes: list[int]) -> list[tuple[int, bytes, bool]]:
    found, at = [], 0
    for size in sizes:
        if at < len(data):
            found.append((at, data[at : at + size], at + size >= len(data)))
            at += size
    if at < len(data):
        found.append((at, data[at:], True))
    return found


@given(
    body=st.binary(max_size=400),
    sizes=st.lists(st.integers(1, 90), max_size=12),
    order=st.randoms(use_true_random=False),
    frames=st.integers(1, 3),
)
def test_a_request_is_the_same_in_whatever_pieces_and_order_it_comes(body, sizes, order, frames):
    step = -(-len(body) // frames) or 1
    data = (
        frame(1, POST)
        + frame(0x21, b"greased")
        + b"".join(frame(0, body[at : at + step]) for at in range(0, len(body), step))
    )
    pieces = cut(data, sizes)
    order.shuffle(pieces)
    http = Http3(PEER)
    assert told(http, pieces, sent=True) == []
    (exchange,) = told(http, [(0, frame(1, ANSWER) + frame(0, b"ok"), True)], sent=False)
    assert (exchange.method, exchange.status, exchange.host) == ("POST", 200, "t.example")
    assert exchange.part("request.body") == body
    assert all(part.complete for part in exchange.parts)
    assert not http.problems
    assert http.held == 0


def test_a_body_of_one_frame_is_read_as_it_comes_and_not_kept_beyond_the_limit():
    http = Http3(PEER)
    size = LONGEST + 3_000_000
    head = frame(1, POST) + number(0) + number(size)
    pieces = [(0, head, False)]
    pieces += [(len(head) + at, bytes(1_000_000), False) for at in range(0, size, 1_000_000)]
    told(http, pieces, sent=True)
    assert http.held <= LONGEST + 20_000
    (exchange,) = http.end(2.0)
    (body,) = [part for part in exchange.parts if part.name == "request.body"]
    assert len(body.data) == LONGEST
    assert not body.complete


def test_a_hole_leaves_what_came_before_it_and_is_told(monkeypatch):
    monkeypatch.setattr(http3, "PENDING", 2000)
    http = Http3(PEER)
    data = frame(1, POST) + frame(0, b"seen=bolarivego" + bytes(9000))
    told(http, [(0, data[:60], False)], sent=True)
    told(http, [(at, data[at : at + 500], False) for at in range(100, len(data), 500)], sent=True)
    assert http.held < 4000
    (exchange,) = http.end(2.0)
    assert exchange.part("request.body").startswith(b"seen=bolarivego")
    assert not next(part for part in exchange.parts if part.name == "request.body").complete
    assert http.problems == {"1 streams that could not be read to their end"}


def test_fields_that_never_end_are_passed_over_and_told():
    http = Http3(PEER)
    told(http, [(0, number(1) + number((1 << 30) - 1) + bytes(1000), False)], sent=True)
    assert http.problems == {"fields without an end"}
    assert http.held == 0


@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 300), st.binary(max_size=80), st.booleans(), st.booleans()))
)
def test_whatever_comes_nothing_breaks(pieces):
    http = Http3(PEER)
    for stream, offset, data, sent, fin in pieces:
        list(http.feed(1.0, stream, offset, data, sent=sent, fin=fin))
    list(http.end(2.0))
