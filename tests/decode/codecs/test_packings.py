"""Each codec gives back what its writer packed, and sees nothing of its kind in noise."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.decode import CODECS, Budget
from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Layer, Respelling
from backtalk.decode.codecs import BY_ID
from tests.decode.codecs.encoders import PACKINGS

SPECULATIVE = {"base64", "hex"}
"""Their runs are opened to look further; what gives no sense counts as unread where it stands."""
ALPHABETS = {
    "base32": b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "base32hex": b"0123456789abcdefghijklmnopqrstuv",
    "base36": b"0123456789abcdefghijklmnopqrstuvwxyz",
    "base58": b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "base62": b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "base64": b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "printable": bytes(range(0x21, 0x7F)),
}


def opened(codec, data):
    """What the codec alone sees in the data."""
    if isinstance(codec, Respelling):
        return [Layer(span=(0, len(data)), data=codec.undo(data, (0, len(data)), {}))]
    layers = codec.layers(Buffer(data), [(0, len(data))], Meter(Budget()))
    return [layer for layer in layers if isinstance(layer, Layer)]


@pytest.mark.parametrize("name", sorted(PACKINGS))
def test_what_was_packed_is_given_back(name):
    packing = PACKINGS[name]
    codec = BY_ID[packing.codec]

    @settings(max_examples=60, deadline=None)
    @given(packing.values, st.data())
    def gives_back(value, draw):
        data = packing.encode(value)
        layers = opened(codec, data)
        assert value in [layer.data for layer in layers]
        for layer in layers:
            assert codec.undo(data, layer.span, layer.params) == layer.data

    gives_back()


@pytest.mark.parametrize("name", sorted(PACKINGS))
def test_cut_anywhere_it_is_read_or_left(name):
    packing = PACKINGS[name]
    codec = BY_ID[packing.codec]
    data = packing.encode(b"https://bafizopuka.example/visited/page/1")
    for cut in range(0, len(data), max(len(data) // 40, 1)):
        for layer in opened(codec, data[:cut]):
            assert codec.undo(data[:cut], layer.span, layer.params) == layer.data


NOISY = [codec for codec in CODECS if codec.ID not in SPECULATIVE and not isinstance(codec, Respelling)]
BINARY = [codec for codec in NOISY if not codec.TEXT]


@pytest.mark.parametrize("codec", BINARY, ids=lambda codec: codec.ID)
def test_nothing_is_seen_in_random_bytes(codec):
    noise = random.Random(21)
    for size in (8, 16, 24, 48, 100, 400):
        for _ in range(300):
            assert not opened(codec, noise.randbytes(size))


@pytest.mark.parametrize("alphabet", sorted(ALPHABETS))
def test_nothing_is_seen_in_random_letters(alphabet):
    noise = random.Random(22)
    textual = [codec for codec in NOISY if codec.TEXT and codec.TOKEN]
    for size in (12, 16, 22, 32, 43, 64, 100):
        for _ in range(150):
            token = bytes(noise.choices(ALPHABETS[alphabet], k=size))
            for codec in textual:
                sensible = [layer for layer in opened(codec, b'{"a":"' + token + b'"}') if Buffer(layer.data).text]
                assert not sensible, (codec.ID, token)


def test_random_bytes_in_base64_stay_unread():
    noise = random.Random(23)
    probes = [codec for codec in NOISY if not codec.PATTERNS]
    for _ in range(2000):
        inside = base64.b64decode(base64.b64encode(noise.randbytes(noise.randrange(16, 64))))
        assert not [codec.ID for codec in probes if opened(codec, inside)]
