"""WARC, logs, PCAPdroid's list and plain files: whatever is wrong with them, what could be read is told."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.errors import EnvironmentNotReady, UnreadableCapture
from backtalk.ingest import Capture, read, verbatim
from backtalk.ingest.har_text import undo
from backtalk.lab.environment import mitmproxy_python

CORPUS = Path(__file__).parents[1] / "corpus" / "ingest"
CANARY = b"bolarivego"
QUICK = [file for file in sorted(CORPUS.glob("*/*/input.*")) if file.parts[-3] not in {"pcap", "mitmproxy"}]
WARC = CORPUS / "warc" / "crawl" / "input.warc.gz"


def reading(folder: Path, data: bytes, name: str = "x.bin") -> Capture:
    file = folder / name
    file.write_bytes(data)
    return read(file)


def all_bytes(capture: Capture) -> bytes:
    return b"\n".join(part.data for exchange in capture.exchanges for part in exchange.parts)


@settings(max_examples=150)
@given(st.data())
def test_any_capture_cut_off_anywhere_is_read_up_to_there(tmp_path_factory, data):
    file = data.draw(st.sampled_from(QUICK))
    whole = file.read_bytes()
    cut = data.draw(st.integers(1, len(whole)))
    capture = reading(tmp_path_factory.mktemp("cut"), whole[:cut])
    before = read(file).exchanges
    for one, same in zip(capture.exchanges[:-2], before, strict=False):
        assert (one.kind, one.url, one.method) in {(other.kind, other.url, other.method) for other in before} or same


@settings(max_examples=150)
@given(st.data())
def test_any_capture_with_bytes_flipped_is_read_or_told(tmp_path_factory, data):
    whole = bytearray(data.draw(st.sampled_from(QUICK)).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        capture = reading(tmp_path_factory.mktemp("flip"), bytes(whole))
    except EnvironmentNotReady:
        return  # it has become what begins like a flow file
    assert capture.exchanges or capture.gaps


@pytest.mark.parametrize("name", ["crawl/input.warc.gz", "odd/input.warc"])
def test_each_cut_of_an_archive_keeps_the_pairs_before_it(tmp_path, name):
    whole = (CORPUS / "warc" / name).read_bytes()
    plain = gzip.decompress(whole) if name.endswith("gz") else whole
    for cut in range(400, len(plain), 97):
        data = gzip.compress(plain[:cut]) if name.endswith("gz") else plain[:cut]
        found = all_bytes(reading(tmp_path, data))
        assert (b"GET" not in plain[:cut]) or CANARY in found or cut < plain.index(b"Cookie") + 40


def test_half_a_gzip_member_gives_what_it_holds_and_says_so(tmp_path):
    whole = WARC.read_bytes()
    starts = [at for at in range(len(whole)) if whole[at : at + 4] == b"\x1f\x8b\x08\x00"]
    capture = reading(tmp_path, whole[: starts[3] + 120])
    assert capture.exchanges[0].status == 200
    assert {gap.kind for gap in capture.gaps} == {"truncated"}


def test_a_record_larger_than_is_kept_is_incomplete(tmp_path, monkeypatch):
    monkeypatch.setattr("backtalk.ingest.warc.LONGEST", 60)
    capture = read(CORPUS / "warc" / "crawl" / "input.warc.gz")
    assert not all(part.complete for one in capture.exchanges for part in one.parts)


@pytest.mark.parametrize(
    "data", [b"Notes on " + CANARY, b"\x00\x01" + CANARY, b'{"seen":"bolarivego"}', b"PK\x03\x04" + CANARY]
)
def test_any_other_file_is_read_as_it_stands(tmp_path, data):
    (exchange,) = reading(tmp_path, data, "notes").exchanges
    assert (exchange.kind, exchange.part("file.bytes")) == ("file", data)


@pytest.mark.parametrize("ending", ["har", "flows", "pcap", "pcapng", "warc", "warc.gz", "http", "HAR"])
def test_a_name_that_promises_a_capture_is_held_to_it(tmp_path, ending):
    with pytest.raises(UnreadableCapture) as refused:
        reading(tmp_path, b"Notes on something", f"x.{ending}")
    assert "\n" not in str(refused.value)


def test_a_long_file_is_read_in_pieces_that_overlap(tmp_path, monkeypatch):
    monkeypatch.setattr(verbatim, "LONGEST", 100)
    monkeypatch.setattr(verbatim, "OVERLAP", 20)
    data = bytes(range(250))
    pieces = [one.part("file.bytes") for one in reading(tmp_path, data, "notes").exchanges]
    assert pieces[0] + b"".join(piece[20:] for piece in pieces[1:]) == data
    assert all(len(piece) <= 100 for piece in pieces)
    assert [one.index for one in reading(tmp_path, data, "notes").exchanges] == list(range(len(pieces)))


def test_pieces_of_a_log_say_where_they_stand(tmp_path, monkeypatch):
    monkeypatch.setattr("backtalk.ingest.logcat.LONGEST", 200)
    data = (CORPUS / "logcat" / "threadtime" / "input.txt").read_bytes()
    exchanges = reading(tmp_path, data).exchanges
    assert len(exchanges) > 1
    assert b"".join(one.part("log.lines") for one in exchanges) == data
    for one in exchanges:
        (step,) = one.parts[0].origin
        assert data[slice(*step.span)] == one.part("log.lines")
        assert data[: step.span[0]].count(b"\n") + 1 == step.params["line"]


@pytest.mark.parametrize("file", sorted(CORPUS.glob("har/*/input.har")), ids=lambda file: file.parts[-2])
def test_each_repair_of_a_har_replays_from_the_raw_file(file):
    raw = file.read_bytes()
    repaired = [part for one in read(file).exchanges for part in one.parts if part.origin]
    for part in repaired:
        (step,) = part.origin
        assert undo(raw, step) == part.data
    assert repaired or file.parts[-2] in {"hostile", "openwpm", "playwright"}


def test_a_step_that_does_not_fit_the_file_is_refused():
    file = CORPUS / "har" / "mitmproxy" / "input.har"
    parts = [part for one in read(file).exchanges for part in one.parts if part.origin]
    (step,) = parts[0].origin
    with pytest.raises(ValueError, match=r"\w"):
        undo(file.read_bytes()[5:], step)


def test_flow_files_of_two_older_versions_give_the_same_messages():
    for version in ("version-14", "version-18", "everything"):
        capture = read(next((CORPUS / "mitmproxy" / version).glob("input.*")), mitmproxy=mitmproxy_python)
        sent = [one.part("websocket.sent") for one in capture.exchanges if one.kind == "websocket"]
        assert b"I read " + CANARY in sent
        assert any(
            gzip.compress(b'{"u":"bolarivego"}', mtime=0) == one.part("request.body") for one in capture.exchanges
        )


def warc_request(ident: bytes, number: int) -> bytes:
    block = b"GET /%d HTTP/1.1\r\n\r\n" % number
    head = b"WARC/1.1\r\nWARC-Type: request\r\nWARC-Record-ID: %s\r\nWARC-Target-URI: http://t.example/%d\r\n"
    return head % (ident, number) + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n"


@pytest.mark.parametrize("ident", [b"<urn:x:same>", b""])
def test_records_of_one_number_are_all_told(tmp_path, ident):
    file = tmp_path / "x.warc"
    file.write_bytes(b"".join(warc_request(ident, number) for number in range(3)))
    assert {one.url for one in read(file).exchanges} == {f"http://t.example/{number}" for number in range(3)}


ANSWER = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Concurrent-To: <urn:x:0>\r\nWARC-Target-URI: http://t.example/0\r\n"
    b"Content-Length: 19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
)


@pytest.mark.parametrize(("room", "between", "told"), [(10, 0, 1), (40, 1, 2), (40, 5, 7)])
def test_records_wait_for_their_counterpart_in_bounded_memory(tmp_path, monkeypatch, room, between, told):
    monkeypatch.setattr("backtalk.ingest.warc.WAITING_BYTES", room)
    file = tmp_path / "x.warc"
    requests = [warc_request(b"<urn:x:%d>" % number, number) for number in range(between + 1)]
    file.write_bytes(b"".join(requests) + ANSWER)
    assert [one.index for one in read(file).exchanges] == list(range(told))
