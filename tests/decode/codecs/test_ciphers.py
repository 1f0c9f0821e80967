"""Ciphers: what the right key opens, what no wrong key opens, and what a step tells of its key."""

from __future__ import annotations

import base64
import json
import random
from math import comb

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher as Machine
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR, ECB
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.decode import Walker, replay, tree
from backtalk.decode.budget import Budget, Meter
from backtalk.decode.codec import Buffer, Layer
from backtalk.decode.codecs import BY_ID, CODECS
from backtalk.decode.codecs.cipher import WORTH, evidence, proof
from backtalk.decode.codecs.records import NO_CHANCE, NO_CONTROL, PRINTABLE, USUAL
from backtalk.errors import IntegrityFailure
from backtalk.model.keyring import Key, Keyring
from tests.decode.codecs.test_golden import CASES, keyring
from tests.decode.packaging import needle

SIXTEEN, LARGE = bytes(range(0x40, 0x50)), bytes(range(0x20, 0x40))
RING = Keyring(keys=(Key(name="small", data=SIXTEEN), Key(name="large", data=LARGE)))
IV = bytes(range(0xA0, 0xB0))


def padded(data):
    padder = PKCS7(128).padder()
    return padder.update(data) + padder.finalize()


def run(algorithm, mode, data):
    machine = Machine(algorithm, mode).encryptor()
    return machine.update(data) + machine.finalize()


PACKED = {
    "aes-ecb": lambda data: run(AES(SIXTEEN), ECB(), padded(data)),
    "aes-cbc": lambda data: IV + run(AES(LARGE), CBC(IV), padded(data)),
    "aes-ctr": lambda data: IV + run(AES(SIXTEEN), CTR(IV), data),
    "aes-gcm": lambda data: IV[:12] + AESGCM(LARGE).encrypt(IV[:12], data, None),
    "chacha20-poly1305": lambda data: IV[:12] + ChaCha20Poly1305(LARGE).encrypt(IV[:12], data, None),
    "rc4": lambda data: run(ARC4(SIXTEEN), None, data),
}
TAGGED = {"aes-gcm", "chacha20-poly1305"}
TEXTS = st.text("abcdefghijklmnopqrstuvwxyz /:._-", min_size=1, max_size=200).map(
    lambda text: b"https://pefolina.example/" + text.encode()
)


def opened(codec, data, ring):
    buffer = Buffer(data)
    buffer.keyring = ring
    return [one for one in codec.layers(buffer, [(0, len(data))], Meter(Budget())) if isinstance(one, Layer)]


@pytest.mark.parametrize("name", sorted(PACKED))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_was_encrypted_is_given_back(name, data):
    value = data.draw(TEXTS if name not in TAGGED else st.binary(min_size=1, max_size=300))
    packed = PACKED[name](value)
    codec = BY_ID[name]
    (layer,) = opened(codec, packed, RING)
    assert layer.data == value
    assert codec.undo_with(RING, packed, layer.span, layer.params) == value


@settings(max_examples=30, deadline=None)
@given(value=TEXTS, session=st.sampled_from((16, 24, 32)).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_what_was_encrypted_with_a_wrapped_key_is_given_back(value, session):
    ring = keyring(next(case for case in CASES if case.parent.name == "rsa-aes"))
    public = load_pem_private_key(ring.keys[0].data, None).public_key()
    sent = {
        "ekey": base64.b64encode(public.encrypt(session, PKCS1v15())).decode(),
        "payloads": base64.b64encode(IV + run(AES(session), CBC(IV), padded(value))).decode(),
    }
    packed = json.dumps([sent]).encode()
    buffer = Buffer(packed)
    buffer.keyring = ring
    codec = BY_ID["rsa-aes"]
    (layer,) = codec.layers(buffer, [(0, len(packed))], Meter(Budget()))
    assert layer.data == codec.undo_with(ring, packed, layer.span, layer.params) == value


@settings(max_examples=30, deadline=None)
@given(value=TEXTS, nonce=st.binary(min_size=12, max_size=12))
def test_what_has_its_nonce_and_tag_beside_it_is_given_back(value, nonce):
    ring = Keyring(keys=(Key(name="fields", data=LARGE, iv_field="n", tag_field="t"),))
    whole = AESGCM(LARGE).encrypt(nonce, value, None)
    packed = json.dumps({"n": nonce.hex(), "t": whole[-16:].hex(), "d": whole[:-16].hex()}).encode()
    codec = BY_ID["vector-field"]
    layers = opened(codec, packed, ring)
    assert [layer.data for layer in layers] == [value]
    assert codec.undo_with(ring, packed, layers[0].span, layers[0].params) == value


@pytest.mark.parametrize("name", sorted(TAGGED))
def test_one_changed_bit_is_refused(name):
    packed = PACKED[name](b"https://bafizopuka.example/")
    for place in range(len(packed)):
        changed = bytes(byte ^ (at == place) for at, byte in enumerate(packed))
        assert not opened(BY_ID[name], changed, RING)


def test_no_key_opens_noise():
    noise = random.Random(41)
    ring = Keyring(keys=tuple(Key(name=str(size), data=noise.randbytes(size)) for size in (5, 16, 16, 24, 32, 32)))
    keyed = [codec for codec in CODECS if codec.KEYED]
    for size in (16, 32, 48, 64, 112, 256, 1024):
        for _ in range(120):
            data = noise.randbytes(size)
            assert not [codec.ID for codec in keyed if opened(codec, data, ring)]


def test_padding_alone_proves_nothing():
    noise = random.Random(42)
    for _ in range(50):
        inside = noise.randbytes(noise.randrange(16, 64))
        packed = IV + run(AES(SIXTEEN), CBC(IV), padded(inside))
        assert not opened(BY_ID["aes-cbc"], packed, RING), inside


def test_more_keys_ask_for_more_proof():
    assert proof(1) < proof(2) < proof(1000)
    assert evidence(b"wo") < proof(1) < evidence(b"https://pefolina.example/")
    assert evidence(random.Random(43).randbytes(200)) < proof(1)


def test_a_step_names_its_key_and_does_not_hold_it():
    data = PACKED["aes-cbc"](b"https://bafizopuka.example/")
    (hit,) = Walker([needle()], keyring=RING).walk(data).hits
    told = json.dumps(dict(hit.steps[0].params))
    assert "large" in told
    assert not any(
        secret in told for secret in (LARGE.hex(), base64.b64encode(LARGE).decode(), LARGE.decode("latin-1"))
    )


def test_replay_takes_the_key_and_says_which_is_lacking():
    data = PACKED["aes-gcm"](b"https://bafizopuka.example/")
    (hit,) = Walker([needle()], keyring=RING).walk(data).hits
    renamed = Keyring(keys=(Key(name="found again", data=LARGE),))
    assert replay(data, hit.steps, renamed)[-1][slice(*hit.found)] == b"bafizopuka"
    for ring in (None, Keyring(keys=RING.keys[:1])):
        with pytest.raises(IntegrityFailure, match=r"takes the key 'large' \([0-9a-f]{16}\), which is not given"):
            replay(data, hit.steps, ring)


def test_the_tree_opens_with_keys_too():
    data = PACKED["aes-ctr"](b"https://bafizopuka.example/")
    assert [child.step.codec for child in tree(data, keyring=RING).children] == ["aes-ctr"]
    assert not tree(data).children


KEYED = [case for case in CASES if keyring(case)]


@pytest.mark.parametrize("case", KEYED, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_cut_or_changed_anywhere_it_is_read_or_left(case):
    (file,) = case.glob("input.*")
    data, ring = file.read_bytes(), keyring(case)
    walker = Walker([needle()], Budget(bytes=1 << 22), ring)
    noise = random.Random(44)
    for _ in range(6):
        cut = data[: noise.randrange(len(data))]
        place = noise.randrange(len(data))
        changed = data[:place] + bytes([data[place] ^ 1 << noise.randrange(8)]) + data[place + 1 :]
        for spoilt in (cut, changed):
            walk = walker.walk(spoilt)
            assert walk.read + walk.opaque_bytes == len(spoilt)
            for hit in walk.hits:
                replay(spoilt, hit.steps, ring)


def test_many_wrapped_keys_stay_in_budget():
    ring = keyring(next(case for case in KEYED if case.parent.name == "rsa-aes"))
    noise = random.Random(45)
    blocks = [base64.b64encode(b"\0" + noise.randbytes(255)).decode() for _ in range(2000)]
    walk = Walker([needle()], Budget(bytes=1 << 23), ring).walk(json.dumps({"k": blocks}).encode())
    assert walk.cut


@pytest.mark.parametrize("bits", [24, 36, 48, 60, 80, 100])
def test_no_mixture_of_letters_makes_text_likelier_than_its_evidence_says(bits):
    usual = len(NO_CHANCE) / 256
    other = len(NO_CONTROL) / 256 - usual
    likeliest = max(
        sum(
            comb(size, count) * usual**count * other ** (size - count)
            for count in range(size + 1)
            if USUAL * count + PRINTABLE * (size - count) >= bits
        )
        for size in range(1, 100)
    )
    assert likeliest <= 2 ** -(WORTH * bits)
