"""What XOR's keys are not found by: bytes that repeat, that take few values, and needles that fit any filling."""

import random

import pytest

from backtalk.decode import Walker
from backtalk.decode.codecs.xor import key_of_text, likelihoods, xored
from backtalk.model.canary import Needle

PLAIN = b'{"event":"page visited","title":"The news of the day","to":"https://bafizopuka.example/"}'


@pytest.mark.parametrize("length", [1, 2, 4])
def test_text_shows_its_key(length):
    key = bytes([0x9B, 0xE7, 0x01, 0xC4])[:length]
    assert key_of_text(xored(PLAIN, key)) == key


@pytest.mark.parametrize("tail", [b"9" * 60, b"z6nwq436qmlb323dxz9z25z0gy4289xri2edcjqxxnxmd657xdmz2m75w9r1t8"])
def test_text_shows_its_key_whatever_follows(tail):
    assert key_of_text(xored(PLAIN + tail, b"\x9b\xe7\x01\xc4")) == b"\x9b\xe7\x01\xc4"


@pytest.mark.parametrize(("size", "turns"), [(8, 40), (16, 20), (16, 200), (24, 30)])
def test_a_secret_that_repeats_is_no_text(size, turns):
    noise = random.Random(4)
    for _ in range(20):
        assert key_of_text(noise.randbytes(size) * turns) is None


def test_a_secret_that_repeats_is_unread():
    data = random.Random(4).randbytes(16) * 20
    assert Walker([]).walk(data).opaque_bytes == len(data)


def test_small_numbers_are_no_text():
    noise = random.Random(6)
    found = 0
    for size in (48, 64, 100, 200, 500, 1500):
        for _ in range(20):
            found += key_of_text(bytes(min(int(noise.expovariate(0.25)), 255) for _ in range(size))) is not None
    assert found <= 1


@pytest.mark.parametrize("values", [range(16), range(10), range(128, 160)], ids=["nibbles", "digits", "five bits"])
def test_few_values_are_no_text(values):
    noise = random.Random(5)
    for size in (48, 64, 96, 400, 2000):
        for _ in range(20):
            assert key_of_text(bytes(noise.choices(values, k=size))) is None


@pytest.mark.parametrize("value", [b"10.10.10.10", b"111.111.111.111", b"testtesttest", b"000000000000", b"123456789"])
@pytest.mark.parametrize("filling", [bytes(60), b"\xff" * 60, b"\0\1" * 30, bytes(range(32))])
def test_fillings_and_tables_show_no_needle(value, filling):
    walker = Walker([Needle(canary=0, match="exact", literal=value, caseless=False)])
    assert not walker.walk(b"\x9c\xf1\x80\xfe" + filling + b"\xaa\xd1\x93\x07").hits


def test_likelihoods_add_up_without_rounding():
    assert not (likelihoods() * 64 % 1).any()
    assert abs(likelihoods()).max() * 64 * 2048 < 2**24
