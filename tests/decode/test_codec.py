"""Where the bytes of an undone text came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode import CODECS
from backtalk.decode.budget import Budget, Meter
from backtalk.decode.codec import Buffer, Names, Structure, Substitution
from backtalk.decode.codecs import BY_ID
from backtalk.decode.native.spans import gaps, merged

TEXTUAL = [codec for codec in CODECS if isinstance(codec, Substitution)]
PIECES = st.lists(
    st.sampled_from(["a", "bc", "é", "%41", "%C3%A9", "+", "\\n", "\\u00e9\\u0041", "\\\\\\\\", "&amp;", "&#65;"])
)


@pytest.mark.parametrize("codec", TEXTUAL, ids=lambda codec: codec.ID)
@given(pieces=PIECES, data=st.data())
def test_an_origin_holds_the_packed_form_of_what_it_is_the_origin_of(codec, pieces, data):
    packed = "".join(pieces).encode()
    undone = codec.substitute(packed, {})
    if not undone:
        return
    low = data.draw(st.integers(0, len(undone) - 1))
    high = data.draw(st.integers(low + 1, len(undone)))
    whole = b"((" + packed + b"))"
    ((start, end),) = codec.origins(whole, (2, 2 + len(packed)), {}, [(low, high)])
    assert 2 <= start < end <= 2 + len(packed)
    if undone[low:high].isascii() and undone[low:high].isalnum() and codec.substitute(whole[start:end], {}).isascii():
        assert undone[low:high] in codec.substitute(whole[start:end], {}) or len(whole[start:end]) < high - low + 6


def test_an_origin_is_exact_beside_escapes():
    codec = BY_ID["percent"]
    assert isinstance(codec, Substitution)
    packed = b"%41%42word%43"
    assert codec.origins(packed, (0, len(packed)), {}, [(2, 6), (0, 2), (6, 7), (1, 7)]).tolist() == [
        (6, 10), (0, 6), (10, 13), (3, 13),
    ]  # fmt: skip


NAMED = st.lists(st.sampled_from([*"a&=?\\n\"' {}[]:,+%;", "%41", "&a=", "?b=c+d", '{"a":"', '","b":"', "\\\\n", "é"]))


@pytest.mark.parametrize("name", ["form", "json"])
@given(pieces=NAMED, data=st.data())
def test_values_near_some_ranges_are_all_that_touch_them(name, pieces, data):
    codec = BY_ID[name]
    assert isinstance(codec, Structure)
    packed = "".join(pieces).encode()
    bounds = st.integers(0, len(packed))
    places = merged(data.draw(st.lists(st.tuples(bounds, bounds), max_size=4)))
    near, leaves = codec.near(packed, places), codec.leaves(packed)
    assert [leaf for leaf in leaves if leaf in near] == list(near)
    touching = [leaf for leaf in leaves for low, high in places if low < leaf.span[1] and leaf.span[0] < high]
    assert all(leaf in near for leaf in touching)


@pytest.mark.parametrize("name", ["form", "json"])
@given(pieces=NAMED, data=st.data())
def test_a_range_that_hides_no_value_holds_only_plain_ones(name, pieces, data):
    codec = BY_ID[name]
    assert isinstance(codec, Names)
    packed = "".join(pieces).encode()
    low = data.draw(st.integers(0, len(packed)))
    high = data.draw(st.integers(low, len(packed)))
    if codec.hides(packed, (low, high)):
        return
    within = [leaf for leaf in codec.leaves(packed) if low <= leaf.span[0] and leaf.span[1] <= high]
    assert all(codec.plain(packed[slice(*leaf.span)], leaf.params) for leaf in within)


def test_every_codec_says_what_it_is():
    for codec in CODECS:
        assert codec.ID.islower()
        assert codec.REFERENCES
        assert all(limitation and limitation[-1] != "." for limitation in codec.LIMITATIONS)
    assert len(BY_ID) == len(CODECS)


@given(
    st.lists(st.sampled_from([b"%41", b"%2", b"a", b" ", b'"', b"\\u0041", b"&amp;", b"\n", b"b" * 20]), max_size=24),
    st.data(),
)
@pytest.mark.parametrize("name", ["percent", "escapes", "entities"])
def test_escapes_are_undone_wherever_that_is_worth_it_and_nowhere_else(name, pieces, data):
    codec = BY_ID[name]
    packed = b"".join(pieces)
    bounds = st.integers(0, len(packed))
    worth = merged(data.draw(st.lists(st.tuples(bounds, bounds), max_size=4)))
    free = gaps(len(packed), data.draw(st.lists(st.tuples(bounds, bounds), max_size=2)))
    everywhere, some = Buffer(packed), Buffer(packed)
    some.worth = worth
    meter = Meter(Budget())
    layers = list(codec.layers(everywhere, free, meter))
    expected = [layer for layer in layers if any(low < layer.span[1] and layer.span[0] < high for low, high in worth)]
    assert list(codec.layers(some, free, meter)) == expected
