"""Messages survive the way to bytes and back, however they are cut; what is none breaks the connection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.adb.message import HEAD, OKAY, WRTE, Framer, Message, encode

WORD = st.integers(0, 0xFFFFFFFF)
MESSAGES = st.lists(st.builds(Message, WORD, WORD, WORD, st.binary(max_size=200)), max_size=8)


@given(MESSAGES, st.integers(1, 50), st.booleans())
def test_messages_come_back_from_any_pieces(messages, size, summed):
    stream = b"".join(encode(one, summed=summed) for one in messages)
    framer = Framer(200)
    framer.summed = summed
    told = [one for at in range(0, len(stream), size) for one in framer.feed(stream[at : at + size])]
    assert (told, framer.broken, framer.held) == (messages, "", 0)


@given(st.binary(max_size=400))
def test_no_more_is_held_than_one_message(data):
    framer = Framer(100)
    list(framer.feed(data))
    assert framer.held < 100 + HEAD


@pytest.mark.parametrize(
    ("bent", "why"),
    [
        (encode(Message(OKAY, 1, 2))[:20] + bytes(4), "head"),
        (encode(Message(WRTE, 1, 2, bytes(101))), "101 bytes"),
        (encode(Message(WRTE, 1, 2, b"abc"))[:-1] + b"d", "sum"),
        (b"GET / HTTP/1.1\r\nHost: phone\r\n\r\n", "head"),
    ],
)
def test_what_is_no_message_ends_it(bent, why):
    framer = Framer(100)
    assert list(framer.feed(encode(Message(OKAY, 5, 6)) + bent + encode(Message(OKAY, 7, 8)))) == [Message(OKAY, 5, 6)]
    assert why in framer.broken
    assert framer.held == 0
