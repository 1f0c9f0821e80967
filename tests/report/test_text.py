import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.report.text import DASH, count, percent, seconds, shown, size, utc

ANY = st.text(alphabet=st.characters(), max_size=200)


@given(ANY)
def test_nothing_hidden_is_left(text):
    assert {unicodedata.category(letter) for letter in shown(text)} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    } == set()


@given(ANY)
def test_what_was_shown_once_is_shown_the_same_again(text):
    assert shown(shown(text)) == shown(text)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=200))
def test_plain_text_is_left_as_it_is(text):
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\0b\r\n", "a⟨NUL⟩b⟨CR⟩⟨LF⟩"),
        ("\x1b[31m", "⟨ESC⟩[31m"),
        ("\u200b\ufeff", "⟨U+200B⟩⟨U+FEFF⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("Grüße 东京", "Grüße 东京"),
        ("e" + "\u0301" * 5, "e\u0301\u0301\u0301⟨U+0301⟩⟨U+0301⟩"),
    ],
)
def test_controls_are_spelled_out(text, expected):
    assert shown(text) == expected


def test_long_text_is_cut_and_its_length_told():
    assert shown("x" * 1_048_576, 10) == "x" * 10 + "… (1,048,576 characters in all)"
    assert shown("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    ("octets", "expected"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
     (2_048_000, "2.0 MB"), (5 * 10**15, "5,000.0 TB")],
)  # fmt: skip
def test_sizes(octets, expected):
    assert size(octets) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [(0.0, DASH), (-1.0, DASH), (1e300, DASH), (1_588_204_800.9, "2020-04-30 00:00:00 UTC")],
)
def test_moments_are_told_in_utc_or_not_at_all(at, expected):
    assert utc(at) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.776, "78 %"), (0.632, "63 %"), (0.0, "0 %"), (0.001, "under 1 %"), (0.9999, "over 99 %"), (1.0, "100 %")],
)
def test_shares_are_never_rounded_to_certainty(share, expected):
    assert percent(share) == expected


def test_durations_and_counts():
    assert [seconds(value) for value in (0.84, 42.4, 185)] == ["0.8 s", "42 s", "3 min 05 s"]
    assert [count(number, "stimulus", "stimuli") for number in (1, 2000)] == ["1 stimulus", "2,000 stimuli"]
