"""HTTP/1 messages as text: each body ends where its length says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.errors import UnreadableCapture
from backtalk.ingest import plain, read
from backtalk.ingest.plain import Plain


def reading(folder, data: bytes):
    file = folder / "x.http"
    file.write_bytes(data)
    return read(file).exchanges


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_bodies_with_a_length_come_back_whatever_they_hold(tmp_path_factory, bodies):
    head = b"POST /%d HTTP/1.1\r\nHost: t.example\r\nContent-Length: %d\r\n\r\n"
    data = b"".join(head % (number, len(body)) + body for number, body in enumerate(bodies))
    exchanges = reading(tmp_path_factory.mktemp("plain"), data)
    assert [exchange.part("request.body") for exchange in exchanges] == bodies
    assert [exchange.url for exchange in exchanges] == [f"http://t.example/{n}" for n in range(len(bodies))]


def test_a_request_inside_a_body_is_no_request(tmp_path):
    inner = b"GET /inner HTTP/1.1\r\nHost: other.example\r\n\r\n"
    outer = b"POST / HTTP/1.1\r\nHost: t.example\r\nContent-Length: %d\r\n\r\n" % len(inner)
    (exchange,) = reading(tmp_path, outer + inner)
    assert exchange.part("request.body") == inner


@given(st.binary(max_size=200))
def test_nothing_after_the_first_line_breaks_the_reader(tmp_path_factory, rest):
    exchanges = reading(tmp_path_factory.mktemp("plain"), b"GET /x HTTP/1.1\r\n" + rest)
    assert exchanges[0].method == "GET"


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"hello", b"GET /x", b"\xd4\xc3\xb2\xa1pcap", b"GET / FTP/1.1\r\n"])
def test_what_no_reader_knows_is_refused_in_one_line(tmp_path, data):
    with pytest.raises(UnreadableCapture) as refused:
        reading(tmp_path, data)
    assert "\n" not in str(refused.value)
    assert "x.http" in str(refused.value)


def test_a_file_that_has_vanished_is_refused(tmp_path):
    with pytest.raises(UnreadableCapture, match="No such file"):
        read(tmp_path / "gone")


def test_chunked_bodies_come_without_their_chunks_also_where_one_is_cut_off(tmp_path):
    head = b"POST /x HTTP/1.1\r\nHost: t.example\r\nTransfer-Encoding: chunked\r\n\r\n"
    whole = head + b"5\r\nbolar\r\n5\r\nivego\r\n0\r\n\r\n"
    one, two, three = reading(tmp_path, whole + whole + head + b"5\r\nbolar\r\n50\r\niv")
    assert one.part("request.body") == two.part("request.body") == b"bolarivego"
    assert three.part("request.body") == b"bolariv"
    assert [part.complete for part in three.parts if part.name == "request.body"] == [False]


def test_a_chunked_body_whose_chunks_were_undone_before_is_kept(tmp_path):
    (exchange,) = reading(tmp_path, b"POST /x HTTP/1.1\nHost: t.example\nTransfer-Encoding: chunked\n\nseen=bolarivego")
    assert exchange.part("request.body") == b"seen=bolarivego"


def test_a_response_without_its_request_is_an_exchange_of_its_own(tmp_path):
    (tmp_path / "x.http").write_bytes(b"")
    found = list(Plain().parse(b"HTTP/1.1 200 OK\r\n\r\nbolarivego\r\nGET /x HTTP/1.1\r\nHost: t.example\r\n\r\n", "x"))
    assert [(one.index, one.status, one.method) for one in found] == [(0, 200, ""), (1, 0, "GET")]


@pytest.mark.parametrize("length", [b"", b"Content-Length: 3000\r\n"])
def test_a_body_longer_than_is_kept_is_told_and_what_follows_it_is_read(tmp_path, monkeypatch, length):
    monkeypatch.setattr(plain, "LONGEST", 1000)
    asked = b"POST /%d HTTP/1.1\r\nHost: t.example\r\n" + length + b"\r\n"
    found = reading(tmp_path, b"".join(asked % number + b"x" * 3000 + b"\r\n" for number in range(9)))
    assert [one.url for one in found] == [f"http://t.example/{number}" for number in range(9)]
    assert {len(one.part("request.body")) for one in found} == {1000}
    assert not any(part.complete for one in found for part in one.parts if part.name == "request.body")


@pytest.mark.parametrize("port", [b"\xb9080", b"99999", b"8080x", b"", b"-1"])
def test_a_port_that_is_none_is_not_told(tmp_path, port):
    (exchange,) = reading(tmp_path, b"GET /x HTTP/1.1\r\nHost: t.example:" + port + b"\r\n\r\n")
    assert (exchange.host, exchange.port) == ("t.example", 0)


@pytest.mark.parametrize("blank", [b"\r", b"\n", b"\r\n\r\n", b"\r\r"])
def test_empty_lines_before_the_first_message_hide_nothing(tmp_path, blank):
    (exchange,) = reading(tmp_path, blank + b"GET /bolarivego HTTP/1.1\r\nHost: t.example\r\n\r\n")
    assert exchange.url == "http://t.example/bolarivego"


def test_what_stands_behind_a_body_that_is_longer_than_its_length_is_kept(tmp_path):
    head = b"POST / HTTP/1.1\r\nHost: t.example\r\nContent-Length: 3\r\n\r\n"
    one, two = reading(
        tmp_path, head + b"abcbolarivego\n\n" + head + b"def\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxtail"
    )
    assert [part.data for part in one.parts if part.name == "request.body"] == [b"abc", b"bolarivego"]
    assert [part.data for part in two.parts if part.name == "request.body"] == [b"def"]
    assert [part.data for part in two.parts if part.name == "response.body"] == [b"x", b"tail"]


def test_lines_without_a_name_and_behind_the_last_chunk_are_fields(tmp_path):
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n: bolarivego\r\n\r\n3\r\nabc\r\n0\r\n"
    (exchange,) = reading(tmp_path, head + b"X-Late: vulomanike\r\nodd\r\n\r\n")
    assert exchange.part("request.body") == b"abc"
    fields = exchange.part("request.header")
    assert fields == b"Transfer-Encoding: chunked\r\n: bolarivego\r\nX-Late: vulomanike\r\nodd: \r\n"
