"""HTTP/1: however the bytes arrive, the same exchanges; what is no HTTP is kept as bytes."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.ingest import http_text
from backtalk.ingest.conversation import Conversation
from backtalk.ingest.dns import Names
from backtalk.ingest.wire import http1
from backtalk.ingest.wire.http1 import Http1
from backtalk.ingest.wire.pair import Peer
from backtalk.model.capture import Exchange

HEAD = b"Host: t.example\r\n"
ASKED = [
    b"GET /a?x=1 HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"POST /b HTTP/1.1\r\n" + HEAD + b"Content-Length: 7\r\n\r\nGET / \r",
    b"PUT /c HTTP/1.1\r\n"
    + HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e=1\r\nde\r\n0\r\nX-Late: seven\r\n\r\n",
    b"HEAD /d HTTP/1.1\r\n" + HEAD + b"\r\n",
    b"GET http://other.example:81/e HTTP/1.0\r\n\r\n",
]
SAID = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\nto the end",
]
URLS = [*(f"http://t.example/{path}" for path in ("a?x=1", "b", "c", "d")), "http://other.example:81/e"]


def talk(pieces: list[tuple[bool, bytes]], *, whole: bool = True, port: int = 80) -> list[Exchange]:
    names = Names()
    talk = Conversation(Peer(source="x", server=("192.0.2.1", port), names=names.by_address), 1.0, names)
    found, places = [], {True: 1, False: 1}
    for sent, data in pieces:
        found += talk.segment(2.0, places[sent], data, sent=sent, syn=False, missing=0)
        places[sent] += len(data)
    return [*found, *talk.end(whole=whole)]


def check(exchanges: list[Exchange]) -> None:
    assert [one.url for one in exchanges] == URLS
    assert [one.status for one in exchanges] == [200, 204, 200, 200, 200]
    assert [one.part("request.body") for one in exchanges] == [b"", b"GET / \r", b"abcde", b"", b""]
    assert [one.part("response.body") for one in exchanges] == [b"hello", b"", b"x", b"", b"to the end"]
    assert all(part.complete for one in exchanges for part in one.parts)
    assert not any(one.error for one in exchanges)


@given(st.data())
def test_wherever_packets_begin_the_exchanges_are_the_same(data):
    pieces = []
    for sent, whole in ((True, b"".join(ASKED)), (False, b"".join(SAID))):
        cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=9)) | {0, len(whole)})
        pieces.append([(sent, whole[a:b]) for a, b in itertools.pairwise(cuts)])
    order = data.draw(st.permutations([0] * len(pieces[0]) + [1] * len(pieces[1])))
    check(talk([pieces[which].pop(0) for which in order]))


def test_a_trailer_is_told_with_the_fields_before_the_body():
    (_, _, put, _, _) = talk([(True, b"".join(ASKED)), (False, b"".join(SAID))])
    assert put.part("request.header").endswith(b"X-Late: seven\r\n")


@given(st.integers(0, 4), st.integers(0, 60))
def test_a_connection_that_breaks_off_keeps_every_byte_that_was_seen(which, cut):
    asked = ASKED[which][: max(1, len(ASKED[which]) - cut)]
    exchanges = talk([(True, asked)], whole=False)
    assert exchanges
    seen = b"".join(part.data for one in exchanges for part in one.parts)
    assert all(one.error for one in exchanges if one.kind == "http")
    for word in (b"t.example", b"other.example"):
        assert word not in asked or word in seen


@given(st.binary(min_size=1, max_size=300), st.binary(max_size=300))
def test_bytes_that_are_no_http_are_kept_as_they_are(sent, received):
    exchanges = talk([(True, b"\x01" + sent), (False, received)], port=5228)
    (exchange,) = exchanges
    assert (exchange.kind, exchange.part("tcp.sent")) == ("tcp", b"\x01" + sent)
    assert exchange.part("tcp.received") == received


@given(st.binary(max_size=200))
def test_garbage_behind_a_request_is_kept_beside_it(garbage):
    exchanges = talk([(True, ASKED[0]), (False, SAID[0]), (True, b"\x00" + garbage)])
    assert exchanges[0].url == URLS[0]
    assert b"".join(one.part("tcp.sent") for one in exchanges[1:]) == b"\x00" + garbage


def test_a_hole_in_a_body_is_told_and_the_next_request_is_read():
    names = Names()
    talk = Conversation(Peer(source="x", server=("192.0.2.1", 80), names=names.by_address), 1.0, names)
    first = ASKED[1]
    found = [*talk.segment(2.0, 1, first[:-5], sent=True, syn=False, missing=0)]
    found += talk.segment(2.0, 1 + len(first), ASKED[0], sent=True, syn=False, missing=0)
    found += [*talk.segment(2.0, 1, SAID[0] * 2, sent=False, syn=False, missing=0), *talk.end(whole=True)]
    assert [one.url for one in found] == [URLS[1], URLS[0]]
    (body,) = [part for part in found[0].parts if part.name == "request.body"]
    assert (body.data, body.complete) == (b"GE", False)
    assert "not in the capture" in found[0].error


def test_a_body_beyond_the_limit_is_incomplete(monkeypatch):
    monkeypatch.setattr("backtalk.ingest.wire.pair.LONGEST", 4)
    exchange = talk([(True, ASKED[1]), (False, SAID[0])])[0]
    (body,) = [part for part in exchange.parts if part.name == "request.body"]
    assert (body.data, body.complete) == (b"GET ", False)


@pytest.mark.parametrize("size", [3, 1 << 16])
def test_an_answer_that_was_captured_first_is_read_whatever_follows_the_question(size):
    speaks = Http1(Peer(source="x", server=("192.0.2.1", 80), names={}))
    list(speaks.feed(1.0, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", sent=False))
    asked = b"GET /a HTTP/1.1\r\nHost: t.example\r\n\r\n" + b"and no HTTP any more\r\n\r\n"
    found = [one for at in range(0, len(asked), size) for one in speaks.feed(2.0, asked[at : at + size], sent=True)]
    assert [(one.url, one.status, one.part("response.body")) for one in found] == [
        ("http://t.example/a", 200, b"hello")
    ]


def test_what_a_connection_to_the_port_of_dns_holds_is_kept_also_where_it_is_none():
    asked = b"GET /?q=bolarivego HTTP/1.1\r\n\r\n"
    (exchange,) = talk([(True, asked[:9]), (True, asked[9:])], port=53)
    (part,) = exchange.parts
    assert (part.name, part.data, part.complete) == ("tcp.sent", asked, False)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\n", *(bytes([at % 250]) for at in range(5000))],
        [b"GET / HTTP/1.1\r\n\r\n"] * 2000,
    ],
)
def test_what_is_held_counts_the_memory_that_it_takes(pieces):
    reader = Http1(Peer(source="x", server=("192.0.2.1", 80), names={}))
    tracemalloc.start()
    try:
        assert not [one for at, piece in enumerate(pieces) for one in reader.feed(float(at), piece, sent=True)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken / 2 < reader.held < taken * 2


@pytest.mark.parametrize(
    ("begin", "sent"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n", False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * 500, True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0;" + b"a" * 3000, True),
        (b"POST / HTTP/1.1\r\n" + b"A: b\r\n" * 500, True),
    ],
)
def test_a_byte_that_comes_costs_no_second_look_at_those_before_it(begin, sent, monkeypatch):
    looked = []
    monkeypatch.setattr(http1, "head", lambda data: looked.append(len(data)) or http_text.head(data))
    monkeypatch.setattr(http1, "_HEAD_END", Counted(http1._HEAD_END, looked))
    monkeypatch.setattr(http1, "CHUNK_SIZE", Counted(http1.CHUNK_SIZE, looked))
    reader = Http1(Peer(source="x", server=("192.0.2.1", 80), names={}))
    for piece in (begin, *[b"x"] * 500):
        assert not list(reader.feed(1.0, piece, sent=sent))
    assert sum(looked) < 4 * (len(begin) + 500)


class Counted:
    """A pattern that counts the bytes at which it looks."""

    def __init__(self, pattern, looked):
        self.pattern, self.looked = pattern, looked

    def search(self, data, at=0):
        found = self.pattern.search(data, at)
        self.looked.append((found.end() if found else len(data)) - at)
        return found

    def match(self, data):
        self.looked.append(len(data))
        return self.pattern.match(data)
