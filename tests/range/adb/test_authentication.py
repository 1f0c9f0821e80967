"""Hosts get in by a key that is known, by one that is accepted, or not at all."""

from __future__ import annotations

import base64
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA1
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.adb.authentication import PUBLIC_KEY, SIGNATURE, TOKEN, Doorkeeper, parse
from backtalk.range.adb.connection import Connection
from backtalk.range.adb.message import AUTH, CNXN, OPEN, UNSUMMED, Framer, Message, encode
from tests.range.adb.toy import Toy

OWNER, STRANGER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
TOKENS = [bytes([number]) * 20 for number in range(1, 50)]


def offered(key, size=2048):
    """As adb writes `adbkey.pub`."""
    numbers = key.public_key().public_numbers()
    inverse = -pow(numbers.n, -1, 1 << 32) % (1 << 32)
    rr = pow(1 << size, 2, numbers.n)
    words = (numbers.n.to_bytes(size // 8, "little"), rr.to_bytes(size // 8, "little"))
    return base64.b64encode(struct.pack("<II256s256sI", size // 32, inverse, *words, numbers.e)) + b" me@desk\0"


def signed(key, token):
    return key.sign(token, padding.PKCS1v15(), Prehashed(SHA1()))


class Caller:
    def __init__(self, doorkeeper):
        tokens = iter(TOKENS)
        self.connection = Connection(Toy(), doorkeeper, lambda size: next(tokens))
        self.framer = Framer(4096)
        (self.told,) = self.say(Message(CNXN, UNSUMMED, 4096, b"host::\0"))

    def say(self, message):
        return [one for answer in self.connection.receive(encode(message)) for one in self.framer.feed(answer)]


def test_a_key_that_is_offered_is_accepted_and_from_then_on_known():
    doorkeeper = Doorkeeper()
    caller = Caller(doorkeeper)
    assert caller.told == Message(AUTH, TOKEN, 0, TOKENS[0])
    (again,) = caller.say(Message(AUTH, SIGNATURE, 0, signed(OWNER, TOKENS[0])))
    assert again == Message(AUTH, TOKEN, 0, TOKENS[1])
    (welcome,) = caller.say(Message(AUTH, PUBLIC_KEY, 0, offered(OWNER)))
    assert (welcome.command, caller.connection.online) == (CNXN, True)
    second = Caller(doorkeeper)
    (welcome,) = second.say(Message(AUTH, SIGNATURE, 0, signed(OWNER, second.told.data)))
    assert welcome.command == CNXN


def test_a_key_that_is_known_does_not_let_in_who_signs_something_else_or_with_another():
    doorkeeper = Doorkeeper()
    assert doorkeeper.admits(offered(OWNER))
    assert doorkeeper.knows(TOKENS[0], signed(OWNER, TOKENS[0]))
    assert not doorkeeper.knows(TOKENS[1], signed(OWNER, TOKENS[0]))
    assert not doorkeeper.knows(TOKENS[0], signed(STRANGER, TOKENS[0]))
    doorkeeper.forget()
    assert not doorkeeper.knows(TOKENS[0], signed(OWNER, TOKENS[0]))


def test_who_is_refused_hears_nothing_more_and_opens_nothing():
    caller = Caller(Doorkeeper("refuse"))
    assert caller.say(Message(AUTH, PUBLIC_KEY, 0, offered(OWNER))) == []
    assert caller.say(Message(OPEN, 1, 0, b"shell:say 3\0")) == []
    assert not caller.connection.online


@pytest.mark.parametrize("bent", [b"", b"AAAA", b"!" * 700, offered(OWNER)[:300], base64.b64encode(bytes(524))])
def test_what_is_no_key_is_not_accepted(bent):
    assert parse(bent) is None
    assert not Doorkeeper().admits(bent)


@given(st.binary(max_size=300))
def test_no_made_up_signature_is_taken_for_one(signature):
    doorkeeper = Doorkeeper()
    assert doorkeeper.admits(offered(OWNER))
    assert not doorkeeper.knows(TOKENS[0], signature)


def test_only_so_many_keys_are_remembered():
    doorkeeper = Doorkeeper()
    first, number = parse(offered(OWNER)), parse(offered(OWNER)).modulus
    for step in range(0, 400, 2):
        packed = struct.pack("<II256s256sI", 64, 1, (number - step).to_bytes(256, "little"), bytes(256), 3)
        assert doorkeeper.admits(base64.b64encode(packed))
    assert len(doorkeeper._keys) == 64
    assert first not in doorkeeper._keys
