"""Which bytes count as read: assess must neither miss a payload that could hide something, nor cry over words."""

from __future__ import annotations

import base64
import gzip
import json
import random
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.decode import Walker
from backtalk.decode.codec import Buffer
from backtalk.decode.native.text import is_noise, is_text
from backtalk.decode.reading import unread_stretches
from backtalk.model.draw import Draw

WALKER = Walker([])


def opaque(data):
    walk = WALKER.walk(data)
    assert walk.read + walk.opaque_bytes == len(data)
    return [(item.reason, item.span, [step.codec for step in item.steps]) for item in walk.opaque]


@pytest.mark.parametrize(
    "value",
    [
        "getElementsByClassName", "application/x-www-form-urlencoded", "global_browser_mini", "page_load_event_finish",
        "very-long-article-title-about-things", "optimizationguide-pa.googleapis.com", "upgrade-insecure-requests",
        "firefox-desktop/usage-reporting/1/3f2a9c1e-1111-4222", "1588675200000", "20200504T123456Z",
        "d41d8cd98f00b204e9800998ecf8427", "3F2A9C1E-1111-4222-8333", "SSL_ERROR_BAD_CERT_DOMAIN", "0" * 64,
        "1a202dc471457e-05b5339f140436c-11543b4c-480000-1a202dc471a188", "2026-11-24T10-55-00", "Xa93kfLs02mKq8",
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "net/main-workspace/newtab-wallpapers-v2/e94b1e49-c518-40d6", "Sec-WebSocket-Key",
        "org/openh264-linux64-652bdb7719f30b52b08e", "WindowsNT10Win64x64", "org/update/3/GMP/153",
        "X-Goog-Update-AppId", "0/20261103151912/Linux_x86_64-gcc3/en-US/esr/Linux",
        "Bratislavská výstava", "日本語のテキスト",
    ],
)  # fmt: skip
def test_words_numbers_and_identifiers_are_read(value):
    assert opaque(value.encode()) == []
    assert opaque(json.dumps({"value": value}).encode()) == []


@pytest.mark.parametrize("letters", [8, 16, 24])
def test_pronounceable_words_are_read(letters):
    draw = Draw(5, "words")
    for _ in range(200):
        assert opaque(f"https://{draw.word(letters)}.example/{draw.word(letters)}".encode()) == []


def test_random_tokens_are_unread_and_named_base64():
    noise = random.Random(6)
    missed = 0
    for _ in range(500):
        token = base64.b64encode(noise.randbytes(24))
        told = opaque(b'{"a":"' + token + b'"}')
        missed += told != [("base64 of unreadable bytes", (6, 6 + len(token)), [])]
    assert missed < 25


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize(("size", "most"), [(12, 60), (16, 30), (32, 5)])
def test_tokens_that_could_hold_a_secret_look_random(encode, size, most):
    noise = random.Random(14)
    assert sum(not is_noise(encode(noise.randbytes(size))) for _ in range(2000)) < most


def test_a_random_part_of_a_path_is_unread():
    noise = random.Random(15)
    tokens = [base64.urlsafe_b64encode(noise.randbytes(18)) for _ in range(500)]
    assert sum(not is_noise(b"net/main-workspace/wallpapers-v2/" + token) for token in tokens) < 20


def test_random_tokens_too_short_for_a_block_are_random_tokens():
    assert opaque(b"k=Xa93kfLs02mKq8Zp") == [("encrypted or random token", (2, 18), [])]


@pytest.mark.parametrize(
    "before", ["", "v=", "org/usage-reporting/1/", "net/main-workspace/wallpapers/20260819200624--"]
)
def test_uuids_and_sixteen_bytes_in_hex_are_unread_where_they_stand(before):
    noise = random.Random(7)
    missed = 0
    for _ in range(500):
        packed = noise.randbytes(16)
        for value in (str(uuid.UUID(bytes=packed)), packed.hex(), packed.hex().upper(), noise.randbytes(20).hex()):
            span = (len(before), len(before) + len(value))
            missed += opaque(f"{before}{value}".encode()) != [("hex of unreadable bytes", span, [])]
    assert missed < 2000 * 0.02  # what stands for bytes half of which are letters by chance is opened, and read


def test_long_hex_that_nobody_can_read_is_unread():
    packed = random.Random(8).randbytes(300).hex().encode()
    assert opaque(b"v=" + packed) == [("hex of unreadable bytes", (2, 602), [])]


def test_random_bodies_are_unread_whole():
    noise = random.Random(9)
    bodies = [noise.randbytes(noise.randrange(64, 3000)) for _ in range(300)]
    whole = [body for body in bodies if opaque(body) == [("binary, no codec fits", (0, len(body)), [])]]
    assert len(whole) > 290


def test_text_within_binary_is_read_and_the_rest_is_not():
    noise = random.Random(10).randbytes(100).translate(bytes(range(128, 256)) * 2)
    data = b"\x0a\x28https://a.example/a/readable/address/here\x12\x64" + noise
    assert opaque(data) == [("binary, no codec fits", (43, len(data)), [])]


def test_framing_and_filling_carry_nothing():
    assert opaque(b"\x00\x00\x00\x12hello, this is text" + b"\x00" * 500 + b"and this is more text\x01\xff") == []


def test_encrypted_payload_in_packaging_is_unread_where_it_lies():
    noise = random.Random(11).randbytes(240)
    data = b"v=" + base64.b64encode(gzip.compress(json.dumps({"p": base64.b64encode(noise).decode()}).encode()))
    told = opaque(data)
    assert [(reason, codecs) for reason, _, codecs in told] == [
        ("base64 of unreadable bytes", ["form", "base64", "gzip"])
    ] or [codecs for _, _, codecs in told] == [["base64", "gzip"]]
    walk = WALKER.walk(data)
    assert 0.8 * len(data) < walk.opaque_bytes <= len(data)


def test_half_read_base64_counts_half():
    noise = random.Random(12).randbytes(300)
    data = base64.b64encode(b"this is very readable text indeed, " * 9 + noise)
    walk = WALKER.walk(data)
    assert 0.4 * len(data) < walk.opaque_bytes < 0.6 * len(data)
    assert walk.opaque[0].steps[0].codec == "base64"


def test_a_compressed_body_that_opens_is_read():
    walk = WALKER.walk(gzip.compress(b'{"a":"b"}' * 50))
    assert (walk.opaque, walk.opaque_bytes) == ((), 0)


def test_a_gzip_that_gives_nothing_is_unread():
    data = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b"\xff" * 10 + random.Random(13).randbytes(80)
    assert opaque(data) == [("gzip broken at byte 10", (0, len(data)), [])]


def test_headers_as_browsers_send_them_are_read():
    block = (
        b"host: t.example\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0\r\n"
        b"accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
        b'sec-ch-ua: "Chromium";v="156", "Not)A;Brand";v="99"\r\naccept-language: en-US,en;q=0.9\r\n'
        b"accept-encoding: gzip, deflate, br, zstd\r\nupgrade-insecure-requests: 1\r\n\r\n"
    )
    assert opaque(block) == []


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", True), (b"abc\r\n\t", True), ("é".encode(), True), ("aé".encode()[:2], True),
     ("日本".encode()[:4], True), (b"a\xc3b", False), (b"\xff\xfe", False),
     (b"\x00\x01\x02", False), (b"a" * 40 + b"\x1b", True)],
)  # fmt: skip
def test_text(data, text):
    assert is_text(data) is text


def test_long_runs_of_one_letter_are_no_words():
    assert is_noise(b"iw6AH4sIAAAAAAACA0tKTMusyi8ozU4EAGiuSEEKAAAAAw")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.data())
def test_stretches_lie_in_what_is_free(data, draw):
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=6)))
    free = [(low, high) for low, high in zip(cuts[::2], cuts[1::2], strict=False) if low < high]
    for low, high in unread_stretches(Buffer(data), free):
        assert any(start <= low < high <= end for start, end in free)


def test_a_listing_is_made_anew_each_time_and_equals_what_it_lists():
    data = b'{"a":"Zx81kQpWv3Yt7LmB","b":' + gzip.compress(bytes(range(256)), mtime=0)
    opaque = Walker([]).walk(data).opaque
    assert list(opaque) == list(opaque) == [opaque[at] for at in range(len(opaque))]
    assert opaque == tuple(opaque)
    assert opaque[:1] == (opaque[0],)
    assert opaque != opaque[:1]
    assert opaque == Walker([]).walk(data).opaque
