"""Canaries exist nowhere else, and none shows up inside another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.detect.mint import COMMON, LETTERS, OTHER_LETTERS, PREFIX, Mint
from backtalk.errors import UsageError

KINDS = ("host", "path", "query", "text", "text", "host", "path", "query", "control", "spike", "spike", "spike")


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0), st.text(max_size=30))
def test_no_word_begins_like_another_or_inside_a_planted_one(seed, session):
    mint = Mint(seed, session)
    planted = [mint.word(kind, f"s{number}") for number, kind in enumerate(KINDS)]
    decoys = mint.decoys(1000)
    words = [one.value for one in (*planted, *decoys)]
    beginnings = [word[:PREFIX] for word in words]
    assert len(set(beginnings)) == len(words) == 1012
    for one in planted:
        assert not any(one.value.find(beginning) > 0 for beginning in beginnings)
    assert not any(beginning in COMMON.split() for beginning in beginnings)


def test_decoys_drawn_first_do_not_stand_inside_what_is_planted_later():
    mint = Mint(5, "s")
    beginnings = {one.value[:PREFIX] for one in mint.decoys(1000)}
    for number, kind in enumerate(KINDS * 2):
        value = mint.word(kind, f"s{number}").value
        assert not any(beginning in value for beginning in beginnings)


@pytest.mark.parametrize("kind", KINDS)
def test_words_are_as_long_as_their_kind_asks(kind):
    shortest, longest = LETTERS.get(kind, OTHER_LETTERS)
    mint = Mint(1, "s")
    words = [mint.word(kind, "x").value for _ in range(60)]
    assert {len(word) for word in words} == set(range(shortest, longest + 1))
    assert all(word.isalpha() and word.islower() and word.isascii() for word in words)


def test_a_mint_is_drawn_from_seed_and_session_alone():
    def drawn(seed: int, session: str) -> list[str]:
        mint = Mint(seed, session)
        return [mint.word("text", "a").value, *(one.value for one in mint.decoys(3))]

    assert drawn(1, "s") == drawn(1, "s")
    assert not set(drawn(1, "s")) & set(drawn(2, "s"))
    assert not set(drawn(1, "s")) & set(drawn(1, "t"))


def test_what_is_planted_does_not_depend_on_the_number_of_decoys():
    one, other = Mint(3, "s"), Mint(3, "s")
    first = [one.word("text", "a"), *one.decoys(5)]
    second = [other.word("text", "a"), *other.decoys(500)]
    assert first == second[:6]


def test_decoys_are_never_planted():
    assert all(one.decoy and one.stimulus == "" and one.session == "s" for one in Mint(1, "s").decoys(20))


def test_words_run_out_with_a_message():
    with pytest.raises(UsageError, match="more canaries"):
        Mint(1, "s").decoys(6000)
