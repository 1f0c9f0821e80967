"""Moments and letters as captures write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.ingest.notation import letters, moment


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2020-05-04T12:00:00Z", 1588593600.0),
        ("2020-05-04T14:00:00+02:00", 1588593600.0),
        ("2020-05-04T12:00:00", 1588593600.0),
        ("1969-12-31T23:59:59Z", 0.0),
        ("0001-01-01T00:00:00+14:00", 0.0),
        ("yesterday", 0.0),
    ],
)
def test_a_moment_is_that_of_its_time_zone(written, told):
    assert moment(written) == told


@given(st.binary())
def test_no_byte_of_a_name_is_lost(name):
    assert name in {letters(name).encode(), letters(name).encode("latin-1", "replace")}
