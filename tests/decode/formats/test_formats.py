"""Makers' formats on what is not theirs: lying labels, hostile bytes, look-alikes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.formats import FORMATS, Reader, read
from backtalk.decode.formats.conventions import kind_of
from backtalk.decode.formats.document import DEEPEST, documents
from backtalk.decode.formats.format import LONGEST_VALUE, MOST_FIELDS

CORPUS = Path(__file__).parents[2] / "corpus"

EVENT = {
    "type": "track", "event": "open", "distinct_id": "someone", "time": 1,
    "lib": {"$lib": "js"}, "properties": {"$url": "https://a.example/"},
}  # fmt: skip


def packed(document: object) -> bytes:
    return json.dumps(document).encode()


def test_every_format_says_what_it_is():
    assert len({one.ID for one in FORMATS}) == len(FORMATS)
    for one in FORMATS:
        assert one.ID.replace("-", "").isalnum()
        assert one.TITLE
        assert one.SIGNS
        assert one.REFERENCES
        assert all(limitation and limitation[-1] != "." for limitation in one.LIMITATIONS)


@pytest.mark.parametrize(
    "data",
    [
        b"https://sa.api.example/sa?project=browser",
        b"POST /g/collect HTTP/1.1\r\nHost: www.google-analytics.example\r\n\r\n",
        b"https://collector.example/g/collect?v=2&tid=G-1",
        b'{"event": "open", "distinct_id": "someone", "properties": {}}',
        b'{"batch": [{"type": "parcel", "messageId": "1", "context": {}, "userId": "x"}]}',
        b'{"requests": ["?q=1"]}',
        b"data=something&page=2",
        b"value=1&ts=2&nonce=3",
        b"e=pv&p=web&tv=1",
        b'{"header": {"device_id": "x"}}',
        b'{"H": {}, "B": []}',
        b'{"event_id": "1", "platform": "python"}',
        b"<html><body>tid=G-1&amp;cid=2&amp;v=2</body></html>",
        b"\x0a\x03\x08\x01\x12" + b"\x00" * 40,
    ],
)
def test_a_label_or_half_a_shape_is_no_format(data):
    assert read(data) is None


def test_packagings_of_everything_are_taken_for_no_makers():
    for file in sorted((CORPUS / "decode").glob("*/*/input.*")):
        if file.parent.name.startswith("sensors"):  # a maker's message, encrypted
            continue
        assert read(file.read_bytes()) is None, file


def test_fields_have_the_makers_names_and_kinds():
    message = read(packed([EVENT, EVENT | {"event": "close"}]))
    assert message is not None
    assert [event.name for event in message.events] == ["open", "close"]
    kinds = {field.name: (field.kind, field.value) for field in message.events[0].fields}
    assert kinds["properties.$url"] == ("url", "https://a.example/")
    assert kinds["distinct_id"] == ("identifier", "someone")
    assert kinds["time"] == ("time", "1")


def test_an_event_among_others_things_is_found_and_a_null_is_no_identifier():
    message = read(packed([{"noise": 1}, EVENT | {"login_id": None}]))
    assert message is not None
    assert len(message.events) == 1
    assert next(field.kind for field in message.events[0].fields if field.name == "login_id") == "property"


def test_a_document_cut_short_keeps_what_was_there():
    data = packed({key: EVENT[key] for key in ("distinct_id", "lib", "properties")} | {"late": "x"})
    message = read(data[: data.index(b"a.example") + 4])
    assert message is not None
    assert message.events[0].fields[-1].value == "https://a.ex"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_none(data):
    read(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=4) | st.dictionaries(st.text(max_size=6), JSON, max_size=4))
def test_json_is_read_as_it_is(document):
    data = json.dumps(document, allow_nan=False, default=str).encode() if _finite(document) else b"{}"
    (root,) = documents(data)
    told = [(name, leaf.text) for name, leaf in root.leaves("", set())]
    assert len(told) == _scalars(json.loads(data))
    for _, leaf in root.leaves("", set()):
        value = json.loads(b'"' + data[slice(*leaf.span)] + b'"') if leaf.quoted else data[slice(*leaf.span)].decode()
        assert leaf.text == value or "\ud800" <= max(value, default="") <= "\udfff"


def _finite(document: object) -> bool:
    try:
        json.dumps(document, allow_nan=False)
    except ValueError:
        return False
    return True


def _scalars(document: object) -> int:
    if isinstance(document, dict):
        return sum(map(_scalars, document.values()))
    if isinstance(document, list):
        return sum(map(_scalars, document))
    return 1


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b'{"a":' * 300_000,
        b'[{"distinct_id":1,"lib":{"$lib":"' + b"\\" * 1_000_000,
        b'"' * 1_000_000,
        b"[" + b"1," * 2_000_000,
        b"a=" * 1_000_000,
        b"a=1&" * 500_000,
        b"https://" + b"a" * 1_000_000,
        b"\x0a" * 1_000_000,
        b"{" + b" " * 4_000_000,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_hostile_bytes_take_time_that_grows_with_them(data):
    begun = time.process_time()
    read(data)
    assert time.process_time() - begun < 20  # seconds; all take less than one


def test_what_is_named_is_bounded():
    properties = {str(place): "x" for place in range(MOST_FIELDS)}
    message = read(packed([EVENT | {"event": "x" * 2 * LONGEST_VALUE, "properties": properties}]))
    assert message is not None
    assert sum(len(event.fields) for event in message.events) == MOST_FIELDS
    assert max(len(field.value) for field in message.events[0].fields) == LONGEST_VALUE


def test_a_reader_reads_each_buffer_once_and_so_many_bytes_in_all():
    data = packed(EVENT)
    makers = Reader(len(data) + 5)
    message = makers(data)
    assert message is not None
    assert makers(bytes(bytearray(data))) is message
    assert makers(packed(EVENT | {"event": "close"})) is None


def test_nesting_is_bounded():
    assert documents(b"[" * DEEPEST)
    assert not documents(b"[" * (DEEPEST + 1))


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("properties.url", "https://a.example/", "url"),
        ("properties.url", "-1", "property"),
        ("properties.android_id", "9774d56d682e549c", "identifier"),
        ("a.Device-ID", "x", "identifier"),
        ("ids.imei[0]", "x", "identifier"),
        ("properties.search_word", "x", "search"),
        ("properties.email", "x", "account"),
        ("properties.email", "", "property"),
        ("properties.anything", "x", "property"),
    ],
)
def test_conventions_name_what_a_format_leaves_open(name, value, kind):
    assert kind_of(name, value) == kind
