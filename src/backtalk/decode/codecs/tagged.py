"""What ciphers with a tag have in common: where nonce and tag stand."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from cryptography.exceptions import InvalidTag

from backtalk.decode.codecs.cipher import Cipher, vector
from backtalk.model.decoding import Value
from backtalk.model.keyring import Key

TAG = 16


class Tagged(Cipher):
    """A cipher whose tag of 16 bytes follows the ciphertext, or stands before it. The tag is all the proof it takes."""

    AUTHENTIC: ClassVar[bool] = True
    NONCES: ClassVar[tuple[int, ...]]
    """The sizes of nonces that are met, the usual one first."""

    @abstractmethod
    def open(self, key: bytes, nonce: bytes, sealed: bytes) -> bytes:
        """The plaintext of ciphertext and tag; InvalidTag when that does not fit."""

    def beginning(self, params: Mapping[str, Value]) -> int:
        del params
        return 0

    def layouts(self, key: Key, size: int) -> Iterator[dict[str, Value]]:
        if key.iv and size > TAG:
            yield {"iv": key.iv.hex(), "nonce": len(key.iv), "tag": "end"}
        for nonce in self.NONCES:
            if size > nonce + TAG:
                yield {"iv": "prefix", "nonce": nonce, "tag": "end"}
                yield {"iv": "prefix", "nonce": nonce, "tag": "front"}

    def run(self, key: bytes, packed: bytes, params: Mapping[str, Value]) -> bytes:
        size = params.get("nonce")
        if not isinstance(size, int) or not 8 <= size <= 128:  # what both machines take
            raise ValueError("no such nonce")
        nonce, rest = vector(params, key, packed, size)
        if params.get("tag") == "front":
            rest = rest[TAG:] + rest[:TAG]
        if len(nonce) < size or len(rest) <= TAG:
            raise ValueError("too short")
        try:
            return self.open(key, nonce, rest)
        except InvalidTag as error:
            raise ValueError("the tag does not fit") from error
