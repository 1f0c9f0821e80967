"""What is compiled says the same as the plain expressions that say what it means."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from backtalk.decode.native.text import constant, is_text, makes_sense, readable, various

CHARACTER = rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
READABLE = re.compile(CHARACTER + rb"{8,}+")
CONSTANT = re.compile(rb"(.)\1{15,}+", re.DOTALL)
MAGICS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")

PIECES = st.one_of(
    st.binary(max_size=12),
    st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([b"plain text, ", "Grüße aus Köln — ".encode(), b"\xf0\x9f\x98", b"\xed\xa0\x80", *MAGICS]),
    st.builds(lambda byte, count: bytes([byte]) * count, st.integers(0, 255), st.integers(1, 40)),
)
MIXED = st.lists(PIECES, max_size=12).map(b"".join)


def spans(expression, data):
    return [match.span() for match in expression.finditer(data)]


def text(data):
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data" or error.start < len(data) - 3:
            return False
    return len(re.findall(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)) * 32 <= len(data)


@given(MIXED)
@example("Ein Wort, das am Ende abgeschnitten is\u2026".encode()[:-1])
@example(b"\xe0\x80")
def test_text_is_utf_8_but_for_what_the_end_cuts_and_few_controls(data):
    assert is_text(data) == text(data)


@given(MIXED)
def test_readable_stretches_are_eight_characters_and_more(data):
    assert readable(data) == spans(READABLE, data)


@given(st.integers(4080, 4110), MIXED, MIXED)
def test_a_stretch_is_found_wherever_the_blocks_that_are_looked_at_end(filling, before, after):
    data = before + b"\x00" * filling + b"twelve bytes" + after
    assert readable(data) == spans(READABLE, data)
    assert constant(data) == spans(CONSTANT, data)


@given(MIXED)
def test_a_filling_is_one_byte_sixteen_times_and_more(data):
    assert constant(data) == spans(CONSTANT, data)


@given(MIXED)
def test_sense_is_text_compressed_data_or_half_of_it_text(data):
    half = len(data) >= 16 and sum(end - start for start, end in spans(READABLE, data)) * 2 >= len(data)
    assert makes_sense(data) == bool(data and (data.startswith(MAGICS) or text(data) or half))


@given(st.binary(max_size=20), st.integers(-3, 25), st.integers(-3, 25))
def test_various_says_whether_more_than_two_bytes_occur(data, start, end):
    inside = 0 <= start < end <= len(data)
    assert various(data, start, end) == (inside and len(set(data[start:end])) > 2)
