"""DEFLATE as far as it goes."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.inflate import GZIP, PIECE, RAW, ZLIB, _stepwise, inflate
from tests.decode.packaging import raw_deflate

TEXT = bytes(range(256)) * 40
WAYS = [(GZIP, gzip.compress), (ZLIB, zlib.compress), (RAW, raw_deflate)]


@pytest.mark.parametrize(("framing", "pack"), WAYS)
@given(data=st.binary(max_size=3000), before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_a_stream_is_found_to_its_last_byte(framing, pack, data, before, after):
    packed = pack(data)
    got = inflate(before + packed + after, len(before), len(before + packed + after), framing, 1 << 20)
    assert (got.data, got.used, got.end) == (data, len(packed), "whole")


@pytest.mark.parametrize(("framing", "pack"), WAYS)
def test_cut_anywhere_gives_a_beginning(framing, pack):
    packed = pack(TEXT)
    for stop in range(0, len(packed), 7):
        got = inflate(packed, 0, stop, framing, 1 << 20)
        assert (got.end, got.used) == ("short", stop)
        assert TEXT.startswith(got.data)


@pytest.mark.parametrize(("framing", "pack"), WAYS)
@pytest.mark.parametrize("limit", [0, 1, 100, len(TEXT) - 1])
def test_never_more_than_the_limit(framing, pack, limit):
    got = inflate(pack(TEXT), 0, len(pack(TEXT)), framing, limit)
    assert (got.data, got.end) == (TEXT[:limit], "full")


@pytest.mark.parametrize(("framing", "pack"), WAYS)
def test_exactly_the_limit_is_whole(framing, pack):
    assert inflate(pack(TEXT), 0, len(pack(TEXT)), framing, len(TEXT)).end == "whole"


def test_the_byte_that_breaks_is_told():
    packed = bytearray(zlib.compress(TEXT))
    packed[-1] ^= 1
    got = inflate(bytes(packed), 0, len(packed), ZLIB, 1 << 20)
    assert (got.end, got.used) == ("broken", len(packed) - 1)
    assert got.data == TEXT


@pytest.mark.parametrize(("framing", "pack"), WAYS[:2])
@given(data=st.data())
def test_two_machines_tell_the_same(framing, pack, data):
    packed = bytearray(pack(data.draw(st.binary(max_size=300)) * data.draw(st.integers(1, 5))))
    for place in data.draw(st.lists(st.integers(4, len(packed) - 1), max_size=2)):  # the flags stay what gzip allows
        packed[place] = data.draw(st.integers(0, 255))
    stop = data.draw(st.integers(0, len(packed)))
    limit = data.draw(st.sampled_from([0, 1, 100, 1 << 20]))
    assert inflate(bytes(packed), 0, stop, framing, limit) == _stepwise(bytes(packed), 0, stop, framing, limit)


def test_a_stream_of_many_pieces_is_whole():
    data = random.Random(1).randbytes(4 * PIECE + 7)
    packed = gzip.compress(data)
    got = inflate(packed + b"more", 0, len(packed) + 4, GZIP, len(data))
    assert (got.data == data, got.used, got.end) == (True, len(packed), "whole")
