"""What a walk tells: each sighting once, by its most telling path, within bounds, the same every time."""

from __future__ import annotations

import base64
import gzip
import json
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backtalk.decode import Budget, Walker, replay, tree
from backtalk.decode.scanner import LOCATIONS
from backtalk.errors import UsageError
from backtalk.model.canary import Needle
from backtalk.model.draw import Draw
from tests.decode.packaging import ALL, CANARY, needle, packed

WALKER = Walker([needle(), needle(b"kotevilamu"), needle(b"bafi")])


def named(data, walker=WALKER):
    """Each hit as (needle, codecs with the name that the codec gave, what stands there)."""
    told = []
    for hit in walker.walk(data).hits:
        steps = [(step.codec, step.params.get("path") or step.params.get("field")) for step in hit.steps]
        last = (data, *replay(data, hit.steps))[-1]
        told.append((hit.needle, steps, last[slice(*hit.found)]))
    return told


ONE = Walker([needle()])


def test_a_plain_sighting_names_its_json_path():
    data = b'{"a": [0, {"b": "see bafizopuka"}]}'
    assert named(data, ONE) == [(0, [("json", "$.a[1].b")], CANARY)]


def test_a_plain_sighting_names_its_field():
    assert named(b"https://t.example/c?x=1&q=bafizopuka", ONE) == [(0, [("form", "q")], CANARY)]
    assert named(b"x=1&q=bafizopuka&y", ONE) == [(0, [("form", "q")], CANARY)]


def test_structures_within_structures_are_named_without_an_escape():
    data = b'{"u": "https://t.example/c?q=bafizopuka"}'
    assert named(data, ONE) == [(0, [("json", "$.u"), ("form", "q")], CANARY)]
    assert named(b'data={"u":"bafizopuka"}', ONE) == [(0, [("form", "data"), ("json", "$.u")], CANARY)]


def test_base64_in_a_json_value_names_the_path():
    data = json.dumps({"p": [base64.b64encode(b"say bafizopuka").decode()]}).encode()
    assert named(data, ONE) == [(0, [("json", "$.p[0]"), ("base64", None)], CANARY)]


def test_odd_keys_are_quoted_in_paths():
    assert named(b'{"a b": {"": "bafizopuka"}}', ONE) == [(0, [("json", "$['a b']['']")], CANARY)]


def test_a_key_is_told_as_one():
    hit = ONE.walk(b'{"bafizopuka": 1}').hits[0]
    assert hit.steps[0].params == {"path": "$.bafizopuka", "key": True}


def test_one_sighting_is_told_once_though_several_codecs_reach_it():
    data = b"u=https%3A%2F%2Fbafizopuka.example%2F&amp;%20"
    assert named(data, ONE) == [(0, [("form", "u")], CANARY)]


def test_plain_and_hidden_occurrences_in_one_value_are_both_told():
    data = b"/bafizopuka/%62afizopuka/bafizopuk%61"
    assert [(len(steps), text) for _, steps, text in named(data, ONE)] == [(0, CANARY), (1, CANARY), (1, CANARY)]


def test_equal_values_in_two_fields_are_two_sightings():
    value = base64.b64encode(gzip.compress(CANARY, mtime=0)).decode()
    data = json.dumps({"a": value, "b": value}).encode()
    assert [steps[0] for _, steps, _ in named(data, ONE)] == [("json", "$.a"), ("json", "$.b")]


def test_hits_come_in_the_order_of_their_places():
    data = b'{"a":"kotevilamu","b":"bafizopuka","c":"kotevilamu"}'
    assert [(number, steps[0][1]) for number, steps, _ in named(data)] == [
        (1, "$.a"), (0, "$.b"), (2, "$.b"), (1, "$.c"),
    ]  # fmt: skip


def test_the_places_of_one_needle_are_bounded_and_the_first():
    walk = ONE.walk(b"bafizopuka " * 1000)
    assert [hit.found[0] for hit in walk.hits] == [11 * n for n in range(LOCATIONS)]


def test_needles_longer_than_an_expression_are_compared_in_full():
    long = b"ab" * 3000
    walker = Walker([needle(long + b"c"), needle(long)])
    assert [hit.needle for hit in walker.walk(long).hits] == [1]
    assert [hit.needle for hit in walker.walk(b"x" + long + b"c").hits][:2] == [0, 1]


def test_needles_are_literal():
    assert not Walker([needle(b"a.c")]).walk(b"abc").hits
    assert Walker([needle(b"\x00(\xff[")]).walk(b"..\x00(\xff[..").hits


def test_an_empty_needle_is_refused():
    with pytest.raises(UsageError, match="empty value"):
        Walker([needle(b"")])


def test_no_needles_and_no_bytes():
    walk = Walker([]).walk(b"")
    assert (walk.hits, walk.opaque, walk.read, walk.opaque_bytes, walk.cut) == ((), (), 0, 0, False)


def test_decoys_are_not_seen_in_random_data():
    draw = Draw(1, "decoys")
    decoys = [needle(draw.word(8 + number % 5).encode()) for number in range(4000)]
    walker = Walker(decoys)
    noise = random.Random(2)
    for _ in range(100):
        data = noise.randbytes(4000)
        assert not walker.walk(data).hits
        assert not walker.walk(b"data=" + base64.b64encode(data)).hits


def test_random_data_is_never_decompressed():
    noise = random.Random(4)
    for _ in range(3000):
        data = noise.randbytes(noise.randrange(16, 300))
        assert not {child.step.codec for child in tree(data).children} & {"brotli", "deflate", "zlib", "gzip", "zstd"}


@pytest.mark.parametrize(
    ("budget", "fits"),
    [
        (Budget(depth=2), False), (Budget(depth=3), True),
        (Budget(steps=2), False), (Budget(steps=30), True),
        (Budget(bytes=20), False),
    ],
)  # fmt: skip
def test_a_walk_that_its_budget_ended_says_so(budget, fits):
    data = base64.b64encode(base64.b64encode(gzip.compress(CANARY)))
    walk = Walker([needle()], budget).walk(data)
    assert walk.cut is not fits
    assert bool(walk.hits) is fits


def test_equal_buffers_are_decoded_once():
    value = base64.b64encode(gzip.compress(b"x" * 50_000 + CANARY)).decode()
    data = json.dumps({f"k{number}": value for number in range(50)}).encode()
    walk = Walker([needle()], Budget(bytes=200_000)).walk(data)
    assert not walk.cut
    assert [hit.steps[0].params["path"] for hit in walk.hits] == [f"$.k{number}" for number in range(50)]


def test_a_bomb_does_not_starve_its_neighbours():
    bomb = base64.b64encode(gzip.compress(b"a" * 30_000_000)).decode()
    data = json.dumps([bomb, base64.b64encode(CANARY + b"!").decode()]).encode()
    walk = Walker([needle()], Budget(bytes=1 << 20)).walk(data)
    assert walk.cut
    assert len(walk.hits) == 1


def test_bombs_are_cut_and_their_beginning_is_read():
    bomb = gzip.compress(CANARY + b"a" * 30_000_000)
    walk = Walker([needle()], Budget(bytes=1 << 20)).walk(b"x=1&b=" + base64.b64encode(bomb))
    assert walk.cut
    assert "length" in walk.hits[0].steps[-1].params
    outputs = replay(b"x=1&b=" + base64.b64encode(bomb), walk.hits[0].steps)
    assert outputs[-1].startswith(CANARY)
    assert len(outputs[-1]) < 1 << 20


def test_gzip_in_gzip_in_gzip_ends_at_the_depth():
    data = CANARY
    for _ in range(30):
        data = gzip.compress(data, mtime=0)
    walk = ONE.walk(data)
    assert walk.cut
    assert not walk.hits


HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.sampled_from(
            [b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0062", b"\\ud83d", b"%62", b"%", b"%25", b"&", b"&amp;",
            b"&#98;",             b"&#1114112;", b"=", b"a=", b"?a=", b"+", b"\r\n", b"--b\r\nA: b\r\n\r\n",
             b"--b", b"\x1f\x8b\x08\x00",
             b"x\x9c", b"\x28\xb5\x2f\xfd", b"bafizopuka", b"afizopuka", b"YmFmaXpvcHVrYQ==", b"626166697a6f70756b61",
             b"\x00", b"\xff", b",", b":", b" ", gzip.compress(b"bafizopuka", mtime=0)]
        ),
        max_size=40,
    ).map(b"".join),
    st.tuples(st.lists(st.sampled_from(sorted(ALL)), max_size=4), st.binary(max_size=40)).map(lambda x: packed(*x)),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(HOSTILE)
@example(b'{"\\ud800":"\\udc00\\u0062"}')
@example(b'"\\')
@example(b"--b\r\nA: b\r\n\r\n")
def test_hostile_bytes_never_fail_and_every_hit_replays(data):
    walk = WALKER.walk(data)
    assert walk.read + walk.opaque_bytes == len(data)
    assert 0 <= walk.opaque_bytes <= len(data)
    assert walk == Walker([needle(), needle(b"kotevilamu"), needle(b"bafi")]).walk(data)
    for hit in walk.hits:
        last = (data, *replay(data, hit.steps))[-1]
        assert last[slice(*hit.found)].lower() == (CANARY, b"kotevilamu", b"bafi")[hit.needle]
    for item in walk.opaque:
        last = (data, *replay(data, item.steps))[-1]
        assert 0 <= item.span[0] < item.span[1] <= len(last)
    assert (CANARY not in data) or any(hit.needle == 0 for hit in walk.hits)


@settings(max_examples=150, deadline=None)
@given(HOSTILE)
def test_every_node_of_a_tree_replays_from_the_one_above(data):
    nodes = [tree(data)]
    while nodes:
        node = nodes.pop()
        for child in node.children:
            assert replay(node.data, [child.step]) == (child.data,)
        assert all(0 <= item.span[0] < item.span[1] <= len(node.data) for item in node.opaque)
        nodes += node.children


def test_a_hit_names_the_needle_and_not_its_canary():
    walk = Walker([Needle(canary=7, match="prefix", literal=b"bafi")]).walk(b"q=bafi")
    assert [hit.needle for hit in walk.hits] == [0]


@pytest.mark.parametrize(
    "blob", [b"eyJhIjoiYiJ9Cg==", b"eyJhIjoiYiJ9Cg==\neyJhIjoiYiJ9Cg==\n", b"https://t.example/?eyJhIjoiYiJ9Cg=="]
)
def test_the_padding_of_base64_is_no_value_of_a_form(blob):
    assert {child.step.codec for child in tree(blob).children} == {"base64"}


@pytest.mark.parametrize(
    "text", [b"Content-Encoding", b'{"name":"Sec-WebSocket-Version"}', b"a Transfer-Encoding of three words"]
)
def test_words_are_no_layers_in_the_tree_as_they_are_none_in_a_search(text):
    assert not [node for node in below(tree(text)) if node.step and node.step.codec == "base64"]


def test_a_few_letters_within_binary_data_are_no_fields():
    noise = random.Random(7).randbytes(64)
    root = tree(noise + b"\xff?a=u&b1=cd\xff" + noise + b"\xff?name=kobalumi&word=mirotakesu&\xff" + noise)
    assert [node.data for node in below(root)[1:]] == [b"kobalumi", b"mirotakesu"]


def test_many_quotes_in_binary_data_cost_no_more_each_the_more_there_are():
    data = (
        random.Random(7).randbytes(1 << 16) + b'\xff"' * 500_000
    )  # took minutes when each looked back to the beginning
    assert tree(data).opaque


def below(node):
    return [node, *(one for child in node.children for one in below(child))]


@pytest.mark.parametrize("last", range(1, 40))
def test_a_last_line_of_any_length_is_read_as_far_as_it_goes(last):
    line = base64.b64encode(b"mirotakesu is a word that was never written down anywhere else")[:64]
    text = b"xy" + line + b"\n" + line[:last] + b"\n"
    assert WALKER.walk(text).read >= 64
    assert tree(text).children


def test_buffers_that_begin_and_end_alike_are_told_apart():
    ends = b"%22" + b"plain words " * 40
    first, second = (ends + middle + ends for middle in (b"kotevilamu", CANARY))
    hits = WALKER.walk(b"a=" + first + b"&b=" + second).hits
    told = [(hit.needle, hit.steps[0].params["field"]) for hit in hits if hit.needle < 2]
    assert told == [(1, "a"), (0, "b")]
