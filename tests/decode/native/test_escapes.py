"""Undoing escapes, compiled, gives what the codecs' own expressions say, and knows where it came from."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode.codecs import BY_ID
from backtalk.decode.native.escapes import ENTITIES, FORM, JSON, PERCENT, SCRIPT, around, fields, quoted_lines, undo

KINDS = {JSON: "json", SCRIPT: "escapes", PERCENT: "percent", FORM: "form", ENTITIES: "entities"}
PIECES = [
    b"%41", b"%", b"%u0041", b"%uD83D%uDE00", b"%ud83d", b"%zz", b"%2", b"+", b"\\u0041", b"\\ud83d\\ude00",
    b"\\ud83d", b"\\udc00\\ud800", b"\\", b"\\\\", b"\\n", b'\\"', b"\\x41", b"\\q", b"\\u12", b"&amp;", b"&#65;",
    b"&#x41;", b"&#1114112;", b"&#12345678;", b"&nGt;", b"&bogus;", b"&a;", b"&", b";", b"a", b"hello ", b'"', b"\n",
    b"Z9", "\u00e9".encode(), b"\xff",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=14).map(b"".join)


def told(kind, data):
    codec = BY_ID[KINDS[kind]]
    return codec.escape({}).sub(codec.replace, data)


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
@given(data=TEXTS)
def test_all_escapes_are_undone_as_their_codec_says(kind, data):
    assert undo(data, kind) == told(kind, data)


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
@given(data=TEXTS)
def test_what_stands_around_is_all_when_the_reach_is_long(kind, data):
    seen = around(data, kind, len(data))
    assert seen.data == b"\n" + told(kind, data) if seen else told(kind, data) == data


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
@given(data=TEXTS, reach=st.integers(0, 9), pick=st.data())
def test_what_is_undone_comes_from_where_it_is_said_to(kind, data, reach, pick):
    seen = around(data, kind, reach)
    if seen is None:
        return
    start = pick.draw(st.integers(1, len(seen.data) - 1)) if len(seen.data) > 1 else 0
    end = pick.draw(st.integers(start, len(seen.data)))
    if not start or b"\n" in seen.data[start:end]:
        return  # beyond one stretch, or an end of line that an escape may stand for
    ((low, high),) = seen.origins([(start, end)])
    assert 0 <= low <= high <= len(data)
    assert seen.data[start:end] in undo(data[low:high], kind)


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
@given(data=TEXTS)
def test_every_run_that_holds_an_escape_is_seen_as_a_whole(kind, data):
    undone = told(kind, data)
    seen = around(data, kind, 0)
    for word in re.split(rb"[\x00- \"\x7f]", undone):
        if seen and word not in data:
            assert any(word in line or line in word for line in seen.data.split(b"\n") if line)


def test_what_an_escape_touches_is_told_from_what_stands_beside_it():
    seen = around(b"left%41bc right here", PERCENT, 13)
    assert seen.data == b"\nleftAbc right here"
    assert seen.touched(1, 8)
    assert seen.touched(6, 8)
    assert not seen.touched(9, 14)


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
@given(data=TEXTS, pick=st.data())
def test_the_place_of_each_byte_is_that_which_expressions_tell(kind, data, pick):
    codec = BY_ID[KINDS[kind]]
    plain = type("Plain", (type(codec),), {"kind": lambda self, params: None})()
    length = len(undo(data, kind))
    bounds = pick.draw(st.lists(st.integers(0, length), min_size=2, max_size=6).map(sorted))
    spans = list(pairwise(bounds))
    assert codec.origins(data, (0, len(data)), {}, spans) == plain.origins(data, (0, len(data)), {}, spans)


def test_a_long_run_is_followed_once():
    data = b"a%41b" * 400_000  # with a look at what follows for each escape, minutes
    assert around(data, PERCENT, 0).data == b"\n" + b"aAb" * 400_000


QUOTED_LINES = re.compile(rb"^(?:[^=\r\n]++|(?:=[0-9A-Fa-f]{2})++|=[ \t]*\r?\n|\r?\n)++", re.MULTILINE)
QUOTED = re.compile(rb"=[0-9A-Fa-f]{2}|=[ \t]*\r?\n")


@given(
    st.lists(st.sampled_from([b"a", b"=", b"=2F", b"\r", b"\n", b" ", b"\t", b"=\r\n", b"b"]), max_size=30), st.data()
)
def test_quoted_lines_are_those_whose_equals_signs_are_all_escapes(pieces, choose):
    data = b"".join(pieces)
    low = choose.draw(st.integers(0, len(data)))
    high = choose.draw(st.integers(low, len(data)))
    expected = []
    for match in QUOTED_LINES.finditer(data, low, high):
        start, end = match.span()
        if end < high and data[end : end + 1] == b"=":
            end = data.rfind(b"\n", start, end) + 1 or start
        if QUOTED.search(data, start, end):
            expected.append((start, end))
    assert quoted_lines(data, low, high) == expected


BODY_FIELD = re.compile(rb"(?:\A|(?<=[&\n]))([^=&\r\n]{1,256})=([^&\r\n]*)")
QUERY_FIELD = re.compile(rb"""[?&]([^=&?#\s"'<>\\]{1,256})=([^&#\s"'<>\\]*)""")
FIELD_PIECES = [b"a", b"=", b"&", b"?", b"\r", b"\n", b" ", b"#", b"'", b"\\", b"x" * 255, b"yy"]


@given(st.lists(st.sampled_from(FIELD_PIECES), max_size=20).map(b"".join), st.booleans(), st.data())
def test_fields_of_forms_and_queries_are_where_their_delimiters_say(data, query, choose):
    field = QUERY_FIELD if query else BODY_FIELD
    low = choose.draw(st.integers(0, len(data)))
    high = choose.draw(st.integers(low, len(data)))
    for span in ((0, len(data)), (low, high)):
        expected = [(match.span(1), match.span(2)) for match in field.finditer(data, *span)]
        assert fields(data, *span, query) == expected
