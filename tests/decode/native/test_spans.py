"""Many ranges at once say what they say one by one."""

from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode import spans as plainly
from backtalk.decode.native.spans import Spans, merged

RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=9).map(
    lambda pairs: [(low, low + size) for low, size in sorted(pairs)]
)
APART = RANGES.map(plainly.merged)


@given(st.lists(RANGES, max_size=4))
def test_what_is_merged_neither_overlaps_nor_touches(several):
    assert merged([Spans(one) for one in several]).tolist() == plainly.merged(span for one in several for span in one)


@given(APART, APART)
def test_what_lies_within_others_is_what_both_hold(some, free):
    assert Spans(some).within(free).tolist() == plainly.common(some, free)


@given(APART, st.integers(0, 9), st.integers(1, 99), st.integers(1, 99))
def test_ranges_move_and_scale_one_by_one(some, start, whole, inside):
    assert Spans(some).moved(start).tolist() == [(low + start, high + start) for low, high in some]
    assert Spans(some).scaled(start, whole, inside).tolist() == [
        (start + low * whole // inside, start + -(-high * whole // inside)) for low, high in some
    ]
    assert Spans(some).size() == plainly.size(some)
