"""Byte ranges, against sets of numbers; many at once say what they say one by one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.native.spans import Spans, common, gaps, merged, size, union

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda x: (min(x), max(x))), max_size=12)
APART = SPANS.map(merged)


def numbers(spans):
    return {number for span in spans for number in range(*span)}


@given(SPANS)
def test_merged_holds_the_same_bytes_in_order_and_apart(spans):
    found = merged(spans)
    assert numbers(found) == numbers(spans)
    assert all(left[1] < right[0] for left, right in pairwise(found))
    assert size(found) == len(numbers(spans))


@given(st.lists(SPANS.map(sorted), max_size=4))
def test_what_is_united_is_what_is_merged(several):
    assert union([Spans(one) for one in several]).tolist() == merged(span for one in several for span in one)


@given(SPANS, st.integers(0, 40))
def test_gaps_are_the_rest(spans, length):
    found = gaps(length, spans)
    assert numbers(found) == set(range(length)) - numbers(spans)
    assert found == merged(found)


@given(APART, APART)
def test_what_is_common_lies_in_both(some, others):
    found = common(some, others)
    assert numbers(found) == numbers(some) & numbers(others)
    assert found == merged(found)
    assert Spans(some).within(others).tolist() == found


@given(APART, st.integers(0, 9), st.integers(1, 99), st.integers(1, 99))
def test_ranges_move_and_scale_one_by_one(some, start, whole, inside):
    assert Spans(some).moved(start).tolist() == [(low + start, high + start) for low, high in some]
    assert Spans(some).scaled(start, whole, inside).tolist() == [
        (start + low * whole // inside, start + -(-high * whole // inside)) for low, high in some
    ]
    assert Spans(some).size() == size(some)
