"""Who may drive the device: RSA signatures over a token, and keys that are offered. (AOSP, adb_auth)

A host signs the token with each of its private keys (PKCS #1 v1.5, SHA-1, the token in the digest's place); if none
is known it offers a public key, and on a phone somebody is asked on the screen.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from collections import OrderedDict
from typing import Literal

from msgspec import Struct

TOKEN, SIGNATURE, PUBLIC_KEY = 1, 2, 3
TOKEN_SIZE = 20
Policy = Literal["accept once asked", "refuse", "accept all"]
"""`accept once asked` answers the phone's question with yes and remembers the key; `refuse` never answers it, so
that the host stays unauthorized; `accept all` does not ask for any key, as ro.adb.secure=0."""

_BITS = 2048
_HEAD = struct.Struct("<II256s256sI")
"""Words of the modulus, -1/n mod 2**32, n and R**2 mod n (both little-endian), the exponent."""
_DIGEST = bytes.fromhex("3021300906052b0e03021a05000414")
_REMEMBERED = 64


class Key(Struct, frozen=True):
    """An RSA public key of 2,048 bits."""

    modulus: int
    exponent: int

    def signed(self, token: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over the token."""
        if len(signature) != _BITS // 8 or int.from_bytes(signature, "big") >= self.modulus:
            return False
        opened = pow(int.from_bytes(signature, "big"), self.exponent, self.modulus).to_bytes(_BITS // 8, "big")
        tail = _DIGEST + token
        return hmac.compare_digest(opened, b"\x00\x01" + b"\xff" * (len(opened) - len(tail) - 3) + b"\x00" + tail)


def parse(offered: bytes) -> Key | None:
    """The key in a host's `adbkey.pub`, with its comment; None for what is none."""
    try:
        packed = base64.b64decode(offered.split(b"\0")[0].split(b" ")[0].strip(), validate=True)
        words, _, modulus, _, exponent = _HEAD.unpack(packed)
    except (binascii.Error, struct.error):
        return None
    key = Key(int.from_bytes(modulus, "little"), exponent)
    sound = words == _BITS // 32 and key.modulus.bit_length() == _BITS and key.modulus % 2 and exponent in {3, 65537}
    return key if sound else None


class Doorkeeper:
    """Decides by its policy, and knows the keys that were accepted: one for all connections of a device."""

    def __init__(self, policy: Policy = "accept once asked") -> None:
        self.policy = policy
        self._keys: OrderedDict[Key, None] = OrderedDict()

    @property
    def open(self) -> bool:
        """Whether everybody may in."""
        return self.policy == "accept all"

    def knows(self, token: bytes, signature: bytes) -> bool:
        """Whether a known key signed the token."""
        return any(key.signed(token, signature) for key in self._keys)

    def admits(self, offered: bytes) -> bool:
        """Whether whoever offers this key may in; from then on it is known."""
        key = parse(offered)
        if key is None or self.policy != "accept once asked":
            return False
        self._keys[key] = None
        self._keys.move_to_end(key)
        if len(self._keys) > _REMEMBERED:
            self._keys.popitem(last=False)
        return True

    def forget(self) -> None:
        """Know no key any more, as after a factory reset."""
        self._keys.clear()
