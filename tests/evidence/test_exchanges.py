from __future__ import annotations

from collections import Counter

from hypothesis import given

from backtalk.evidence import assemble, dns_exchanges
from backtalk.evidence import records as rec
from backtalk.model.capture import Exchange, Gap, Part

from .samples import wire
from .strategies import records

NAMES = {"198.18.0.9": "named.example"}


def build(*given_records: rec.Record) -> tuple[tuple[Exchange, ...], tuple[Gap, ...]]:
    return assemble(given_records, "x", NAMES)


def request(flow: str = "f", **more: object) -> rec.Request:
    return rec.Request(at=1.0, flow=flow, **({"scheme": "https", "host": "a.example", "path": "/"} | more))


def test_one_whole_http_exchange() -> None:
    (exchange,), gaps = build(*wire())
    assert gaps == ()
    assert exchange == Exchange(
        index=0, kind="http", source="x", started=1.2, ended=1.8, host="site.example", address="198.18.0.1",
        port=443, secure=True, method="POST", url="https://Site.example/p?q=1", status=200,
        parts=(
            Part(name="request.url", data=b"https://Site.example/p?q=1"),
            Part(name="request.header", data=b"Host: site.example\r\nAccept: */*\r\n"),
            Part(name="request.body", data=b"one two"),
            Part(name="response.header", data=b"Server: x\r\n"),
            Part(name="response.body", data=b"answer"),
        ),
    )  # fmt: skip


def test_a_kill_at_any_record_leaves_what_was_sent_and_says_that_it_is_not_whole() -> None:
    (exchange,), _ = build(*wire()[:4])
    assert exchange.parts[-1] == Part(name="request.body", data=b"one ", complete=False)
    assert exchange.status == 0
    (exchange,), _ = build(*wire()[:3])
    assert exchange.parts[-1] == Part(name="request.body", data=b"", complete=False)
    (exchange,), _ = build(*wire()[:6])
    assert [part.name for part in exchange.parts] == ["request.url", "request.header", "request.body"]
    assert all(part.complete for part in exchange.parts)
    (exchange,), _ = build(*wire()[:7])
    assert exchange.parts[-1] == Part(name="response.body", data=b"", complete=False)


def test_a_whole_request_without_a_body_has_no_body_part() -> None:
    (exchange,), _ = build(request(), rec.RequestEnd(at=2.0, flow="f"))
    assert [part.name for part in exchange.parts] == ["request.url", "request.header"]


def test_a_failed_flow_says_why() -> None:
    (exchange,), _ = build(request(), rec.Failed(at=3.0, flow="f", message="peer closed"))
    assert (exchange.error, exchange.ended) == ("peer closed", 3.0)


def test_urls_keep_a_port_of_their_own_and_bracket_addresses() -> None:
    def url(**more: object) -> bytes:
        (exchange,), _ = build(request(**more))
        return exchange.part("request.url")

    assert url(port=443) == b"https://a.example/"
    assert url(port=8443) == b"https://a.example:8443/"
    assert url(scheme="http", port=443) == b"http://a.example:443/"
    assert url(host="fd00::1") == b"https://[fd00::1]/"
    assert url(path="") == b"https://a.example"
    assert url(path="*") == b"https://a.example/*"


def test_a_url_is_shown_without_anything_that_steers_a_terminal_and_kept_as_it_was() -> None:
    (exchange,), _ = build(request(path="/ü\x1b[31m\n<b>"))
    assert exchange.url == "https://a.example/%C3%BC%1B[31m%0A<b>"
    assert exchange.part("request.url") == "https://a.example/ü\x1b[31m\n<b>".encode()


def test_an_invented_address_is_given_its_name_back() -> None:
    server = ("198.18.0.9", 443)
    opened = rec.Open(at=0.5, conn="c", server=server)
    (exchange,), _ = build(opened, request(conn="c", host="198.18.0.9"))
    assert (exchange.host, exchange.address, exchange.port) == ("named.example", "198.18.0.9", 443)
    assert exchange.part("request.url") == b"https://198.18.0.9/"
    (exchange,), _ = build(request(server=server, host="198.18.0.9", sni="SNI.example."))
    assert exchange.host == "sni.example"
    (exchange,), _ = build(rec.TcpOpen(at=1.0, flow="f", server=("198.18.0.8", 1)))
    assert exchange.host == "198.18.0.8"


def test_each_websocket_message_is_an_exchange_at_the_url_of_its_handshake() -> None:
    exchanges, _ = build(
        request(path="/ws"),
        rec.RequestEnd(at=1.0, flow="f"),
        rec.Response(at=1.1, flow="f", status=101),
        rec.ResponseEnd(at=1.1, flow="f"),
        rec.WebSocket(at=2.0, flow="f", sent=True, text=True, data=b"up"),
        request("g"),
        rec.WebSocket(at=3.0, flow="f", sent=False, data=b"down"),
        rec.WebSocketEnd(at=4.0, flow="f"),
    )
    assert [(each.index, each.kind) for each in exchanges] == [
        (0, "http"),
        (1, "websocket"),
        (2, "http"),
        (3, "websocket"),
    ]
    assert exchanges[1].parts == (Part(name="websocket.sent", data=b"up"),)
    assert exchanges[3].parts == (Part(name="websocket.received", data=b"down"),)
    assert {(each.host, each.url, each.secure) for each in exchanges if each.kind == "websocket"} == {
        ("a.example", "https://a.example/ws", True)
    }


def test_a_tcp_flow_is_one_exchange_with_both_ways_joined() -> None:
    exchanges, _ = build(
        rec.Tls(at=0.9, conn="c", sni="raw.example"),
        rec.TcpOpen(at=1.0, flow="f", conn="c", server=("198.18.0.3", 5223), sni="Raw.example"),
        rec.Tcp(at=1.1, flow="f", sent=True, data=b"he"),
        rec.Tcp(at=1.2, flow="f", sent=False, data=b"yes"),
        rec.Tcp(at=1.3, flow="f", sent=True, data=b"llo"),
        rec.TcpEnd(at=1.4, flow="f"),
    )
    assert exchanges == (
        Exchange(
            index=0, kind="tcp", source="x", started=1.0, ended=1.4, host="raw.example", address="198.18.0.3",
            port=5223, secure=True,
            parts=(Part(name="tcp.sent", data=b"hello"), Part(name="tcp.received", data=b"yes")),
        ),
    )  # fmt: skip


def test_an_unfinished_tcp_flow_is_not_whole() -> None:
    (exchange,), _ = build(rec.TcpOpen(at=1.0, flow="f"), rec.Tcp(at=1.1, flow="f", sent=True, data=b"he"))
    assert exchange.parts == (Part(name="tcp.sent", data=b"he", complete=False),)


def test_a_failed_handshake_is_an_exchange_and_a_gap_by_host() -> None:
    exchanges, gaps = build(
        rec.Open(at=0.1, conn="c", server=("198.18.0.9", 443)),
        rec.Tls(at=0.2, conn="c", sni="Pinned.example", ok=False, error="unknown ca"),
        rec.Tls(at=0.3, conn="d", sni="pinned.example", ok=False),
        rec.Tls(at=0.4, conn="c", ok=False, error="no sni"),
        rec.Tls(at=0.5, conn="c", sni="fine.example", ok=True),
    )
    assert [(each.kind, each.host, each.address, each.error) for each in exchanges] == [
        ("tls", "pinned.example", "198.18.0.9", "unknown ca"),
        ("tls", "pinned.example", "", "the TLS handshake failed"),
        ("tls", "named.example", "198.18.0.9", "no sni"),
    ]
    assert exchanges[0].part("tls.sni") == b"Pinned.example"
    assert exchanges[2].parts == ()
    assert [(gap.kind, gap.host, gap.count) for gap in gaps] == [
        ("tls-failed", "named.example", 1),
        ("tls-failed", "pinned.example", 2),
    ]


def test_bytes_whose_beginning_was_lost_are_still_told() -> None:
    exchanges, gaps = build(
        rec.RequestData(at=1.0, flow="f", data=b"canary"),
        rec.Tcp(at=2.0, flow="t", sent=True, data=b"canary"),
        rec.WebSocket(at=3.0, flow="w", sent=True, data=b"canary"),
        rec.Failed(at=4.0, flow="n", message="gone"),
    )
    assert [each.part(each.parts[0].name) for each in exchanges] == [b"canary"] * 3
    assert all("not recorded" in each.error for each in exchanges)
    assert [(gap.kind, gap.count) for gap in gaps] == [("unrecorded", 1)]


def test_a_flow_id_used_again_begins_another_exchange() -> None:
    exchanges, _ = build(request(path="/1"), rec.RequestEnd(at=1, flow="f"), request(path="/2"))
    assert [each.url for each in exchanges] == ["https://a.example/1", "https://a.example/2"]


def test_dns_queries_are_exchanges() -> None:
    query = rec.DnsQuery(at=5.0, name="Canary.Example.", type="AAAA", answer="NXDOMAIN")
    assert dns_exchanges([query], "dns.jsonl") == (
        Exchange(
            index=0, kind="dns", source="dns.jsonl", started=5.0, ended=5.0, host="canary.example", port=53,
            method="AAAA", parts=(Part(name="dns.name", data=b"Canary.Example."),),
        ),
    )  # fmt: skip


@given(records)
def test_every_byte_recorded_is_in_one_part_and_exchanges_are_counted_in_order(given_records: list[rec.Record]) -> None:
    exchanges, gaps = assemble(given_records, "x", {})
    assert [each.index for each in exchanges] == list(range(len(exchanges)))
    held: Counter[str] = Counter()
    for exchange in exchanges:
        for part in exchange.parts:
            held[part.name] += len(part.data)
    recorded: Counter[str] = Counter()
    for record in given_records:
        match record:
            case rec.RequestData():
                recorded["request.body"] += len(record.data)
            case rec.ResponseData():
                recorded["response.body"] += len(record.data)
            case rec.WebSocket():
                recorded["websocket.sent" if record.sent else "websocket.received"] += len(record.data)
            case rec.Tcp():
                recorded["tcp.sent" if record.sent else "tcp.received"] += len(record.data)
    for name in ("request.body", "response.body", "websocket.sent", "websocket.received", "tcp.sent", "tcp.received"):
        assert held[name] == recorded[name]
    failed = sum(isinstance(record, rec.Tls) and not record.ok for record in given_records)
    assert sum(gap.count for gap in gaps if gap.kind == "tls-failed") == failed
