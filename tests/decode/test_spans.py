"""Byte ranges, against sets of numbers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.spans import Taken, gaps, merged, size

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda x: (min(x), max(x))), max_size=12)


def numbers(spans):
    return {number for span in spans for number in range(*span)}


@given(SPANS)
def test_merged_holds_the_same_bytes_in_order_and_apart(spans):
    found = merged(spans)
    assert numbers(found) == numbers(spans)
    assert all(left[1] < right[0] for left, right in pairwise(found))
    assert size(found) == len(numbers(spans))


@given(SPANS, st.integers(0, 40))
def test_gaps_are_the_rest(spans, length):
    found = list(gaps(length, spans))
    assert numbers(found) == set(range(length)) - numbers(spans)
    assert found == merged(found)


@given(SPANS)
def test_nothing_is_given_out_twice(spans):
    taken, kept = Taken(), set()
    for span in spans:
        if span[0] == span[1]:
            continue
        free = not numbers([span]) & kept
        assert taken.overlaps(span) is not free
        assert taken.take(span) is free
        kept |= numbers([span]) if free else set()
    assert numbers(taken.spans) == kept
