from hypothesis import given
from hypothesis import strategies as st

from backtalk.report.excerpt import AROUND, HEAD, TAIL, excerpt

SPAN = st.tuples(st.integers(-5, 700), st.integers(-5, 700))


def marked(lines, part="pieces"):
    return "".join(piece.text for line in lines for piece in getattr(line, part) if piece.marked)


@given(st.binary(max_size=600), SPAN)
def test_any_bytes_and_any_span_are_shown_within_bounds(data, span):
    told = excerpt(data, span)
    start, stop = told.span
    assert 0 <= start <= stop <= len(data)
    shown = sum(len(piece.text) for line in told.lines for piece in (line.side or line.pieces))
    assert shown <= HEAD + TAIL + 2 * AROUND
    whole = stop - start <= HEAD + TAIL
    assert len(marked(told.lines, "side" if told.form == "hex" else "pieces")) == (
        stop - start if whole else HEAD + TAIL
    )


@given(st.binary(min_size=1, max_size=600), SPAN)
def test_a_dump_shows_the_very_bytes(data, span):
    told = excerpt(data, span)
    for line in told.lines if told.form == "hex" else ():
        said = bytes.fromhex(" ".join(piece.text for piece in line.pieces))
        assert said == data[line.offset : line.offset + len(said)]


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=150), SPAN)
def test_readable_bytes_are_shown_as_text(text, span):
    told = excerpt(text.encode(), span)
    start, stop = told.span
    assert told.form == "text"
    assert marked(told.lines) == text[start:stop]


def test_what_is_left_out_of_a_long_span_is_counted():
    told = excerpt(b"(" + b"a" * 5000 + b")", (1, 5001))
    assert [line.skipped for line in told.lines if line.skipped] == [5000 - HEAD - TAIL]


def test_nothing_at_all():
    assert excerpt(b"", (0, 0)).lines == ()


def test_a_terminal_is_never_sent_a_control_byte():
    told = excerpt(b"Host: a\x1b[2J\r\nX: \x07 and a good deal of plain text beside it\n", (6, 9))
    assert told.form == "text"
    assert "".join(piece.text for line in told.lines for piece in line.pieces).isprintable()
