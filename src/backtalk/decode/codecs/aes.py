"""What the modes of AES have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cryptography.hazmat.primitives.ciphers import Cipher as Machine
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR, ECB

from backtalk.decode.codecs.cipher import BLOCK, HEAD, Cipher
from backtalk.model.decoding import Value


def decrypt(key: bytes, mode: ECB | CBC | CTR, packed: bytes) -> bytes:
    """AES in one mode, padding left in place; ValueError for what is no whole number of blocks."""
    machine = Machine(AES(key), mode).decryptor()
    return machine.update(packed) + machine.finalize()


class Aes(Cipher):
    """AES with any of its three sizes of key."""

    SIZES: ClassVar[frozenset[int]] = frozenset((16, 24, 32))

    def beginning(self, params: Mapping[str, Value]) -> int:
        return HEAD + (BLOCK if params.get("iv") == "prefix" else 0)
