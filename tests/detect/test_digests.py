"""Digests of canaries are found by their shape, and are made again from what a sighting says."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import random
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.decode import replay
from backtalk.detect import hashes
from backtalk.detect.digests import Digests
from backtalk.detect.made import SPELLED, again, run
from backtalk.model.canary import Canary
from backtalk.model.capture import Exchange, Part
from backtalk.model.keyring import Key, Keyring
from backtalk.pipeline.analyze import Reader
from tests.detect.test_sightings import CANARIES, STIMULI

KEYS = Keyring(keys=(Key(name="app", data=bytes(range(0x90, 0xA0))),))
READER = Reader(CANARIES, "s", STIMULI, KEYS)
HOST = b"kobalumifa.example"
SHA = hashlib.sha256(HOST)


def seen(data: bytes, part: str = "request.body", reader: Reader = READER):
    exchange = Exchange(
        index=1,
        kind="http",
        source="x",
        host="t.example",
        url="https://t.example/",
        parts=(Part(name=part, data=data),),
    )
    found, _ = reader.read(exchange, exchange.parts[0])
    digests = [one for one in found if one.digest]
    for one in digests:
        assert one.match == "digest"
        last = replay(data, one.steps)[-1] if one.steps else data
        text = last[slice(*one.found)]
        assert text.decode("latin-1") == one.text
        assert again(one.digest) in readings(text)
    return digests


def readings(text: bytes) -> list[bytes]:
    """All that a token can stand for."""
    found = [text]
    letters = text.translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    for letters_of in (
        lambda: bytes.fromhex(text.decode()),
        lambda: base64.b64decode(letters + b"=" * (-len(letters) % 4)),
    ):
        try:
            found.append(letters_of())
        except ValueError:
            continue
    if text.lstrip(b"-").isdigit():
        found.append((int(text) % (1 << 64)).to_bytes(16, "big")[8:])
    return found


def told(data: bytes, part: str = "request.body", reader: Reader = READER):
    return [(one.canary, one.digest.formula) for one in seen(data, part, reader)]


@pytest.mark.parametrize("name", sorted({**hashes.STRONG}))
def test_every_hash_in_hex(name):
    digest = hashes.ALL[name](HOST)
    assert ("kobalumifa", f"{name}(host)[:{len(digest)}]") in told(b"id=" + digest.hex().encode())


@pytest.mark.parametrize(
    "data",
    [
        b"id=" + SHA.hexdigest().encode(),
        b"id=" + SHA.hexdigest().upper().encode(),
        b"id=" + quote(base64.b64encode(SHA.digest()), safe="").encode(),
        b'{"id":"' + base64.b64encode(SHA.digest()) + b'"}',
        b'{"id":"' + base64.urlsafe_b64encode(SHA.digest()) + b'"}',
        b'{"id":"' + base64.b64encode(SHA.digest()).rstrip(b"=") + b'"}',
        b'{"id":"sha256-' + base64.urlsafe_b64encode(SHA.digest()).rstrip(b"=") + b'"}',
        b"\x0a\x20" + SHA.digest() + b"\x12\x01\x01",
        SHA.digest(),
        gzip.compress(json.dumps({"a": [{"id": SHA.hexdigest()}]}).encode(), mtime=0),
        base64.b64encode(b'{"id":"' + SHA.hexdigest().encode() + b'"}'),
        SHA.hexdigest().encode(),
    ],
)
def test_every_spelling_is_one_sighting(data):
    assert told(data) == [("kobalumifa", "sha256(host)[:32]")]


@pytest.mark.parametrize("part", ["request.url", "request.header", "request.body", "response.body", "websocket.sent"])
def test_every_part_is_looked_through(part):
    data = b"x: https://t.example/?id=" + SHA.hexdigest().encode() + b"\r\n"
    assert told(data, part) == [("kobalumifa", "sha256(host)[:32]")]


@pytest.mark.parametrize(("size", "found"), [(11, False), (12, True), (16, True), (31, True)])
def test_a_part_of_a_digest_counts_from_twelve_bytes(size, found):
    expected = [("kobalumifa", f"sha256(host)[:{size}]")] if found else []
    assert told(b"id=" + SHA.hexdigest()[: 2 * size].encode()) == expected
    assert told(b"\xff\x00" + SHA.digest()[:size] + b"\x00" * 8) == expected


def test_eight_bytes_count_as_a_whole_field_only():
    half, middle = SHA.hexdigest()[:16].encode(), hashlib.md5(HOST).hexdigest()[8:24].encode()
    assert told(b"id=" + half + b"&x=1") == [("kobalumifa", "sha256(host)[:8]")]
    assert told(b"id=" + middle) == [("kobalumifa", "md5(host)[4:12]")]
    assert told(b"id=x" + half) == []
    assert told(b"id=" + half + b"0") == []
    assert told(b'{"id":"' + base64.b64encode(SHA.digest()[:8]) + b'"}') == [("kobalumifa", "sha256(host)[:8]")]


@pytest.mark.parametrize("name", sorted(hashes.EIGHT))
def test_sixty_four_bits_in_hex_and_as_numbers(name):
    digest = hashes.EIGHT[name](HOST)
    number = int.from_bytes(digest, "big")
    signed = number - (1 << 64) if number >> 63 else number
    for text in (digest.hex(), str(number), str(signed)):
        assert (f'{{"id":"{text}"}}', told(f'{{"id":"{text}"}}'.encode())) == (
            f'{{"id":"{text}"}}',
            [("kobalumifa", f"{name}(host)[:8]")],
        )


@pytest.mark.parametrize(
    ("text", "canaries"),
    [
        ("kobalumifa", {"kobalumifa"}),
        ("KOBALUMIFA.EXAMPLE", {"kobalumifa"}),
        ("www.kobalumifa.example", {"kobalumifa"}),
        ("https://kobalumifa.example", {"kobalumifa"}),
        ("https://kobalumifa.example/dafonuzit", {"kobalumifa", "dafonuzit"}),
        ("http://kobalumifa.example/dafonuzit/", {"kobalumifa", "dafonuzit"}),
        ("kobalumifa.example/dafonuzit", {"kobalumifa", "dafonuzit"}),
        ("/dafonuzit", {"dafonuzit"}),
        ("Bolimitazes", {"bolimitazes"}),
        ("luridobase.example", {CANARIES[5].value}),
        ("https://www.luridobase.example/artikel/zomaruki", {CANARIES[5].value}),
        ("zupirogani", {"zupirogani"}),
    ],
)
def test_the_usual_writings(text, canaries):
    digest = hashlib.sha1(text.encode()).hexdigest().encode()
    assert {canary for canary, _ in told(b"id=" + digest)} == canaries


@pytest.mark.parametrize("text", ["", "/", "https://", "example", "kobalumif", "dafonuzit.example"])
def test_what_says_nothing_is_none(text):
    assert told(b"id=" + hashlib.sha256(text.encode()).hexdigest().encode()) == []


NESTING = st.tuples(
    st.sampled_from(("md5", "sha1", "sha256", "sm3", "md2", "blake3")),
    st.sampled_from(("", "hex")),
    st.sampled_from(hashes.SALTED),
)


@settings(max_examples=60, deadline=None)
@given(NESTING, st.sampled_from([b"kobalumifa.example", b"bolimitazes", b"gesunotavi"]))
def test_hashed_twice(nesting, text):
    chain = tuple(name for name in nesting if name)
    data = b"id=" + run(chain, text).hex().encode()
    assert [one.digest.chain for one in seen(data)] == [chain]


def test_hashed_twice_in_other_spellings():
    for spelling in SPELLED:
        data = b"id=" + run(("md5", spelling, "sha256"), HOST).hex().encode()
        assert [one.digest.chain for one in seen(data)] == [("md5", spelling, "sha256")]


def test_decoys_are_hashed_once_only():
    assert told(b"id=" + run(("md5", "hex", "sha256"), b"zupirogani").hex().encode()) == []


@pytest.mark.parametrize(
    "digest",
    [
        hashlib.md5(KEYS.keys[0].data + HOST),
        hashlib.sha1(HOST + b":" + KEYS.keys[0].data.hex().encode()),
        hashlib.sha256(base64.b64encode(KEYS.keys[0].data) + b"|" + HOST),
        hashlib.sha256(hashlib.md5(HOST).hexdigest().encode() + KEYS.keys[0].data),
        hmac.new(KEYS.keys[0].data, HOST, "sha256"),
    ],
)
def test_keys_as_salts(digest):
    (one,) = seen(b"id=" + digest.hexdigest().encode())
    assert "key app" in one.digest.formula


@pytest.mark.parametrize(
    "salted", [b"n0nce-77:" + HOST, HOST + b"n0nce-77", b"n0nce-77|" + HOST, b"1700000000123" + HOST]
)
def test_other_values_of_the_exchange_as_salts(salted):
    body = {"event": "x", "ts": 1700000000123, "nonce": "n0nce-77", "sign": hashlib.md5(salted).hexdigest()}
    for data in (json.dumps(body).encode(), gzip.compress(json.dumps(body).encode(), mtime=0)):
        assert [one.canary for one in seen(data)] == ["kobalumifa"]


def test_salts_are_not_for_decoys_nor_for_what_comes_in():
    body = json.dumps({"nonce": "n0nce-77", "sign": hashlib.md5(b"n0nce-77zupirogani").hexdigest()}).encode()
    assert told(body) == []
    body = json.dumps({"nonce": "n0nce-77", "sign": hashlib.md5(b"n0nce-77" + HOST).hexdigest()}).encode()
    assert told(body, "response.body") == []


def test_thirty_two_bits_bear_out_and_are_nothing_by_themselves():
    for number in (zlib.crc32(b"bolimitazes"), zlib.adler32(b"bolimitazes")):
        assert seen(f'{{"c":{number}}}'.encode()) == []
    body = f'{{"q":"bolimitazes","c":{zlib.crc32(b"bolimitazes")},"j":"{hashes.FOUR["java"](b"bolimitazes").hex()}"}}'
    exchange = Exchange(index=1, kind="http", parts=(Part(name="request.body", data=body.encode()),))
    (one,), _ = READER.read(exchange, exchange.parts[0])
    assert one.match == "exact"
    assert one.corroborated == ("crc32(value)", "java(value)")


def test_the_field_is_named():
    (one,) = seen(b'{"a":{"device_hash":"' + SHA.hexdigest().encode() + b'"}}')
    assert one.field == "device_hash"


def test_a_place_is_told_once_and_two_places_twice():
    twice = SHA.hexdigest().encode()
    assert len(seen(b"a=" + twice + b"&b=" + twice)) == 2


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["hex", "raw", "base64"]))
def test_hostile_bytes_around_a_digest_change_nothing(noise, spelling):
    digest = {"hex": SHA.hexdigest().encode(), "raw": SHA.digest(), "base64": base64.b64encode(SHA.digest())}[spelling]
    data = b"\xff" + noise + b"\0\n" + digest + b"\n\0" + noise
    looked = Digests(CANARIES[:1], STIMULI).look([(data, ())], lambda _: data, hits=False)
    assert {one.made.chain for one in looked.known} >= {("sha256",)}


def test_a_megabyte_of_random_shapes_shows_no_digest():
    draw = random.Random(20)
    noise = draw.randbytes(1 << 18)
    decoys = tuple(Canary(value=f"zupi{number:06d}", kind="decoy", session="s") for number in range(300))
    digests = Digests((*CANARIES, *decoys), STIMULI, KEYS)
    for data in (noise, noise.hex().encode(), base64.b64encode(noise), b" ".join(b"%d" % byte for byte in noise)):
        assert digests.look([(data, ())], lambda _, data=data: data, hits=True).known == ()


def test_what_is_too_much_is_counted():
    many = tuple(Canary(value=f"word{number:07d}", kind="given") for number in range(7000))
    assert Digests(many).left_out == 1000


def test_workers_and_order_do_not_matter():
    datas = [b"id=" + SHA.hexdigest().encode(), SHA.digest(), b"nothing", b"id=" + SHA.hexdigest()[:24].encode()]
    fresh = Reader(CANARIES, "s", STIMULI, KEYS)
    assert [told(data, reader=fresh) for data in reversed(datas)] == [told(data) for data in reversed(datas)]


@pytest.mark.parametrize("place", [0, (1 << 20) - 40, (1 << 20) + 100, (1 << 20) + 240, 3 << 20])
def test_digests_in_long_bodies_are_found_wherever_they_stand(place):
    for digest in (SHA.hexdigest().encode(), SHA.digest(), base64.b64encode(SHA.digest())):
        data = b"\xff" + b". " * (place // 2) + b" " + digest + b" " + b"-." * (1 << 20)
        looked = READER._digests.look([(data, ())], {(): data}.__getitem__, hits=False)
        best = max((one.size, one.token.of(one.size)) for one in looked.known)
        assert best[0] == 32
        assert data[slice(*best[1])].rstrip(b"=") == digest.rstrip(b"=")
