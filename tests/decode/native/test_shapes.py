"""A buffer that a codec opens by its structure has the shape of it; random bytes hardly ever have any."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode import CODECS
from backtalk.decode.codecs.records import Records
from backtalk.decode.native.shapes import KINDS, shapes
from tests.decode.codecs.encoders import PACKINGS
from tests.decode.codecs.test_packings import opened

SHAPED = {codec.SHAPE: codec for codec in CODECS if codec.SHAPE}
PARSED = {shape: codec for shape, codec in SHAPED.items() if isinstance(codec, Records)}


def parses(codec, data):
    try:
        codec.parse(data)
    except (ValueError, IndexError, OverflowError, RecursionError):
        return False
    return True


def held(data):
    """Nothing is refused that the codec reads."""
    found = shapes(data)
    for shape, codec in PARSED.items():
        assert shape in found or not parses(codec, data), (shape, data)
    for shape in SHAPED.keys() - PARSED.keys() - set(found):
        assert not opened(SHAPED[shape], data), (shape, data)


def test_every_shape_is_of_one_codec():
    assert set(SHAPED) == set(KINDS)
    assert Counter(codec.SHAPE for codec in CODECS if codec.SHAPE).most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    "name", sorted(name for name in PACKINGS if PACKINGS[name].codec in {c.ID for c in SHAPED.values()})
)
@given(data=st.data())
def test_what_is_packed_so_has_the_shape_however_it_is_bent(name, data):
    packing = PACKINGS[name]
    packed = bytearray(packing.encode(data.draw(packing.values)))
    held(bytes(packed))
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    held(bytes(packed[: data.draw(st.integers(1, len(packed)))]))


@given(st.binary(min_size=1, max_size=40))
def test_any_bytes_that_are_read_have_the_shape(data):
    held(data)


MARKS = {
    "protobuf": b"\x08\x0a\x10\x12\x01\x02\x80",
    "msgpack": b"\x80\x81\x92\xa1\xc0\xc4\xc7\xca\xcc\xd0\xd4\xd9\xdc\xde\xff\x00\x01a",
    "cbor": b"\x01\x18\x20\x41\x5f\x61\x7f\x81\x9f\xa1\xbf\xc1\xf4\xf8\xf9\xff\x00a",
    "bson": b"\x00\x00\x00\x01\x02\x03\x05\x06\x07\x08\x0b\x0f\x10\x13\x12\x14\x16a",
    "thrift-compact": b"\x00\x11\x12\x13\x15\x17\x18\x19\x1b\x1c\x01\x82\x08\x80\x0f",
    "thrift-binary": b"\x00\x00\x00\x01\x02\x03\x08\x0b\x0c\x0d\x0f\x80a",
    "lz4": b"\x10\x11\x1f\x00\x01\x02\xffa",
    "snappy": b"\x04\x08\x05\x01\x02\x0c\xf0\x10\x00a",
}


@pytest.mark.parametrize("kind", sorted(MARKS))
@given(data=st.data())
def test_what_is_read_of_a_formats_own_marks_has_the_shape(kind, data):
    held(bytes(data.draw(st.lists(st.sampled_from(MARKS[kind]), min_size=1, max_size=40))))


def test_random_bytes_have_hardly_any_shape():
    noise = random.Random(51)
    met = Counter(shape for _ in range(1000) for shape in shapes(noise.randbytes(1000)))
    assert met.total() < 40, met


def test_deep_and_long_buffers_end():
    for data in (
        b"\x81" * 100_000,
        b"\x9f" * 100_000,
        b"\x1c" * 100_000,
        b"\x0c\x00\x01" * 50_000,
        b"\xdd\xff" * 50_000,
    ):
        held(data)
