"""From bytes to sightings through the real walker: what matched, how far, in which field."""

from __future__ import annotations

import base64
import gzip
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.decode import Walker, replay
from backtalk.detect import needles, sightings
from backtalk.detect.sightings import typed_from
from backtalk.model.canary import Canary
from backtalk.model.capture import Exchange, Part
from backtalk.model.decoding import Hit, Walk
from backtalk.model.plan import Stimulus

HOST = Canary(value="kobalumifa", kind="host", stimulus="v1")
PATH = Canary(value="dafonuzit", kind="path", stimulus="v1")
TEXT = Canary(value="bolimitazes", kind="text", stimulus="q1")
DECOY = Canary(value="zupirogani", kind="decoy", session="s")
SPIKE = Canary(value="hatusemolu", kind="spike", stimulus="spike1")
URL = Canary(value="https://www.luridobase.example/artikel/zomaruki?word=pefolinata", kind="given")
WORD = Canary(value="gesunotavi", kind="given")
CANARIES = (HOST, PATH, TEXT, DECOY, SPIKE, URL, WORD)
STIMULI = (
    Stimulus(
        id="v1",
        action="visit",
        how="type",
        text="kobalumifa.example/dafonuzit",
        url="https://kobalumifa.example/dafonuzit",
        canaries=(HOST, PATH),
    ),
    Stimulus(id="q1", action="search", how="type", text="bolimitazes", canaries=(TEXT,)),
)
NEEDLES = needles(CANARIES)
WALKER = Walker(NEEDLES)


def seen(data: bytes, part: str = "request.body", *, stimuli=STIMULI):
    def buffer(steps):
        return replay(data, steps)[-1] if steps else data

    exchange = Exchange(index=3, kind="http", source="x", started=9.5, host="t.example", url="https://t.example/c")
    walk = WALKER.walk(data)
    found = sightings(
        exchange, Part(name=part, data=data), walk, CANARIES, NEEDLES, buffer, session="s", stimuli=stimuli
    )
    for one in found:
        letters = b"".join(buffer(one.steps)[slice(*span)] for span in one.pieces or (one.found,))
        assert letters.decode("latin-1") == one.text
    return found


def told(data: bytes, part: str = "request.body", **more):
    return [(one.canary, one.match, one.text) for one in seen(data, part, **more)]


@pytest.mark.parametrize(
    ("data", "match", "text"),
    [
        (b"..bolimitazes..", "exact", "bolimitazes"),
        (b"..BoliMitazes..", "caseless", "BoliMitazes"),
        (b"..boli..", "prefix", "boli"),
        (b"..bolimit4zes", "prefix", "bolimit"),
        (b"..BOLIMI", "prefix", "BOLIMI"),
    ],
)
def test_one_sighting_a_place_the_fullest(data, match, text):
    assert told(data) == [("bolimitazes", match, text)]


@pytest.mark.parametrize("data", [b"bol", b"olimitazes", b"hatusemol", b"HATUSEMOL", b""])
def test_less_is_no_sighting(data):
    assert told(data) == []


def test_a_sighting_says_where_it_stood():
    (one,) = seen(b"w=bolimitazes")
    assert (one.session, one.stimulus, one.exchange, one.source, one.part) == ("s", "q1", 3, "x", "request.body")
    assert (one.at, one.host, one.url, one.kind) == (9.5, "t.example", "https://t.example/c", "text")


def test_a_typed_url_runs_on_as_far_as_it_was_typed():
    assert told(b"q=kobalumifa.exam") == [("kobalumifa", "exact", "kobalumifa.exam")]
    assert told(b"q=kobalu") == [("kobalumifa", "prefix", "kobalu")]
    assert ("kobalumifa", "exact", "kobalumifa.example/daf") in told(b"q=kobalumifa.example%2Fdaf")
    assert told(b"q=kobalumifa.example/dafonu") == [
        ("kobalumifa", "exact", "kobalumifa.example/dafonu"),
        ("dafonuzit", "prefix", "dafonu"),
    ]


def test_without_its_stimulus_a_canary_stands_for_itself():
    assert told(b"q=kobalumifa.exam", stimuli=()) == [("kobalumifa", "exact", "kobalumifa")]
    assert typed_from(HOST, ()) == "kobalumifa"


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("request.url", b"https://a.example/?u=https%3A%2F%2Fbolimi"),
        ("request.url", b"https://a.example/?u=https%253A%252F%252Fbolimi"),
        ("request.url", b"https://a.example/?u=a%20bolimi"),
        ("request.body", b'{"u":"https:\\u002f\\u002fbolimi"}'),
        ("request.body", b'{"u":"a\\nbolimi"}'),
        ("request.body", base64.b64encode(b'{"text":"bolimi"}')),
        ("dns.name", b"bolimi"),
    ],
)
def test_a_beginning_is_met_where_its_value_begins(part, data):
    assert ("bolimitazes", "prefix", "bolimi") in told(data, part)


@pytest.mark.parametrize("data", [b"xboli", b"7bolimit", b"Zbolimita"])
def test_a_beginning_within_a_word_is_chance(data):
    assert told(data) == []


def test_letters_of_any_case_within_letters_are_chance():
    assert told(b"x.bOlImItAzEs-") == [("bolimitazes", "caseless", "bOlImItAzEs")]
    assert told(b"QxbOlImItAzEs9") == []
    assert told(b"QxBOLIMITAZES9") == [("bolimitazes", "caseless", "BOLIMITAZES")]


@pytest.mark.parametrize("data", [b"xgesunot.", b".gesunot9", b".gEsUnOt."])
def test_a_beginning_of_a_word_named_is_a_word_of_its_own(data):
    assert told(data) == []


@pytest.mark.parametrize(
    ("data", "pieces"),
    [
        (b"a=bolim&b=itazes", ["bolim", "itazes"]),
        (b'{"h":"BOLI","m":"mita","t":"zes"}', ["BOLI", "mita", "zes"]),
        (b'["gesun","otavi"]', ["gesun", "otavi"]),
        (b"a=bolimitaz&b=es", ["bolimitaz", "es"]),
        (b"bolimi\0\x03tazes", ["bolimi", "tazes"]),
    ],
)
def test_pieces_in_neighbouring_fields_are_one_sighting(data, pieces):
    (one,) = seen(data)
    assert one.match == "split"
    assert one.text == "".join(pieces)
    assert [data[slice(*span)].decode() for span in one.pieces] == pieces


@pytest.mark.parametrize(
    "data",
    [
        b"a=bolim&b=itazesque",
        b"a=bolim&b=quitazes",
        b"a=bolim&b=ita&c=quo",
        b"a=bolim" + b"-" * 200 + b"itazes",
        b"a=gesu&b=notavi",
    ],
)
def test_pieces_that_are_not_all_there_are_none(data):
    assert all(one.match == "prefix" and not one.pieces for one in seen(data))


def test_what_was_written_backwards_is_told_as_that():
    assert told(b"w=sezatimilob&x=1") == [("bolimitazes", "reversed", "bolimitazes")]


def test_two_places_are_two_sightings():
    assert told(b"bolimitazes bolimitazes boli") == [
        ("bolimitazes", "exact", "bolimitazes"),
        ("bolimitazes", "exact", "bolimitazes"),
        ("bolimitazes", "prefix", "boli"),
    ]


def test_decoys_are_looked_for_as_canaries_are():
    assert told(b"zupirogani, zupiro") == [("zupirogani", "exact", "zupirogani"), ("zupirogani", "prefix", "zupiro")]


@pytest.mark.parametrize(
    ("data", "match", "text"),
    [
        (URL.value.encode(), "exact", URL.value),
        (
            b"luridobase.example/artikel/zomaruki?word=pefolinata",
            "exact",
            "luridobase.example/artikel/zomaruki?word=pefolinata",
        ),
        (b"x.LURIDOBASE.example", "host", "LURIDOBASE.example"),
        (b"host=luridobase.example&p=1", "host", "luridobase.example"),
        (b"luridoba", "prefix", "luridoba"),
        (b"/zomaruki", "split", "zomaruki"),
        (b"w=pefolinata", "split", "pefolinata"),
    ],
)
def test_a_url_named_stands_for_itself_its_host_and_its_pieces(data, match, text):
    assert told(data) == [(URL.value, match, text)]


@pytest.mark.parametrize("data", [b"lurido", b"/artikel", b"word", b"www.", b"example"])
def test_what_is_common_or_short_does_not_stand_for_a_url(data):
    assert told(data) == []


def test_a_word_named_is_recognised_from_seven_letters():
    assert told(b"gesunot") == [("gesunotavi", "prefix", "gesunot")]
    assert told(b"gesuno") == []


@pytest.mark.parametrize(
    ("part", "data", "field"),
    [
        ("request.url", b"https://bolimitazes.example/", "host"),
        ("request.url", b"https://a.example/x/bolimitazes", "path"),
        ("request.url", b"https://a.example/?a=1&q=bolimitazes&c=2", "q"),
        ("request.url", b"https://a.example/?a=1&q=boli%6ditazes", "q"),
        ("request.url", b"https://a.example/?u=https://b.example/?w=bolimitazes", "u"),
        ("request.url", b"https://a.example/#bolimitazes", "fragment"),
        ("request.url", b"https://a.example/?bolimitazes", "bolimitazes"),
        ("request.header", b"Accept: */*\r\nReferer: https://a.example/?w=bolimitazes\r\n", "Referer"),
        ("request.header", b"Accept: */*\r\nX-B: Ym9saW1pdGF6ZXMgYW5kIHNvIG9u\r\n", "X-B"),
        ("request.body", b"a=1&word=bolimitazes", "word"),
        ("request.body", b'{"a":{"word":"x bolimitazes"}}', "word"),
        ("request.body", b'{"a":[{"w\\u006frd":"boli\\u006ditazes"}]}', "word"),
        ("request.body", b"bolimitazes", ""),
        ("dns.name", b"bolimitazes.example", "host"),
        ("tls.sni", b"bolimitazes.example", "host"),
    ],
)
def test_the_field_is_named(part, data, field):
    assert [one.field for one in seen(data, part) if one.match == "exact"] == [field]


def test_the_innermost_field_is_named_and_the_way_there_is_kept():
    inner = gzip.compress(
        json.dumps([{"event": "page", "url": "https://kobalumifa.example/dafonuzit?q=1"}]).encode(), mtime=0
    )
    body = f"data_list={quote(base64.b64encode(inner).decode(), safe='')}&gzip=1".encode()
    found = seen(body)
    assert {one.canary for one in found} == {"kobalumifa", "dafonuzit"}
    assert {one.field for one in found} == {"url"}
    assert [step.codec for step in found[0].steps][:3] == ["form", "base64", "gzip"]


def test_letters_seen_raw_and_undone_are_one_sighting():
    assert len(seen(b"https://a.example/?q=bolimitazes+%C3%A9", "request.url")) == 1


def test_a_hit_that_is_not_there_is_no_sighting():
    """A walker that errs about a place cannot make evidence."""
    walk = Walk(
        hits=tuple(Hit(needle=number, found=(2, 9)) for number in range(len(NEEDLES))),
        opaque=(),
        read=5,
        opaque_bytes=0,
    )
    exchange = Exchange(index=0, kind="http")
    part = Part(name="request.body", data=b"no such thing")
    assert sightings(exchange, part, walk, CANARIES, NEEDLES, lambda _: part.data) == ()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["request.url", "request.header", "request.body", "dns.name"]))
def test_hostile_bytes_around_a_canary_change_nothing(noise, part):
    data = noise + b"\x00bolimitazes\x00" + noise
    assert ("bolimitazes", "exact", "bolimitazes") in told(data, part)
