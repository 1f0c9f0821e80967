"""What people paste: the blob itself is found, whatever came along with it."""

from __future__ import annotations

import base64
import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.decode import tree
from backtalk.model.decoding import Node
from backtalk.pipeline.paste import MISSING, opened

SECRET = b'{"url":"https://kobalumi.example/?q=mirotakesu","title":"a page of some length","time":1606200000}'
PACKED = base64.b64encode(SECRET).decode()


def contents(node: Node) -> list[bytes]:
    return [node.data, *(data for child in node.children for data in contents(child))]


def codecs(node: Node) -> list[str]:
    return [child.step.codec for child in node.children if child.step]


@pytest.mark.parametrize("width", [16, 17, 27, 64, 76, 79, 80, 90])
@pytest.mark.parametrize(("before", "after"), [("", ""), ("  ", " \n\n"), ('"', '"\n'), ("'", "'"), ("", "\r\n")])
def test_base64_broken_into_lines_of_any_width(width, before, after):
    text = before + "\n".join(textwrap.wrap(PACKED, width)) + after
    assert SECRET in contents(opened(text.encode()))


def test_a_url_wrapped_by_a_terminal():
    url = f"https://t.example/sa.gif?project=one&data={PACKED.replace('=', '%3D')}&ext=crc"
    root = opened("\n".join(url[at : at + 79] for at in range(0, len(url), 79)).encode())
    assert codecs(root) == ["lines"]
    assert root.children[0].data == url.encode()
    assert SECRET in contents(root)


def test_lines_that_are_no_blob_stay_as_they_are():
    for text in (
        b"kobalumimirotakesu\nbagopolukimasedo\n",
        b"\n".join(b'{"a":%d}' % n for n in range(9)),
        b"a=1\nb=2\n",
    ):
        assert opened(text) == tree(text)


@pytest.mark.parametrize(
    "url",
    [
        f"data:application/json;base64,{PACKED}",
        f"data:application/json;charset=utf-8;base64,{PACKED.rstrip('=')}",
        f"  data:;base64,{PACKED}\n",
        f"'data:text/plain;base64,{PACKED[:50]}\n  {PACKED[50:]}'",
        "data:application/json," + SECRET.decode().replace('"', "%22").replace("{", "%7B"),
    ],
)
def test_data_urls(url):
    root = opened(url.encode())
    assert codecs(root) == ["data-url"]
    assert root.children[0].data == SECRET
    assert b"mirotakesu" in contents(root)


def test_what_only_begins_like_a_data_url_is_read_as_it_is():
    text = b"data:application/json;base64,!!!!"
    assert opened(text) == tree(text)


def test_a_raw_request_gives_its_parts():
    head = b"POST /a%20b HTTP/1.1\r\nHost: t.example\r\nContent-Length: 400\r\n\r\n"
    root = opened(head + b"data=" + PACKED.encode())
    url, header, body = root.children
    assert [child.step.params["part"] for child in root.children] == ["request.url", "request.header", "request.body"]
    assert url.data == b"http://t.example/a%20b"
    assert header.data in head
    assert body.step.span == (len(head), len(root.data))
    assert [item.reason for item in body.opaque] == [MISSING]
    assert SECRET in contents(body)


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\n", b"HTTP/2 200\n", b"POST / HTTP/2\nHost: t.example\n"])
def test_a_response_alone_and_a_later_version(first):
    end = b"\r\n" if b"\r" in first else b"\n"
    root = opened(first + b"Content-Type: text/plain" + 2 * end + PACKED.encode())
    assert set(codecs(root)) == {"http"}
    assert SECRET in contents(root)


def test_several_commands_are_told_apart():
    root = opened(b"curl 'https://a.example/?q=one' ;\ncurl 'https://b.example/' -d x=%41\n")
    assert [(child.step.params["request"], child.step.params["part"]) for child in root.children] == [
        (0, "request.url"),
        (1, "request.url"),
        (1, "request.body"),
    ]
    assert b"A" in contents(root)


@given(
    st.binary(min_size=1, max_size=120),
    st.sampled_from([b"", b"curl ", b"data:;base64,", b"GET / HTTP/1.1\r\n", b'curl ^"', b"curl $'"]),
)
def test_nothing_that_is_pasted_breaks_it(data, begins):
    root = opened(begins + data)
    assert root.data == begins + data
    for child in root.children:
        start, end = child.step.span
        assert 0 <= start <= end <= len(root.data)


@given(st.dictionaries(st.sampled_from("abc"), st.text(max_size=20), min_size=1))
def test_json_in_a_quoted_command_is_the_json(document):
    body = json.dumps(document)
    quoted = body.replace("'", "'\\''")
    root = opened(f"curl https://t.example/ --data-raw '{quoted}'".encode())
    assert body.encode() in contents(root)


@pytest.mark.parametrize(
    "hostile",
    [
        b"data:," + b" " * 200_000 + b"x",
        b"data:" + b";a=b" * 100_000,
        b"data:" + b"a" * 400_000,
        b"curl " + b"'a" * 100_000,
    ],
    ids=["spaces", "parameters", "type", "quotes"],
)
def test_a_hostile_paste_costs_no_more_than_it_is_long(hostile):
    assert opened(hostile).data == hostile  # the first of these took hours while one expression read the whole URL
