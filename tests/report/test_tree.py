"""The tree on the terminal: exact, bounded, harmless, and no wider than the window."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from backtalk.model.decoding import Node, Opaque, Step
from backtalk.report.tree import FEW, MANY, tree_lines


def node(data: bytes, *children: Node, span=None, codec="json", opaque=(), **params) -> Node:
    step = Step(codec=codec, version=1, span=span or (0, len(data)), params=params)
    return Node(step=step, data=data, children=children, opaque=opaque)


def root(data: bytes, *children: Node, opaque=()) -> Node:
    return Node(step=None, data=data, children=children, opaque=opaque)


def lines(tree: Node, width=100, encoding="utf-8", **options) -> list[str]:
    console = Console(file=io.TextIOWrapper(io.BytesIO(), encoding=encoding), width=width)
    return [line.plain for line in tree_lines(tree, console, **options)]


def test_a_layer_tells_codec_params_span_sizes_and_how_it_begins():
    drawn = lines(root(b"%41b", node(b"Ab", span=(0, 4), codec="form", field="q", plus=False)))
    assert drawn == ['input  4 bytes  "%41b"', '└─ form field=q plus=False  [0:4]  4 → 2 bytes  "Ab"']


def test_binary_data_is_dumped_with_offsets_and_unread_stretches_with_theirs():
    data = bytes(range(40)) + b"plain letters"
    opaque = (Opaque(reason="binary, no codec fits", span=(16, 36)),)
    drawn = lines(root(data, opaque=opaque))
    assert drawn[1].split("  ")[1:] == ["0", "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f", "················"]
    assert drawn[3] == "└─ unread  [16:36]  20 bytes  binary, no codec fits"
    assert [line.split()[0] for line in drawn[4:]] == ["16", "32"]


def test_layers_and_unread_stretches_stand_in_the_order_of_their_bytes():
    opaque = (Opaque(reason="token", span=(4, 8)),)
    drawn = lines(root(b"aaaabbbbcccc", node(b"cccc", span=(8, 12)), node(b"aaaa", span=(0, 4)), opaque=opaque))
    assert [line.split()[1] for line in drawn[1:]] == ["json", "unread", "json"]


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\u202e", "\x9b31m", "\u200b", "\x07", "[bold red]x[/]", "\r"])
def test_what_acts_on_a_terminal_is_spelled_out_wherever_it_stands(hostile):
    tree = node(hostile.encode() * 3, codec="form", opaque=(Opaque(reason=hostile, span=(0, 1)),), field=hostile)
    drawn = "\n".join(lines(root(hostile.encode(), tree)))
    assert all(letter.isprintable() or letter == "\n" for letter in drawn)
    assert ("[bold red]x[/]" in drawn) is hostile.startswith("[bold")


def test_many_children_are_cut_with_their_number_and_the_telling_ones_stay():
    children = [node(b"x", span=(at, at + 1)) for at in range(100)]
    children[90] = node(b"xy", node(b"y", span=(1, 2)), span=(90, 92))
    drawn = lines(root(b"x" * 200, *children))
    assert drawn[-1] == f"└─ … {100 - FEW} more layers: --all"
    assert any("[90:92]" in line for line in drawn)
    assert not any("more layer" in line for line in lines(root(b"x" * 200, *children), everything=True))


def test_all_in_all_no_more_than_many_are_drawn():
    below = [node(b"x", *(node(b"x", span=(at, at + 1)) for at in range(20)), span=(at, at + 1)) for at in range(20)]
    drawn = lines(root(b"x" * 20, *below))
    assert sum("json" in line for line in drawn) == MANY
    assert sum(int(line.split("… ")[1].split()[0]) for line in drawn if "more layer" in line) == 420 - MANY


def test_many_unread_stretches_are_summed_up():
    opaque = tuple(Opaque(reason="token", span=(at, at + 20)) for at in range(0, 400, 20))
    assert lines(root(b"x" * 400, opaque=opaque))[-1] == "└─ … 8 more unread stretches, 160 bytes"


def test_a_poor_console_gets_ascii():
    drawn = lines(root("日\n".encode() * 30 + b"\xc3", node(b"\xff" * 30)), encoding="ascii")
    assert "".join(drawn).isascii()


@given(
    st.recursive(
        st.builds(node, st.binary(max_size=80), field=st.text(max_size=40)),
        lambda inner: st.builds(
            lambda data, children: node(data, *children), st.binary(max_size=200), st.lists(inner, max_size=3)
        ),
        max_leaves=12,
    ),
    st.integers(40, 200),
)
def test_whatever_is_in_it_lines_are_printable_and_fit(tree, width):
    for line in lines(root(b"\xe6\x97\xa5" * 50, tree), width):
        assert all(letter.isprintable() or letter.isspace() for letter in line)
        assert not set(line) & set("\n\r\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")
        assert cell_len(line) <= width
