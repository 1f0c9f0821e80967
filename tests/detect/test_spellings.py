"""Device identifiers as programs write them, found through the real walker."""

from __future__ import annotations

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode import Walker, replay
from backtalk.detect import needles, sightings
from backtalk.detect.spellings import luhn, spellings
from backtalk.model.canary import Canary
from backtalk.model.capture import Exchange, Part

MAC, IMEI, ANDROID = "02:00:4c:4F:4f:50", "490154203237518", "9774d56d682e549c"
ICCID, PHONE, UUID = "89014103211118510720", "+49 170 1234567", "6f9619ff-8b86-d011-b42d-00c04fc964ff"
CANARIES = tuple(Canary(value=value, kind="given") for value in (MAC, IMEI, ANDROID, ICCID, PHONE, UUID))
NEEDLES = needles(CANARIES)
WALKER = Walker(NEEDLES)


def seen(data: bytes):
    part = Part(name="request.body", data=data)
    return sightings(
        Exchange(index=0, kind="http"),
        part,
        WALKER.walk(data),
        CANARIES,
        NEEDLES,
        lambda steps: replay(data, steps)[-1] if steps else data,
    )


@pytest.mark.parametrize(
    ("data", "value", "spelling"),
    [
        (b"mac=02:00:4c:4F:4f:50", MAC, ""),
        (b"mac=02-00-4C-4F-4F-50", MAC, "MAC with hyphens"),
        (b"mac=02%3A00%3A4C%3A4F%3A4F%3A50", MAC, ""),
        (b"mac=02004C4F4F50", MAC, "MAC without separators"),
        (b'{"m":"0200.4c4f.4f50"}', MAC, "MAC with dots"),
        (b'{"m":2200303521616}', MAC, "MAC as a number"),
        (b"fe80::4cff:fe4f:4f50 fe80::0:4cff:fe4f:4f50", MAC, "MAC in an IPv6 address"),
        (b"imei=490154203237518", IMEI, ""),
        (b"imei=49015420323751", IMEI, "IMEI without check digit"),
        (b"imei=49-015420-323751-8", IMEI, "IMEI with hyphens"),
        (b"imei=IMEI490154203237518", IMEI, ""),
        (b"\x81\xff" + bytes.fromhex("4a09512430325781"), IMEI, "IMEI, identity element of 3GPP TS 24.008"),
        (b"id=9774D56D682E549C", ANDROID, ""),
        (b'{"id":10913582462901572764}', ANDROID, "64-bit identifier as a number"),
        (b'{"id":-7533161610807978852}', ANDROID, "64-bit identifier as a signed number"),
        (b"\x09\xff" + bytes.fromhex(ANDROID)[::-1] + b"\x12", ANDROID, "64-bit identifier, raw"),
        (b"sim=8901410321111851072", ICCID, "ICCID without check digit"),
        (b"tel=%2B491701234567", PHONE, "phone number, digits with +"),
        (b"tel=00491701234567", PHONE, "phone number, digits with 00"),
        (b'{"aaid":"6F9619FF8B86D011B42D00C04FC964FF"}', UUID, "UUID without hyphens"),
        (b'{"aaid":"{6F9619FF-8B86-D011-B42D-00C04FC964FF}"}', UUID, ""),
        (b"\x0a\xff\x10" + uuid.UUID(UUID).bytes + b"\x12", UUID, "UUID, raw"),
        (b"\x0a\xff\x10" + uuid.UUID(UUID).bytes_le + b"\x12", UUID, "GUID, raw, first three groups turned"),
        (base64.b64encode(b'{"wifi":"02004c4f4f50"}'), MAC, "MAC without separators"),
    ],
)
def test_every_spelling_is_the_identifier(data, value, spelling):
    assert (value, spelling) in {(one.canary, one.spelling) for one in seen(data)}


@pytest.mark.parametrize(
    "data",
    [
        b"n=1490154203237518",
        b"n=4901542032375189",
        b"h=a02004c4f4f50",
        b"h=02004c4f4f501",
        b"h=02:00:4c:4F:4f",
        b"h=02:00:4c",
        b"h=9774d56",
        b"h=6f9619ff-8b86",
    ],
)
def test_what_is_longer_or_shorter_is_another_value(data):
    assert seen(data) == ()


@given(st.uuids())
def test_any_uuid_comes_back_from_its_spellings(value):
    found = {one.name: one for one in spellings(str(value).upper())}
    assert uuid.UUID(found["UUID without hyphens"].literal.decode()) == value
    assert uuid.UUID(bytes=found["UUID, raw"].literal) == value
    assert uuid.UUID(bytes_le=found["GUID, raw, first three groups turned"].literal) == value


@given(st.from_regex(r"[0-9]{14}", fullmatch=True))
def test_check_digits_check(body):
    digits = [int(digit) for digit in body + luhn(body)][::-1]
    odd, even = digits[0::2], digits[1::2]
    assert (sum(odd) + sum(sum(divmod(2 * digit, 10)) for digit in even)) % 10 == 0


@given(st.text(max_size=40))
def test_any_text_has_spellings_or_none_and_none_is_short(value):
    for one in spellings(value)[1:]:
        assert one.word or len(one.literal) >= 8


def test_a_published_imei_has_the_check_digit_that_it_is_published_with():
    assert luhn("49015420323751") == "8"
