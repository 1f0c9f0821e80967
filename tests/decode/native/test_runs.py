"""The runs that are found by blocks are those that expressions find letter by letter."""

import base64
import re
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backtalk.decode.codecs import BY_ID
from backtalk.decode.codecs.letters import sensible
from backtalk.decode.native.letters import base64_readings, from_base64
from backtalk.decode.native.runs import REASONS, Runs, noise
from backtalk.decode.native.spans import Spans

LETTERS = re.compile(rb"[A-Za-z0-9+/_-]{16,}+")
DIGITS = re.compile(rb"[0-9A-Fa-f]{20,}+")
PIECES = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/-_", max_size=40).map(str.encode),
    st.text("0123456789abcdef", max_size=40).map(str.encode),
    st.binary(max_size=30).map(base64.b64encode),
    st.binary(max_size=4),
    st.sampled_from([b" ", b'"', b"=", b"&", b"550e8400-e29b-41d4-a716-446655440000", b"\n"]),
)
TEXTS = st.lists(PIECES, max_size=10).map(b"".join)


def mixed(run):
    lower, upper = re.search(rb"[a-z]", run), re.search(rb"[A-Z]", run)
    return bool((lower and upper) or (re.search(rb"[g-zG-Z]", run) and re.search(rb"[0-9]", run)))


@given(TEXTS)
@example(b"A" * 600 + b"b" * 20 + b"/" + b"Word0123456789")
def test_long_runs_of_mixed_kinds_are_whole_and_may_be_secrets(data):
    unsure = Runs(data).unsure.tolist()
    long = [match.span() for match in LETTERS.finditer(data) if mixed(match[0])]
    assert [span for span in unsure if span in long] == long
    assert all(
        any(low <= start and end <= high for low, high in long) for start, end in unsure if mixed(data[start:end])
    )


@pytest.mark.parametrize("escaped", [b"%2B", b"%2f", b"%252F", b"%3D"])
def test_pieces_of_base64_between_its_escaped_signs_are_no_numbers(escaped):
    number = BY_ID["base58"].decoded(b"2NEpo7TZRRrLZSi2U", "")
    assert number == b"Hello World!"
    assert Runs(b"2NEpo7TZRRrLZSi2U" + b" x").base58
    assert not Runs(b"2NEpo7TZRRrLZSi2U" + escaped + b"x").base58
    assert Runs(b"2NEpo7TZRRrLZSi2U%20x").base58


@given(st.integers(4070, 4110), TEXTS)
def test_runs_are_found_wherever_blocks_end(filling, data):
    alone, moved = Runs(b"\x00" + data), Runs(b"\x00" * filling + data)
    for kind in ("base64", "hex", "base32", "base58", "base62", "base85", "lzstring", "ordered", "unsure"):
        there = [(low - filling, high - filling) for low, high in getattr(moved, kind)]
        assert there == [(low - 1, high - 1) for low, high in getattr(alone, kind)]


@given(TEXTS)
def test_digits_of_ten_bytes_and_more_are_opened(data):
    found = [span for span in Runs(data).hex if span[1] - span[0] >= 20]
    assert found == [match.span() for match in DIGITS.finditer(data)]


@given(st.binary(max_size=60))
def test_base64_gives_what_was_packed_in_either_alphabet(data):
    for packed in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        assert from_base64(packed.rstrip(b"=")) == data


@given(st.binary(max_size=200).map(base64.b64encode).map(lambda packed: packed.rstrip(b"=")))
def test_readings_lie_within_the_run_and_decode(run):
    for start, end in base64_readings(run):
        assert 0 <= start < end <= len(run)
        from_base64(run[start:end])


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=6, max_size=120), st.integers(0, 40))
@example("oo/oo/", 0)
@example("?o?" * 20, 3)
def test_ascii_text_in_base64_is_a_run_worth_opening_wherever_it_stands(text, room):
    run = base64.b64encode(text.encode()).rstrip(b"=")
    for data in (run, b'"' + run, b"\x00" * 20 + run + b"\x00" * room):
        start = data.index(run)
        assert (start, start + len(run)) in Runs(data).base64


@given(st.uuids())
@example(UUID("69a73e70-5e0a-4e56-9b58-8a01e6be56a7"))
def test_an_identifier_is_no_base64_whatever_its_digits_give(identifier):
    runs = Runs(b'{"insert_id":"%b"}' % str(identifier).encode())
    assert (runs.kinds, runs.unsure.tolist()) == ((), [(14, 50)])


@given(st.text(min_size=6, max_size=80))
def test_text_in_base64_is_read_as_a_whole(text):
    run = base64.b64encode(text.encode()).rstrip(b"=")
    expected = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text) is None
    assert not expected or base64_readings(run) == ((0, len(run)),)


def test_what_is_unread_is_told_with_its_reason():
    data = b'{"a":"Zx81kQpWv3Yt7LmB","b":"550e8400-e29b-41d4-a716-446655440000","c":"0123456789abcdef0123456789abcdef"}'
    spans, reasons = noise(data, Runs(data).unsure)
    assert [(data[low:high], REASONS[reason]) for (low, high), reason in zip(spans, reasons, strict=True)] == [
        (b"Zx81kQpWv3Yt7LmB", "encrypted or random token"),
        (b"550e8400-e29b-41d4-a716-446655440000", "hex of unreadable bytes"),
        (b"0123456789abcdef0123456789abcdef", "hex of unreadable bytes"),
    ]


def test_ranges_outside_the_bytes_are_cut_to_them():
    assert noise(b"short", Spans([(-4, 2), (3, 99)]))[0].tolist() == []


@pytest.mark.parametrize("name", ["base58", "base62"])
@given(
    st.text(min_size=9, max_size=90).map(str.encode) | st.binary(min_size=9, max_size=60).map(b"\x1f\x8b\x08".__add__)
)
def test_no_number_that_gives_sense_is_passed_over(name, data):
    codec = BY_ID[name]
    for variant, alphabet in codec.ALPHABETS.items():
        value, letters = int.from_bytes(data, "big"), b""
        while value:
            value, digit = divmod(value, len(alphabet))
            letters = alphabet[digit : digit + 1] + letters
        runs = Runs(letters)
        if sensible(codec.decoded(letters, variant)) and mixed(letters) and len(letters) >= 12:
            assert getattr(runs, name) == [(0, len(letters))]
