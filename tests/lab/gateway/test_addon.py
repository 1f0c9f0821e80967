"""What mitmproxy loses by itself is recorded here: against a real mitmproxy, from a real subject's side."""

from __future__ import annotations

import pytest

from backtalk.evidence import read_records
from backtalk.evidence.records import Open, RequestData, RequestEnd, Response, Tls
from backtalk.evidence.records import Request as Head

pytestmark = pytest.mark.lab


def test_the_file_is_whole(recorded):
    _, gaps = read_records(recorded.folder / "exchanges.btrec")
    assert gaps == ()


def test_an_http1_request_is_recorded_as_sent(recorded):
    (one,) = recorded.at("one.example")
    assert (one.method, one.url, one.status) == ("POST", "https://one.example/first?q=kolibado", 204)
    assert one.part("request.body") == b"marudibe"
    assert b"X-Odd: \xff\xfe\r\n" in one.part("request.header")
    assert recorded.said["http1"].startswith("HTTP/1.1 204")


def test_transfer_coding_is_removed(recorded):
    (one,) = recorded.at("chunks.example")
    assert one.part("request.body") == b"fivecanary"


def test_http2_is_spoken_to_the_subject(recorded):
    assert recorded.said["http2"] == ["h2", "204", "200"]
    post, get = recorded.at("two.example")
    assert post.part("request.body") == b"x" * 9000 + b"gefosiru"
    assert get.url == "https://two.example/article"
    assert b"<article>" in get.part("response.body")


def test_every_request_is_on_disk_before_its_response(recorded):
    order = {}
    for place, record in enumerate(recorded.records):
        if isinstance(record, Head | RequestData | RequestEnd | Response):
            order.setdefault(record.flow, {}).setdefault(type(record), place)
    assert order
    for flow in order.values():
        assert flow[Head] < flow[RequestEnd] < flow[Response]
        assert flow.get(RequestData, flow[Head]) <= flow[RequestEnd]


def test_a_connection_keeps_the_address_that_was_dialled(recorded):
    servers = {record.server for record in recorded.records if isinstance(record, Open)}
    assert ("203.0.113.9", 8443) in servers
    assert all(port not in {8080, 8081} for _, port in servers)
    (one,) = recorded.at("number.example")
    assert one.url == "https://number.example:8443/dugitera"


def test_websocket_messages_are_recorded_both_ways(recorded):
    said = [one for one in recorded.at("socket.example") if one.kind == "websocket"]
    assert [one.part("websocket.sent") for one in said if one.part("websocket.sent")] == [b"tizodaku", b"\x00\x01nepa"]
    assert [one.part("websocket.received") for one in said if one.part("websocket.received")] == [
        b"tizodaku",
        b"\x00\x01nepa",
    ]


def test_text_that_is_no_http_is_recorded_raw(recorded):
    (one,) = recorded.at("mail.example")
    assert (one.kind, one.port, one.part("tcp.sent")) == ("tcp", 2525, b"EHLO luvonabi there\r\n")


def test_bytes_inside_tls_are_recorded_raw(recorded):
    (one,) = recorded.at("binary.example")
    assert (one.kind, one.secure, one.part("tcp.sent")) == ("tcp", True, b"\x00\x01\x02rofaguze")


def test_a_client_that_does_not_trust_the_lab_is_counted(recorded):
    (failed,) = [record for record in recorded.records if isinstance(record, Tls) and not record.ok]
    assert failed.sni == "pinned.example"
    assert "not trust" in failed.error
    assert [(gap.kind, gap.host, gap.count) for gap in recorded.gaps] == [("tls-failed", "pinned.example", 1)]


@pytest.mark.parametrize(
    ("host", "sent"),
    [
        ("broken.example", b"GET /hofebuma HTTP/1.1\r\nthis is no header\r\n\r\n"),
        ("unended.example", b"GET /vegasotu HTTP/1.1\r\nX-Half: yes"),
    ],
)
def test_heads_that_cannot_be_parsed_are_recorded_raw(recorded, host, sent):
    (one,) = recorded.at(host)
    assert (one.kind, one.part("tcp.sent")) == ("tcp", sent)
    assert one.error


def test_a_request_line_in_two_segments_is_still_http(recorded):
    (one,) = recorded.at("long.example")
    assert (one.kind, one.status) == ("http", 200)
    assert one.url.endswith("aapimekola")
