"""What is wrong with a plan is told with the file and the line in which it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.errors import PlanError
from backtalk.pipeline import plans
from backtalk.pipeline.toml_lines import line_of

TEXT = plans.starting_plan(
    "mine", 7, repeats=2, conditions=["normal-on", "private-on"], subjects=["chromium", "firefox"]
)
LINES = TEXT.decode().splitlines()


def refused(text: bytes) -> str:
    with pytest.raises(PlanError) as error:
        plans.load(text, "mine.toml")
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('name = "mine"', 'name = "My case"', "which names the case folder"),
        ("repeats = 2", "repeats = 0", "at least 1"),
        ("repeats = 2", 'repeats = "two"', "it must be int here, not str"),
        ("seed = 7", "seed = -1", "seed must be"),
        ("spikes = 3", "spikes = 99", "1 to 50"),
        ("idle = 10", "idles = 10", "there is no key 'idles'"),
        ('driver = "firefox"', 'driver = "netscape"', "is none of"),
        ('driver = "firefox"', "driver = 3", "it must be str here, not int"),
        ('mode = "private"', 'mode = "secret"', "Invalid enum value 'secret'"),
        ('id = "private-on"', 'id = "normal-on"', "stands twice"),
        ('driver = "chromium"', 'drivers = "chromium"', "there is no key 'drivers'"),
        ("decoys = 1000", "decoys = ", "not TOML: Invalid value"),
    ],
)
def test_the_line_is_that_of_the_mistake(before, after, says):
    said = refused(TEXT.replace(before.encode(), after.encode(), 1))
    line = next(at for at, line in enumerate(LINES, 1) if before in line)
    assert said.startswith(f"mine.toml, line {line}: the plan cannot be used: ")
    assert says in said


def test_a_key_that_is_missing_from_a_table_is_told_at_its_head():
    said = refused(TEXT.replace(b'driver = "firefox"\n', b""))
    heads = [at for at, line in enumerate(LINES, 1) if line == "[[subjects]]"]
    assert said.startswith(f"mine.toml, line {heads[1]}: the plan cannot be used: the key 'driver' is missing")


def test_where_there_is_no_line_none_is_named():
    assert refused(b'name = "mine"\n').startswith("mine.toml: the plan cannot be used: the key 'seed' is missing.")
    with pytest.raises(PlanError, match=r"\Athe plan cannot be used: "):
        plans.load(b'name = "mine"\n')


def test_bytes_that_are_no_text_and_text_that_ends_early():
    assert refused(TEXT + b"\xff").startswith(
        f"mine.toml, line {len(LINES) + 1}: the plan cannot be used: it is not UTF-8"
    )
    assert "line 1:" in refused(b'name = "mi')


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_and_no_path_break_the_search_for_a_line(text, path):
    assert 0 <= line_of(text, path) <= len(text.splitlines())


@given(st.binary(max_size=200))
def test_whatever_is_no_plan_is_refused_in_one_line(data):
    refused(data)
