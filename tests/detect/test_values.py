"""Which values leave, and how much each can tell apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.detect.identifiers import BITS
from backtalk.detect.values import bits, sent
from backtalk.model.capture import Exchange, Part


def leaving(url: bytes = b"", header: bytes = b"", body: bytes = b"") -> set[tuple[str, str, str]]:
    parts = (
        Part(name="request.url", data=url),
        Part(name="request.header", data=header),
        Part(name="request.body", data=body),
    )
    return {(kind, field, value) for kind, _, field, value in sent(Exchange(index=0, kind="http", parts=parts))}


def test_values_are_taken_from_every_place_that_names_one():
    assert leaving(
        url=b"https://a.example/?id=9f8e7d6c5b4a&x=1",
        header=b"Cookie: a=1; uid=abc123def456\r\nX-Client: zz99yy88xx77\r\nHost: a.example.test\r\n",
        body=b'{"profile":{"id":"c0ffee00c0ffee11"},"n":[12345678901]}',
    ) == {
        ("query", "id", "9f8e7d6c5b4a"),
        ("cookie", "uid", "abc123def456"),
        ("header", "x-client", "zz99yy88xx77"),
        ("json", "id", "c0ffee00c0ffee11"),
        ("json", "n", "12345678901"),
    }
    assert leaving(body=b"a=1&cid=00ff11ee22dd") == {("form", "cid", "00ff11ee22dd")}


@pytest.mark.parametrize(
    ("value", "enough"),
    [
        ("2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d", True),
        ("deadbe01", True),
        ("GA1.2.1234567890", True),
        ("navigate", False),
        ("document-policy", False),
        ("00000000000000", False),
        ("1800000000123", False),
        ("1234567", False),
        ("82736451928374", True),
    ],
)
def test_only_what_can_tell_four_billion_apart_is_an_identifier(value, enough):
    assert (bits(value) >= BITS) == enough


@given(st.binary(max_size=300), st.binary(max_size=300), st.binary(max_size=300))
def test_hostile_bytes_give_values_or_nothing(url, header, body):
    for _, field, value in leaving(url, header, body):
        assert isinstance(field, str)
        assert 8 <= len(value) <= 512
        assert bits(value) >= 0


def test_deep_json_is_no_trap():
    assert leaving(body=b"[" * 50_000) == set()
    assert leaving(body=b'{"a":' * 500 + b'"deadbeef01"' + b"}" * 500) == set()
