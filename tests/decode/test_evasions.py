"""One test for each known way of slipping past a search; each was seen in real traffic or is built on one that was."""

from __future__ import annotations

import base64
import gzip
import json
import random
import urllib.parse
import zlib

import brotli
import pytest

from backtalk.decode import Walker, replay
from tests.decode.packaging import CANARY, needle, percent_all, raw_deflate

URL = b"https://bafizopuka.example/visited?page=1"
EVENT = json.dumps([{"type": "track", "properties": {"url": URL.decode()}}]).encode()


def paths(data):
    """The codecs of each hit's steps, after replaying them."""
    walk = Walker([needle()]).walk(data)
    for hit in walk.hits:
        last = (data, *replay(data, hit.steps))[-1]
        assert last[slice(*hit.found)].lower() == CANARY
    return [[step.codec for step in hit.steps] for hit in walk.hits]


def test_analytics_sdk_gzip_in_base64_in_a_form():
    # Sensors Analytics: JSON, gzip, base64, percent-encoding, in a form that says gzip=1.
    data = b"crc=-1&data_list=" + urllib.parse.quote_plus(base64.b64encode(gzip.compress(EVENT))).encode() + b"&gzip=1"
    assert paths(data) == [["form", "base64", "gzip", "json"]]


def test_base64_in_a_form_that_forgot_to_encode_plus_signs():
    packed = next(
        packed
        for filler in range(200)
        if b"+" in (packed := base64.b64encode(gzip.compress(EVENT + b" " * filler, mtime=0)))
    )
    assert paths(b"gzip=1&data_list=" + packed) == [["form", "base64", "gzip", "json"]]


def test_gzip_inside_base64url_inside_json_inside_a_form():
    inner = base64.urlsafe_b64encode(gzip.compress(URL)).rstrip(b"=")
    data = b"v=2&value=" + urllib.parse.quote(json.dumps({"H": {"st": 1}, "B": inner.decode()})).encode()
    assert paths(data) == [["form", "json", "base64", "gzip"]]


def test_gzip_named_a_form():
    # The Content-Type says application/x-www-form-urlencoded; only the bytes are looked at.
    assert paths(gzip.compress(b"\x0a\x29" + URL + b"\x10\x01")) == [["gzip", "protobuf"]]


def test_truncated_gzip_keeps_what_was_readable():
    data = gzip.compress(EVENT * 3)[:-15]
    assert ["gzip", "json"] in paths(data)


def test_gzip_broken_in_the_middle_keeps_what_came_before_and_says_where_it_broke():
    text = URL + bytes(range(32, 127)) * 40 + URL
    whole = bytearray(gzip.compress(text, compresslevel=1))
    whole[-40:-20] = b"\xff" * 20
    walk = Walker([needle()]).walk(bytes(whole))
    assert [step.codec for step in walk.hits[0].steps] == ["gzip"]
    broken = [item for item in walk.opaque if item.reason.startswith("gzip broken at byte")]
    assert len(broken) == 1
    assert broken[0].span[1] == len(whole)
    assert broken[0].span[0] >= len(whole) - 60


def test_gzip_in_several_members():
    assert paths(gzip.compress(URL[:11]) + gzip.compress(URL[11:])) == [["gzip"]]


def test_gzip_behind_a_binary_frame():
    assert paths(b"\x00\x00\x00\x01\x07" + gzip.compress(URL) + b"\x00\x00") == [["gzip"]]


def test_false_gzip_header_before_base64():
    assert paths(b"\x1f\x8b\x08\x00" + base64.b64encode(URL)) == [["base64"]]


def test_double_percent_encoding():
    assert paths(percent_all(percent_all(CANARY))) == [["percent", "percent"]]
    assert paths(b"u=" + percent_all(percent_all(CANARY))) == [["form", "percent"]]


def test_partial_percent_encoding_and_legacy_unicode_form():
    assert paths(b"GET /%62afizopuka HTTP/1.1") == [["percent"]]
    assert paths(b"GET /%u0062afizopuka HTTP/1.1") == [["percent"]]


def test_percent_encoding_in_the_path_beside_a_query():
    assert paths(b"https://t.example/%62afizopuka?b=%62afizopuka") == [["percent"], ["form"]]


def test_json_escapes_hide_letters():
    assert paths(b'{"a":[0,{"b":"\\u0062afizo\\u0070uka"}]}') == [["json"]]
    assert paths(json.dumps({"a": json.dumps({"b": json.dumps({"c": URL.decode()})})}).encode()) == [["json"] * 3]


def test_json_escapes_in_a_key():
    assert paths(b'{"\\u0062afizopuka":1}') == [["json"]]


def test_json_embedded_in_a_script():
    assert paths(b'window.state = {"a":"\\u0062afizopuka"}; go();') == [["json"]]


def test_escaped_json_without_the_string_around_it():
    assert paths(b'{\\"a\\":\\"\\\\u0062afizopuka\\"}') == [["escapes", "json"]]


def test_javascript_hex_escapes():
    assert paths(b"var a = '\\x62\\x61fizopuka'") == [["escapes"]]


def test_html_entities():
    assert paths(b"<a title='&#98;afizo&#x70;uka &amp; more'>") == [["entities"]]


def test_base64_wrapped_in_lines():
    assert paths(base64.encodebytes(b"x" * 50 + URL)) == [["base64"]]
    assert paths(base64.encodebytes(b"x" * 50 + URL).replace(b"\n", b"\r\n")) == [["base64"]]


@pytest.mark.parametrize("prefix", [b"v", b"v1", b"v1-", b"id_", b"/collect/", b"1234567_", b"Basic "])
def test_base64_behind_a_prefix(prefix):
    packed = base64.urlsafe_b64encode(URL + b"/" * 8).rstrip(b"=")
    assert paths(prefix + packed) == [["base64"]]


def test_binary_base64_is_decoded_although_a_piece_of_it_makes_sense_by_chance():
    noise = random.Random(3)
    for _ in range(300):
        record = noise.randbytes(150) + URL + noise.randbytes(150)
        assert ["base64"] in paths(base64.b64encode(record))


def test_short_base64_at_the_end_of_a_long_path():
    assert paths(b"/collect/some-long-path/v1/items/" + base64.b64encode(CANARY).rstrip(b"=")) == [["base64"]]


def test_base64_without_padding_or_cut_anywhere():
    packed = base64.b64encode(b"---" + URL)
    for cut in range(28, len(packed)):
        assert paths(packed[:cut]) == [["base64"]], cut


def test_tokens_of_three_parts():
    parts = [
        base64.urlsafe_b64encode(part).rstrip(b"=") for part in (b'{"alg":"none"}', b'{"sub":"' + URL + b'"}', b"")
    ]
    assert paths(b"Authorization: Bearer " + b".".join(parts)) == [["jwt", "json"]]


def test_hex_of_odd_neighbours():
    assert paths(b"0x" + CANARY.hex().encode()) == [["hex"]]
    assert paths(b"f" + CANARY.hex().encode()) == [["hex"]]


def test_streams_without_a_magic():
    assert paths(raw_deflate(URL)) == [["deflate"]]
    assert paths(brotli.compress(URL)) == [["brotli"]]
    assert paths(base64.b64encode(raw_deflate(URL))) == [["base64", "deflate"]]


def test_streams_without_a_magic_that_hold_binary_data():
    record = bytes(range(256)) + URL + b"\x00\xfe" * 60
    assert paths(raw_deflate(record)) == [["deflate"]]
    assert paths(brotli.compress(record)) == [["brotli"]]


def test_zlib_with_a_small_window():
    machine = zlib.compressobj(wbits=9)
    assert paths(machine.compress(URL) + machine.flush()) == [["zlib"]]


def test_multipart_with_a_compressed_part():
    data = (
        b"--b\r\nContent-Disposition: form-data; name=meta\r\n\r\nx\r\n"
        b'--b\r\nContent-Disposition: form-data; name="log"; filename="log.gz"\r\n\r\n'
        + gzip.compress(b"--b\r\n" + URL)
        + b"\r\n--b--\r\n"
    )
    walk = Walker([needle()]).walk(data)
    assert [step.codec for step in walk.hits[0].steps] == ["multipart", "gzip"]
    assert walk.hits[0].steps[0].params == {"name": "log", "filename": "log.gz"}


def test_upper_case_and_caseless_needles():
    assert paths(CANARY.upper()) == [[]]
    assert not Walker([needle(caseless=False)]).walk(CANARY.upper()).hits


def test_one_event_a_line():
    lines = b"\n".join(json.dumps({"n": n, "u": URL.decode() if n == 2 else ""}).encode() for n in range(4))
    assert paths(lines) == [["json"]]


def test_form_fields_one_event_a_line():
    assert paths(b"en=page_view&dl=a\r\nen=click&dl=%62afizopuka") == [["form"]]
