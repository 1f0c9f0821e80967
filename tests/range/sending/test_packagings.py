"""Each packaging is undone by the maker, and by Backtalk's own decoder wherever anybody but the maker can."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtalk.decode import Walker, replay
from backtalk.model.canary import Needle
from backtalk.model.keyring import Key, Keyring
from backtalk.range.builds import Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.outbox import messages
from backtalk.range.sending.packagings import BY_ID, PACKAGINGS
from backtalk.range.sending.packagings.sensors_android import hash_code
from backtalk.range.sending.record import LIBRARY, Record

WORD = "zavorimupe"
PAGE = f"https://clinic.example/{WORD}?q=pregnancy"
WHO = "7d1f6c3e-19ab-4c0e-9f57-2b64e1d0a833"
KEYS = Keys()
KEYRING = Keyring(keys=(Key(name="maker", data=KEYS.for_lab()),))
WALKER = Walker([Needle(canary=0, match="exact", literal=WORD.encode(), caseless=True)])
WITH_KEY = Walker(
    [Needle(canary=0, match="exact", literal=WORD.encode(), caseless=True)],
    keyring=KEYRING,
)
LAYERS = {
    "sensors-python": ["form", "base64", "gzip"],
    "sensors-python-batch": ["form", "base64", "gzip"],
    "sensors-android": ["form", "base64", "gzip"],
    "sensors-android-sealed": ["form", "rsa-aes", "gzip", "json"],
    "signed-value": ["form", "base64"],
    "firebase-like": ["gzip"],
    "glean-like": ["gzip"],
    "xor": ["base64", "xor"],
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def to(packaging):
    return Collector(id="c", host="c.mirage.example", packaging=packaging)


def record(url=PAGE, *, who=WHO, event="page_load_event_finish", time=1_588_248_000_000, **more):
    properties = {"$lib": "Android", "$lib_version": "3.2.8", "url": url, "internet_status": 1} | more
    return Record(type="track", event=event, time=time, distinct_id=who, lib=LIBRARY, properties=properties)


def said(one):
    """What a record says, without what a packaging leaves out or adds."""
    return one.event, one.time, one.distinct_id, {n: v for n, v in one.properties.items() if not n.startswith("$lib")}


def test_the_packagings_are_those_that_a_build_may_name():
    assert set(get_args(get_type_hints(Collector)["packaging"])) == set(BY_ID)
    assert len(BY_ID) == len(PACKAGINGS)


@pytest.mark.parametrize("one", PACKAGINGS, ids=list(BY_ID))
def test_each_says_what_it_is(one):
    assert one.TITLE
    assert one.REFERENCES
    assert one.PATH.startswith("/")
    told = type(one).__module__
    text = __import__(told, fromlist=["x"]).__doc__
    assert one.GENUINE or "econstruction" in text or "ade up" in text


@pytest.mark.parametrize("one", [one for one in PACKAGINGS if one.ID != "salted-hash"], ids=lambda one: one.ID)
def test_the_maker_reads_what_was_sent(one):
    records = tuple(record(f"{PAGE}&n={n}", time=1_588_248_000_000 + n) for n in range(3))
    got = [told for packed in one.pack(records, to(one.ID), KEYS) for told in one.unpack(packed, KEYS)]
    assert [said(told) for told in got] == [said(told) for told in records]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(TEXT, st.integers(0, 2**31)), min_size=1, max_size=4))
def test_whatever_was_sent(said_of):
    records = tuple(record(url, position=number) for url, number in said_of)
    for one in PACKAGINGS:
        if one.ID != "salted-hash":
            got = [told for packed in one.pack(records, to(one.ID), KEYS) for told in one.unpack(packed, KEYS)]
            assert [said(told) for told in got] == [said(told) for told in records], one.ID


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_what_is_no_message_is_refused(data):
    for one in PACKAGINGS:
        packed = one.pack((record(),), to(one.ID), KEYS)[0]
        try:
            one.unpack(replace(packed, body=data), KEYS)
        except (ValueError, KeyError):
            continue


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_backtalk_finds_a_planted_word_on_the_way_that_it_was_packed(name):
    walker = WITH_KEY if name == "sensors-android-sealed" else WALKER
    (message,) = messages("com.mirage.browser", (record(),), to(name), KEYS)
    hits = walker.walk(message.body).hits
    ways = [[step.codec for step in hit.steps] for hit in hits]
    assert any(way[: len(LAYERS[name])] == LAYERS[name] for way in ways), ways
    for hit in hits:
        last = (message.body, *replay(message.body, hit.steps, keyring=KEYRING))[-1]
        assert last[slice(*hit.found)].decode().lower() == WORD


@pytest.mark.parametrize("name", ["salted-hash", "sealed", "sensors-android-sealed"])
def test_without_the_maker_nothing_is_found(name):
    (message,) = messages("com.mirage.browser", (record(),), to(name), KEYS)
    assert not WALKER.walk(message.body).hits
    assert WORD.encode() not in message.body


def test_what_is_sealed_is_told_as_unread():
    (message,) = messages("com.mirage.browser", (record(),), to("sealed"), KEYS)
    assert WITH_KEY.walk(message.body).opaque_bytes == len(message.body)
    assert not WITH_KEY.walk(message.body).hits


def test_a_hash_has_the_salt_and_the_device_stays_plain():
    one = BY_ID["salted-hash"]
    (told,) = one.unpack(one.pack((record(**{"$model": "M9"}),), to(one.ID), KEYS)[0], KEYS)
    again = one.unpack(one.pack((record(),), to(one.ID), KEYS)[0], KEYS)[0]
    assert told.properties["url"] == again.properties["url"]
    assert len(told.properties["url"]) == 64
    assert told.properties["$model"] == "M9"


def test_a_long_value_is_gzipped_and_says_so():
    one = BY_ID["signed-value"]
    records = tuple(record(f"{PAGE}&n={n}") for n in range(1000))
    (packed,) = one.pack(records, to(one.ID), KEYS)
    assert b"gzip=1" in packed.body
    assert len(one.unpack(packed, KEYS)) == 1000
    assert b"gzip=0" in one.pack(records[:2], to(one.ID), KEYS)[0].body


@pytest.mark.parametrize("name", ["signed-value", "firebase-like", "glean-like"])
def test_people_are_kept_apart(name):
    one = BY_ID[name]
    records = (record(who="a"), record(who="b"))
    got = [told for packed in one.pack(records, to(name), KEYS) for told in one.unpack(packed, KEYS)]
    assert [told.distinct_id for told in got] == ["a", "b"]


def test_signing_up_ties_the_account_to_the_one_before():
    told = Record(
        type="track_signup", event="$SignUp", time=1_588_248_000_000, distinct_id="account-4711", original_id=WHO
    )
    for name in ("sensors-python", "sensors-python-batch", "sensors-android", "sensors-android-sealed", "xor"):
        one = BY_ID[name]
        (got,) = one.unpack(one.pack((told,), to(name), KEYS)[0], KEYS)
        assert (got.type, got.event, got.distinct_id, got.original_id) == (
            "track_signup",
            "$SignUp",
            "account-4711",
            WHO,
        )


def test_the_genuine_sdk_posts_one_event_or_fifty():
    records = tuple(record(time=1_588_248_000_000 + n) for n in range(60))
    assert len(BY_ID["sensors-python"].pack(records, to("sensors-python"), KEYS)) == 60
    assert len(BY_ID["sensors-python-batch"].pack(records, to("sensors-python-batch"), KEYS)) == 2


@pytest.mark.parametrize(
    ("text", "code"), [("", 0), ("hello", 99162322), ("H4sIAAAAAAAA/w==", None), ("zzzzzzz", None)]
)
def test_the_checksum_is_javas(text, code):
    expected = 0
    for letter in text:
        expected = (expected * 31 + ord(letter) + 2**31) % 2**32 - 2**31
    assert hash_code(text) == expected
    assert code is None or hash_code(text) == code
