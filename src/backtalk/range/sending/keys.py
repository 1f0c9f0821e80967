"""The maker's keys. The instrument may be given `for_lab`; the other is the maker's alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

XOR_KEY = b"m1rage#"
SALT = b"mirage.2020"


class Keys:
    """Made when first asked for. `random` gives initial vectors, nonces and session keys."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        self.random = random

    @cached_property
    def rsa(self) -> rsa.RSAPrivateKey:
        """What the Android SDK's session keys are wrapped for."""
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def sealed(self) -> X25519PrivateKey:
        """What sealed messages are encrypted to: no key that a handset or the lab has opens them."""
        return X25519PrivateKey.generate()

    def for_lab(self) -> bytes:
        """The RSA key in PEM, as somebody inside the maker could hand it over."""
        return self.rsa.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
