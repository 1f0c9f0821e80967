"""curl commands: words as the shells read them, requests as curl sends them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.ingest import read
from backtalk.ingest.curl import Curl
from backtalk.ingest.shell import commands
from backtalk.model.capture import Exchange


def sent(text: str) -> Exchange:
    (exchange,) = Curl().parse(text.encode(), "x")
    return exchange


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curl a\\ b 'c d'\"e f\"", ["curl", "a b", "c de f"]),
        ("curl \\\n  -d 'x\ny'", ["curl", "-d", "x\ny"]),
        (r"""curl "a\"b\$c\d" """, ["curl", 'a"b$c\\d']),
        (r"curl $'\x41\101\n\u00e9\'\!'", ["curl", "AA\n\xc3\xa9'!"]),
        ("curl ''", ["curl", ""]),
        (
            'curl ^"http://t.example/?a=1^&b=^%^41^" ^\r\n  -d ^"^{^\\^"k^\\^":1^}^"',
            ["curl", "http://t.example/?a=1&b=%41", "-d", '{"k":1}'],
        ),
    ],
)
def test_words_are_those_of_the_shell(text, words):
    assert list(commands(text)) == [words]


def test_commands_end_where_the_shell_ends_them():
    assert list(commands("$ curl a\ncurl b; curl 'c;d' &\n\n")) == [["curl", "a"], ["curl", "b"], ["curl", "c;d"]]


@given(
    st.lists(st.text(st.characters(max_codepoint=0xFF, exclude_characters="'\0"), max_size=20), min_size=1, max_size=5)
)
def test_quoted_words_come_back(words):
    assert list(commands(" ".join(f"'{word}'" for word in ["curl", *words]))) == [["curl", *words]]


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ("-d a=1 -d b=2", b"a=1&b=2"),
        ("--data-raw @name", b"@name"),
        ("--data-urlencode 'a=1 2&3'", b"a=1%202%263"),
        ("--data-urlencode '1 2'", b"1%202"),
        ("-sSd x --compressed", b"x"),
        ("--json '{}'", b"{}"),
        ("--data=x", b"x"),
        ("-X PUT -dx", b"x"),
    ],
)
def test_bodies_are_what_curl_sends(options, body):
    exchange = sent(f"curl https://T.example:8443/p {options}")
    assert exchange.part("request.body") == body
    assert (exchange.host, exchange.port, exchange.secure) == ("t.example", 8443, True)
    assert exchange.method == ("PUT" if "PUT" in options else "POST")


@pytest.mark.parametrize(
    "options", ["-d @file", "--data-binary @-", "-T file", "--data-urlencode a@file", "-F a=@file"]
)
def test_what_comes_from_a_file_is_incomplete(options):
    (body,) = (part for part in sent(f"curl http://t.example/ {options}").parts if part.name == "request.body")
    assert not body.complete


def test_get_puts_the_data_into_the_url():
    exchange = sent("curl -G t.example/p -d a=1 -d b=2")
    assert exchange.part("request.url") == b"http://t.example/p?a=1&b=2"
    assert (exchange.method, exchange.part("request.body")) == ("GET", b"")


def test_fields_are_those_that_are_sent():
    exchange = sent("curl -o file -H 'A: b' -b 'c=d' -u me:secret --oauth2-bearer tok --url http://t.example/")
    assert exchange.part("request.header").split(b"\r\n") == [
        b"A: b",
        b"Cookie: c=d",
        b"Authorization: Basic bWU6c2VjcmV0",
        b"Authorization: Bearer tok",
        b"",
    ]


@given(st.binary(max_size=200))
def test_no_command_breaks_the_reader(rest):
    for exchange in Curl().parse(b"curl http://t.example/ " + rest, "x"):
        assert exchange.parts


def test_each_url_is_a_request():
    found = list(Curl().parse(b"curl -d x http://a.example/ --url http://b.example/", "x"))
    assert [(one.index, one.host, one.part("request.body")) for one in found] == [
        (0, "a.example", b"x"),
        (1, "b.example", b"x"),
    ]


def test_other_commands_are_no_requests_and_are_told(tmp_path):
    file = tmp_path / "x.sh"
    file.write_text("curl http://a.example/ | jq .items\n/usr/bin/curl http://b.example/; echo bolarivego\n$\n")
    capture = read(file)
    assert [one.host for one in capture.exchanges] == ["a.example", "b.example"]
    assert [(gap.kind, gap.count) for gap in capture.gaps] == [("unreadable", 3)]
