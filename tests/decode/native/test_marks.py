"""The marks of escapes, against regular expressions."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.native.marks import KINDS, Marks

EXPRESSIONS = {
    "plus": rb"\+",
    "percent": rb"%u?[0-9A-Fa-f]{2}",
    "entity": rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});",
    "json": rb'\\["\\/bfnrtu]',
    "script": rb'\\["\\/bfnrtux]',
    "units": rb"(?s)(?:[\t\n\r\x20-\x7e]\0){6}|(?:\0[\t\n\r\x20-\x7e]){6}"
    rb"|(?:[\t\n\r\x20-\x7e]\0\0\0){4}|(?:\0\0\0[\t\n\r\x20-\x7e]){4}",
    "wide": rb"(?:[\xe0-\xe8][\x80-\xbf]{2}[\x20-\x7e]?){4}",
}
PIECES = (
    *(
        b"+",
        b"%",
        b"u",
        b"4f",
        b"%u",
        b"&",
        b"#",
        b"x",
        b"12",
        b";",
        b"amp",
        b"a" * 30,
        b"1" * 6,
        b"\\",
        b'"',
        b"n",
        b" ",
    ),
    *(b"\xe4", b"\xe4\xb8", b"\xe4\xb8\xad", b"\xe4\xb8\xad" * 2, b"\xe9", b"\x80", b"\x00", b"plain text of letters"),
    *(
        "utf-16".encode("utf-16-le"),
        "wi\tde".encode("utf-16-be"),
        "four".encode("utf-32-le"),
        "four".encode("utf-32-be"),
    ),
    *(b"a\0" * 3, b"\0\0\0", b"b\0\0\0", b"\0c" * 4),
)
LUMPS = st.lists(st.sampled_from(PIECES), max_size=24).map(b"".join)


def expected(data):
    return tuple(kind for kind in KINDS if re.search(EXPRESSIONS[kind], data))


def test_every_kind_is_tested():
    assert set(KINDS) == set(EXPRESSIONS)


@given(LUMPS)
def test_the_marks_of_a_text_are_what_expressions_match(data):
    assert Marks(data, [(0, len(data))]).kinds == expected(data)


@given(st.lists(LUMPS, max_size=6), st.sets(st.sampled_from(KINDS)))
def test_marks_are_told_by_the_stretch_they_stand_in(pieces, kinds):
    data, stretches = b"", []
    for piece in pieces:
        stretches.append((len(data), len(data) + len(piece)))
        data += piece
    marks = Marks(data, stretches)
    told = {kind for piece in pieces for kind in expected(piece)} - {"units"}
    assert set(marks.kinds) == told | ({"units"} & set(expected(data)))
    kinds = kinds - {"units"}
    held = [stretch for stretch, piece in zip(stretches, pieces, strict=True) if not kinds.isdisjoint(expected(piece))]
    assert marks.within(kinds) == held


def test_random_letters_have_the_marks_that_expressions_match():
    noise = random.Random(31)
    for _ in range(3000):
        data = bytes(noise.choices(b'+%u4fF&#xX0a;\\"n/\xe0\xe8\xb8\x80 ', k=noise.randrange(40)))
        assert Marks(data, [(0, len(data))]).kinds == expected(data)


@pytest.mark.parametrize("stretch", [(-1, 3), (0, 4), (3, 2), (2, 9)])
def test_a_stretch_that_is_none_has_no_marks(stretch):
    assert not Marks(b"+++", [stretch]).kinds
