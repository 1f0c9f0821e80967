"""Whatever a canary is packed in, up to five layers, it is found, and its steps replay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.decode import Walker, replay, tree
from tests.decode.packaging import ALL, CANARY, needle, packed

WALKER = Walker([needle()])
TEXTS = [CANARY, b"https://" + CANARY + b".example/a?b=c&d=e", b'{"url":"https:\\/\\/' + CANARY + b'.example"}']


def found(data):
    walk = WALKER.walk(data)
    assert walk.read + walk.opaque_bytes == len(data)
    for hit in walk.hits:
        last = (data, *replay(data, hit.steps))[-1]
        assert last[slice(*hit.found)].lower() == CANARY
    return walk.hits


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("text", TEXTS)
def test_one_layer(name, text):
    assert found(packed([name], text))


@pytest.mark.parametrize("outer", sorted(ALL))
@pytest.mark.parametrize("inner", sorted(ALL))
def test_two_layers(inner, outer):
    for text in TEXTS:
        assert found(packed([inner, outer], text))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted(ALL)), min_size=1, max_size=5), st.sampled_from(TEXTS))
def test_up_to_five_layers(names, text):
    data = packed(names, text)
    hits = found(data)
    assert hits
    assert hits == WALKER.walk(data).hits


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(ALL)), min_size=1, max_size=4), st.sampled_from(TEXTS))
def test_the_tree_shows_the_way_as_well(names, text):
    data = packed(names, text)
    nodes = [tree(data)]
    while nodes:
        node = nodes.pop()
        if CANARY in node.data:
            return
        nodes += node.children
    raise AssertionError("no node holds the canary")
