"""What is refused as DEFLATE breaks at once for zlib and for ISA-L; what they read is never refused."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.inflate import RAW, ZLIB, inflate
from backtalk.decode.native.deflate import zlib_at, zlib_from
from backtalk.decode.native.shapes import shapes
from backtalk.decode.streams import LEAST_PROOF

HEADERS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
STRATEGIES = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED)


def packed(data, level, strategy):
    machine = zlib.compressobj(level, zlib.DEFLATED, 15, 8, strategy)
    return machine.compress(data) + machine.flush()


def breaks(data, framing):
    got = inflate(data, 0, len(data), framing, 1 << 20)
    return got.end == "broken" and len(got.data) < LEAST_PROOF


def held(stream):
    """Nothing is refused that any reader takes."""
    assert zlib_at(stream, 0, len(stream)) or breaks(stream, ZLIB)
    assert "deflate" in shapes(stream[2:]) or breaks(stream[2:], RAW)


@given(st.binary(max_size=400), st.sampled_from(STRATEGIES), st.integers(0, 9), st.data())
def test_streams_are_refused_only_where_they_break_at_once(inside, strategy, level, data):
    stream = bytearray(packed(inside, level, strategy))
    assert zlib_at(bytes(stream), 0, len(stream))
    for _ in range(data.draw(st.integers(0, 3))):
        stream[data.draw(st.integers(2, min(len(stream) - 1, 40)))] ^= 1 << data.draw(st.integers(0, 7))
    held(bytes(stream[: data.draw(st.integers(2, len(stream)))]))


def test_random_bytes_are_refused_only_where_they_break_at_once():
    noise = random.Random(41)
    kept = 0
    for _ in range(4000):
        stream = noise.choice(HEADERS) + noise.randbytes(noise.randrange(100, 300))
        held(stream)
        kept += zlib_at(stream, 0, len(stream))
    assert kept < 400


def test_random_codes_are_refused_only_where_they_break_at_once():
    noise = random.Random(42)
    for _ in range(4000):
        held(b"\x78\x9c" + bytes([noise.randrange(32) << 3 | 4]) + noise.randbytes(noise.randrange(200)))


@given(st.binary(max_size=40), st.sampled_from(HEADERS), st.binary(max_size=60))
def test_the_next_stream_is_the_first_that_does_not_break_at_once(before, header, after):
    data = before + header + after
    places = [at for at in range(len(data)) if data.startswith(HEADERS, at) and zlib_at(data, at, len(data))]
    assert zlib_from(data, 0, len(data)) == (places[0] if places else -1)


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (3, 2), (0, 5)])
def test_a_range_that_is_none_is_refused(start, stop):
    for function in (zlib_at, zlib_from):
        with pytest.raises(ValueError, match="no such range"):
            function(b"\x78\x9c\x03\x00", start, stop)
