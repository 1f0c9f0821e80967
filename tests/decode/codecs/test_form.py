"""Fields near a place are those that all fields name there."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from backtalk.decode.codecs import BY_ID
from backtalk.decode.codecs.form import Form
from backtalk.decode.native.spans import merged

CODEC = BY_ID["form"]
PIECES = st.sampled_from(
    [b"a", b"name", b"=", b"==", b"&", b"?", b"?q=", b"&b=", b"%3D", b"+", b"#", b" ", b'"', b"<", b"\\", b"\r\n",
     b"\n", b"\x0b", b"\xff", b"n" * 300, b"https://a.example/?x=1&y=2#z=3"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map(b"".join), st.integers(0, 400), st.integers(1, 40))
@example(b"a=1\nb=2&c=3", 6, 3)
@example(b"u: https://a.example/?a=1?b=2 ?c=3", 22, 2)
def test_fields_near_a_place_are_those_that_overlap_it(data, start, size):
    assert isinstance(CODEC, Form)
    everything = list(CODEC.leaves(data))
    near = list(CODEC.near(data, [(start, start + size)]))
    assert [leaf for leaf in everything if leaf in near] == near
    assert all(leaf in near for leaf in everything if leaf.span[0] < start + size and start < leaf.span[1])


@given(st.lists(PIECES, max_size=14).map(b"".join), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
@example(b"aaaaaa%41?b=c+d?b=c+d\\", [(0, 1), (2, 22)])
def test_fields_near_several_places_are_told_once(data, places):
    assert isinstance(CODEC, Form)
    several = merged((min(low, len(data)), min(high, len(data))) for low, high in places)
    near = CODEC.near(data, several)
    everything = CODEC.leaves(data)
    assert [leaf for leaf in everything if leaf in near] == list(near)
    assert all(
        leaf in near for leaf in everything for low, high in several if low < leaf.span[1] and leaf.span[0] < high
    )
