"""Header fields of HTTP/3, after the examples of RFC 9204, appendix B."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.ingest.wire.qpack import Blocked, Table, Unreadable


def test_a_literal_with_a_static_name():
    assert Table().fields(bytes.fromhex("0000510b2f696e6465782e68746d6c")) == [(b":path", b"/index.html")]


def test_the_dynamic_table_of_the_appendix():
    table = Table()
    table.most = 220
    block = bytes.fromhex("03811011")
    with pytest.raises(Blocked):
        table.fields(block)
    table.feed(bytes.fromhex("3fbd01c00f7777772e6578616d706c652e636f6d"))
    with pytest.raises(Blocked):
        table.fields(block)
    table.feed(bytes.fromhex("c10c2f73616d706c652f70617468"))
    assert table.fields(block) == [(b":authority", b"www.example.com"), (b":path", b"/sample/path")]
    table.feed(bytes.fromhex("4a637573746f6d2d6b65790c637573746f6d2d76616c7565"))
    table.feed(bytes.fromhex("02"))
    assert table.fields(bytes.fromhex("050080c181")) == [
        *((b":authority", b"www.example.com"), (b":path", b"/"), (b"custom-key", b"custom-value"))
    ]
    table.feed(bytes.fromhex("810d637573746f6d2d76616c756532"))
    assert table.inserted == 5
    assert table.relative(0, 5) == (b"custom-key", b"custom-value2")


@given(st.lists(st.binary(max_size=20), max_size=6), st.binary(max_size=40))
def test_any_bytes_are_fields_or_refused(instructions, block):
    table = Table()
    try:
        for piece in instructions:
            table.feed(piece)
        table.fields(block)
    except (Unreadable, Blocked):
        pass
