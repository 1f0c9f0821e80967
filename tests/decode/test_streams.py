"""Compressed streams that break: what is told of them replays, and what is not read is told."""

import bz2
import gzip
import lzma
import zlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode import Walker, replay
from backtalk.model.canary import Needle

WORD = b"kobalumifa"
TEXT = b"".join(b'{"n":%d,"page":"https://t.example/%d/%s"}' % (n, n * 7919, WORD) for n in range(60))
PACKED = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
WALKER = Walker([Needle(canary=0, match="exact", literal=WORD)])


@pytest.mark.parametrize("name", PACKED)
@given(data=st.data())
def test_a_sighting_in_a_stream_that_breaks_replays_from_the_raw_bytes(name, data):
    whole = bytearray(PACKED[name](TEXT[: len(TEXT) // 2]) + PACKED[name](TEXT[len(TEXT) // 2 :]) + b"what follows")
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    raw = bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
    walk = WALKER.walk(raw)
    for hit in walk.hits:
        last = replay(raw, hit.steps)[-1] if hit.steps else raw
        assert last[slice(*hit.found)] == WORD
    assert walk.read + walk.opaque_bytes == len(raw)


def test_a_broken_stream_within_what_a_form_holds_replays_there():
    packed = gzip.compress(TEXT)
    broken = packed[: len(packed) // 2] + b"\xff" * 40 + packed[len(packed) // 2 :]
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + broken + b"\r\n--x--\r\n"
    hits = WALKER.walk(body).hits
    assert hits
    for hit in hits:
        assert replay(body, hit.steps)[-1][slice(*hit.found)] == WORD
