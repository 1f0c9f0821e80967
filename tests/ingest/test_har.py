"""HAR: every dialect gives the bytes back, and what breaks off loses nothing that stands before."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.errors import UnreadableCapture
from backtalk.ingest import read
from backtalk.ingest.har_entry import Entries
from backtalk.ingest.har_text import ESCAPED, LATIN, from_base64, from_text

BROWSER = Path(__file__).parents[1] / "corpus" / "ingest" / "har" / "browser" / "input.har"

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
MEMBERS = """url method headers name value postData text encoding params bodySize status startedDateTime time content
size cookies _webSocketMessages opcode data _content"""
NAMES = st.sampled_from(MEMBERS.split())


def har(*entries: object) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "Nobody"}, "entries": list(entries)}})


def posted(url: str = "https://t.example/", **body: object) -> dict[str, object]:
    return {"request": {"method": "POST", "url": url, "postData": body}}


def body_of(entry: object) -> bytes:
    return next(Entries("x.har").of(entry)).part("request.body")


@given(st.binary())
def test_what_mitmproxy_writes_as_surrogate_escapes_comes_back(data):
    text = data.decode("utf-8", "surrogateescape")
    original = from_text(text)
    if any(0xDC80 <= ord(letter) <= 0xDCFF for letter in text):
        assert original.data == data
        assert original.repair == ESCAPED


@given(st.binary(min_size=1).map(lambda data: b"\x1f\x8b\x08\x00" + data + b"\xff"))
def test_bytes_written_as_latin_1_come_back(data):
    original = from_text(data.decode("latin-1"))
    assert (original.data, original.repair) == (data, LATIN)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])))
def test_text_proper_stays_utf_8_or_comes_back_as_it_was_before_it_was_misread(text):
    original = from_text(text)
    if not original.repair:
        assert original.data == text.encode("utf-8")
    else:
        assert original.data.decode("utf-8").encode("utf-8").decode("latin-1") == text


@pytest.mark.parametrize("text", ["café", "naïve 20 °C", "Grüße", "世界", "😀"])
def test_words_with_accents_are_text(text):
    assert from_text(text).data == text.encode("utf-8")


@given(st.binary(min_size=1), st.booleans(), st.booleans())
def test_base64_of_either_alphabet_comes_back(data, url_safe, padded):
    text = (base64.urlsafe_b64encode if url_safe else base64.b64encode)(data).decode()
    assert from_base64(text if padded else text.rstrip("=")).data == data


@pytest.mark.parametrize("text", ["!!!!", "a", "YQ==YQ==", "é"])
def test_base64_that_is_none_is_kept_as_text(text):
    assert from_base64(text).data == text.encode("utf-8")


def test_a_replacement_character_is_told_as_damage():
    entries = Entries("x.har")
    list(entries.of(posted(text="lost: \ufffd\ufffd")))
    assert [(gap.kind, gap.count) for gap in entries.gaps()] == [("damaged", 1)]


@pytest.mark.parametrize(
    "request_of",
    [
        {"bodySize": 12},
        {"_requestBodyStatus": "discarded:too-large"},
        {"headers": [{"name": "CONTENT-length", "value": "12"}]},
    ],
)
def test_a_body_that_was_sent_and_is_not_in_the_file_is_incomplete_and_not_absent(request_of):
    (exchange,) = Entries("x.har").of({"request": {"method": "DELETE", "url": "https://t.example/", **request_of}})
    (part,) = [part for part in exchange.parts if part.name == "request.body"]
    assert not part.complete


def test_no_body_is_no_part():
    (exchange,) = Entries("x.har").of({"request": {"method": "GET", "url": "https://t.example/", "bodySize": 0}})
    assert not [part for part in exchange.parts if part.name == "request.body"]


def test_a_cookie_field_is_not_told_twice():
    cookies = [{"name": "id", "value": "seven"}]
    given = {"request": {"url": "", "headers": [{"name": "cookie", "value": "id=seven"}], "cookies": cookies}}
    (exchange,) = Entries("x.har").of(given)
    assert exchange.part("request.header") == b"cookie: id=seven\r\n"


@given(st.lists(JSON | st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON)).map(lambda r: {"request": r})))
def test_no_entry_whatever_it_is_stops_the_others(entries_given):
    entries = Entries("x.har")
    exchanges = [exchange for entry in (*entries_given, posted(text="last")) for exchange in entries.of(entry)]
    assert len(exchanges) >= len(entries_given) + 1
    assert exchanges[-1].part("request.body") == b"last"
    for exchange in exchanges:
        exchange.host.encode(), exchange.url.encode("ascii"), exchange.error.encode(), exchange.method.encode()
        assert 0 <= exchange.port < 65536
        assert 0 <= exchange.started <= exchange.ended < float("inf")


WHOLE = har(*(posted(text=f"number {number}") for number in range(4)))


@given(st.integers(min_value=0, max_value=len(WHOLE) - 1))
def test_wherever_a_file_is_cut_off_what_stands_before_is_kept(tmp_path_factory, cut):
    file = tmp_path_factory.mktemp("cut") / "x.har"
    file.write_text(WHOLE[:cut])
    before = WHOLE[:cut]
    if '"entries": [' not in before:
        with pytest.raises(UnreadableCapture):
            read(file)
        return
    capture = read(file)
    whole_ones = sum(before.count(f'number {number}"}}}}}}') for number in range(4))
    bodies = [exchange.part("request.body") for exchange in capture.exchanges]
    assert bodies == [f"number {number}".encode() for number in range(whole_ones)]
    assert [gap.kind for gap in capture.gaps] == ["truncated"]


def test_a_fault_in_the_middle_is_damage_and_says_how_much_is_not_read(tmp_path):
    file = tmp_path / "x.har"
    file.write_text(WHOLE.replace('"number 2"', "number 2"))
    capture = read(file)
    assert len(capture.exchanges) == 2
    (gap,) = capture.gaps
    assert gap.kind == "damaged"
    assert "not read" in gap.detail


@pytest.mark.parametrize(
    "text", ["{", "{not json", '{"log": {"version": "1.2"', '{"log": []}', "{}", '{"log":{"entries":{}}}']
)
def test_what_is_no_har_is_refused_in_one_line_that_names_it(tmp_path, text):
    file = tmp_path / "x.har"
    file.write_text(text)
    with pytest.raises(UnreadableCapture) as refused:
        read(file)
    assert "\n" not in str(refused.value)
    assert "x.har" in str(refused.value)
    assert refused.value.exit_code == 3


def test_nesting_without_end_is_told_and_not_followed(tmp_path):
    file = tmp_path / "x.har"
    file.write_text(har(posted(text="first"))[:-3] + ", " + "[" * 200_000)
    capture = read(file)
    assert [exchange.part("request.body") for exchange in capture.exchanges] == [b"first"]
    assert [gap.kind for gap in capture.gaps] == ["damaged"]


def test_a_byte_order_mark_and_bytes_that_are_no_utf_8_are_taken(tmp_path):
    file = tmp_path / "x.har"
    file.write_bytes(b"\xef\xbb\xbf" + har(posted(text="raw ?")).encode().replace(b"?", b"\xff"))
    assert read(file).exchanges[0].part("request.body") == b"raw \xff"


def test_what_follows_the_document_is_told_as_unread(tmp_path):
    whole = BROWSER.read_bytes()
    file = tmp_path / "x.har"
    file.write_bytes(whole + whole)
    capture = read(file)
    assert len(capture.exchanges) == len(read(BROWSER).exchanges)
    (gap,) = [gap for gap in capture.gaps if gap.kind == "damaged"]
    assert gap.detail == f"more follows the document at byte {len(whole)}; {len(whole)} bytes are not read"


def test_a_value_too_long_for_memory_is_not_held_there(tmp_path, monkeypatch):
    monkeypatch.setattr("backtalk.ingest.json_stream.CHUNK", 100)
    monkeypatch.setattr("backtalk.ingest.json_stream.LONGEST", 1000)
    (tmp_path / "notes").write_text(json.dumps({"x": "y" * 5000}))
    (other,) = read(tmp_path / "notes").exchanges
    assert (other.kind, len(other.part("file.bytes"))) == ("file", (tmp_path / "notes").stat().st_size)
    (tmp_path / "x.har").write_text(har(posted(text="bolarivego"), posted(text="y" * 5000), posted(text="z")))
    capture = read(tmp_path / "x.har")
    assert [one.part("request.body") for one in capture.exchanges] == [b"bolarivego"]
    (gap,) = capture.gaps
    assert gap.kind == "damaged"
    assert gap.size > 5000


@pytest.mark.parametrize(
    ("request_of", "bodies"),
    [
        ({"postData": "bolarivego"}, [(b"bolarivego", True)]),
        ({"postData": {"text": {"u": "bolarivego"}}}, [(b"", False)]),
        ({"postData": {"text": "a"}, "_content": {"text": "bolarivego"}}, [(b"a", True), (b"bolarivego", True)]),
        ({"postData": {"text": "a"}, "_content": {"text": "a"}}, [(b"a", True)]),
    ],
)
def test_a_body_in_another_place_than_its_own_is_not_lost(request_of, bodies):
    (exchange,) = Entries("x").of({"request": {"method": "POST", "url": "https://t.example/", **request_of}})
    assert [(part.data, part.complete) for part in exchange.parts if part.name == "request.body"] == bodies
