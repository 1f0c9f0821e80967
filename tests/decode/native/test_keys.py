"""How long a repeating key may be, against slower ways to tell it."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.codecs.xor import shifted, xored
from backtalk.decode.native.keys import LONGEST_KEY, PROOF, lags, lengths, varying

TEXT = b'{"event":"page_view","url":"https://bafizopuka.example/visited/page","n":17,"words":["one","two"]},' * 9
BYTES = st.binary(max_size=80) | st.lists(st.sampled_from(b"ab\x00\xff"), max_size=80).map(bytes)


def expected(sample, longest):
    found = []
    for length in range(1, min(longest, LONGEST_KEY) + 1):
        steps = range(length, min(LONGEST_KEY, 3 * length) + 1, length)
        equal = sum(sample[at] == sample[at - lag] for lag in steps for at in range(lag, len(sample)))
        if equal >= max(0.02 * sum(len(sample) - lag for lag in steps), 3):
            found.append(length)
    return found


@given(BYTES, st.integers(0, 30))
def test_lengths_are_those_at_which_enough_bytes_are_equal(sample, longest):
    assert lengths(sample, longest) == expected(sample, longest)


@given(st.binary(min_size=2, max_size=LONGEST_KEY))
def test_the_length_of_the_key_of_a_text_is_among_them(key):
    assert len(key) in lengths(xored(TEXT, key), LONGEST_KEY)


def test_random_bytes_have_hardly_any_length():
    noise = random.Random(61)
    assert sum(len(lengths(noise.randbytes(2048), LONGEST_KEY)) for _ in range(200)) < 10


@given(st.lists(st.binary(max_size=12), max_size=4))
def test_varying_bits_are_those_that_differ_within_a_literal(literals):
    differences = [left ^ right for literal in literals for left in literal for right in literal]
    assert varying(literals) == sum(1 << bit for bit in range(8) if any(one >> bit & 1 for one in differences))


@given(BYTES, st.integers(0, 30), st.sampled_from((0, 0x1F, 0x7F, 0xFF)))
def test_lags_are_those_at_which_no_other_bits_differ(data, longest, bits):
    def fits(lag):
        kept = bytes(byte & ~bits & 0xFF for byte in shifted(data, lag))
        return bytes(PROOF) in kept

    assert lags(data, longest, bits) == [lag for lag in range(1, min(longest, len(data) - PROOF) + 1) if fits(lag)]


@given(st.integers(0, 9000), st.binary(min_size=1, max_size=LONGEST_KEY), st.integers(0, 255))
def test_a_needle_shows_itself_wherever_it_is(before, key, filling):
    literal = b"bafizopukakotevilamuzuvakopelotimeri"
    data = xored(bytes([filling]) * before + literal, key) + b"\x80\x00" * 8
    assert len(key) in lags(data, LONGEST_KEY, varying([literal]))
