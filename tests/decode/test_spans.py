"""What is taken, against a set of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.spans import Taken


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda x: (x[0], x[0] + x[1])), max_size=12))
def test_nothing_is_given_out_twice(spans):
    taken, kept = Taken(), set()
    for span in spans:
        free = not set(range(*span)) & kept
        assert taken.overlaps(span) is not free
        assert taken.take(span) is free
        kept |= set(range(*span)) if free else set()
    assert {number for span in taken.spans for number in range(*span)} == kept
