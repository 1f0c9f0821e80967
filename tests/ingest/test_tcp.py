"""Segments in any order, twice over and overlapping, give the bytes that were sent."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from backtalk.ingest.tcp import Half, Lost


@st.composite
def scrambled(draw):
    data = draw(st.binary(min_size=1, max_size=400))
    start = draw(st.integers(0, 2**32 - 1))
    cuts = sorted(draw(st.sets(st.integers(0, len(data)), max_size=12)) | {0, len(data)})
    pieces = [(a, data[a:b]) for a, b in itertools.pairwise(cuts)]
    for _ in range(draw(st.integers(0, 4))):
        a = draw(st.integers(0, len(data)))
        pieces.append((a, data[a : draw(st.integers(a, len(data)))]))
    return data, start, draw(st.permutations(pieces))


@given(scrambled())
def test_any_order_gives_the_bytes_once(given_pieces):
    data, start, pieces = given_pieces
    half = Half()
    out = half.add(start, b"", syn=True)
    for offset, piece in pieces:
        out += half.add((start + 1 + offset) % 2**32, piece)
    assert b"".join(out) == data
    assert half.end() == []


@given(st.binary(min_size=1, max_size=50), st.integers(1, 9), st.binary(min_size=1, max_size=50))
def test_what_never_came_is_told_where_it_is_missing(before, hole, after):
    half = Half()
    out = half.add(7, before) + half.add(7 + len(before) + hole, after) + half.end()
    assert out == [before, Lost(hole), after]


def test_a_packet_that_the_capture_cut_short_is_a_hole_at_once():
    half = Half()
    assert half.add(1, b"abc", missing=5) == [b"abc", Lost(5)]
    assert half.add(9, b"next") == [b"next"]


def test_a_hole_does_not_hold_back_gigabytes(monkeypatch):
    monkeypatch.setattr("backtalk.ingest.tcp.PENDING", 10)
    half = Half()
    half.add(0, b"x")
    out = [item for place in range(5, 50, 5) for item in half.add(place, b"12345")]
    assert out[0] == Lost(4)
    assert b"".join(out[1:]).startswith(b"12345" * 3)


def test_a_hole_does_not_hold_back_more_segments_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr("backtalk.ingest.tcp.SEGMENTS", 10)
    half = Half()
    half.add(0, b"x")
    assert [item for place in range(2, 40, 2) for item in half.add(place, b"y")][:3] == [Lost(1), b"y", Lost(1)]


def test_each_segment_is_placed_once_however_many_wait(monkeypatch):
    placed = []
    place = Half._place
    monkeypatch.setattr(Half, "_place", lambda half, sequence: placed.append(sequence) or place(half, sequence))
    half = Half()
    half.add(0, b"x")
    for at in range(2, 4000, 2):
        assert half.add(at, b"y") == []
    assert half.add(1, b"z" * 4000) == [b"z" * 4000]
    assert len(placed) <= 2001
