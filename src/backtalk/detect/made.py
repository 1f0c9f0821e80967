"""Digests of canaries: how each is made, and a set in which thousands are looked up at once."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from backtalk.detect import hashes
from backtalk.model.finding import Digest

Keys = NDArray[np.uint64]

KEY = 8
"""Bytes of a digest by which it is looked up; what is found is compared in full."""

TABLE = 1 << 22
"""Places of the table that tells most tokens apart from all digests in one step."""
MASK = np.uint64(TABLE - 1)

SPELLED: dict[str, Callable[[bytes], bytes]] = {
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode(),
    "base64": base64.b64encode,
}
"""How a digest is written before it is hashed again."""


class Made(Struct, frozen=True, kw_only=True):
    """One digest in the making; see `Digest`, which tells it to others. `plain`: neither nested nor salted."""

    canaries: tuple[int, ...]
    chain: tuple[str, ...]
    form: str
    preimage: bytes
    salt: str = ""
    key: bytes = b""
    start: int = 0
    plain: bool = False

    def digest(self) -> bytes:
        """The digest's bytes, from `start` on."""
        return run(self.chain, self.preimage, self.key)[self.start :]

    def told(self, size: int) -> Digest:
        """The record of it, of which `size` bytes were found."""
        return Digest(
            chain=self.chain,
            form=self.form,
            preimage=self.preimage.decode("latin-1"),
            size=size,
            start=self.start,
            salt=self.salt,
            key=self.key.decode("latin-1"),
        )


def run(chain: tuple[str, ...], preimage: bytes, key: bytes = b"") -> bytes:
    """What the chain makes of the bytes. ValueError for a function that is not known."""
    data = preimage
    for number, name in enumerate(chain):
        make = SPELLED.get(name) or hashes.ALL.get(name)
        if make is None:
            raise ValueError(f"no hash is called {name!r}")
        data = hmac.digest(key, data, name) if key and not number else make(data)
    return data


def again(digest: Digest) -> bytes:
    """The bytes that a sighting's digest must have had, made again from its record alone."""
    made = run(digest.chain, digest.preimage.encode("latin-1"), digest.key.encode("latin-1"))
    return made[digest.start : digest.start + digest.size]


class Index:
    """A set of digests. `entries` are pairs of a code and a digest; `made` gives the making by its code."""

    def __init__(self, entries: Iterable[tuple[int, bytes]], made: Callable[[int], Made]) -> None:
        codes: list[int] = []
        beginnings = bytearray()
        for code, digest in entries:
            codes.append(code)
            beginnings += digest[:KEY]
        keys = np.frombuffer(bytes(beginnings), dtype="<u8")
        order = np.argsort(keys, kind="stable")
        self._keys, self._codes = keys[order], np.array(codes, dtype=np.int64)[order]
        self._table = np.zeros(TABLE, dtype=bool)
        self._table[keys & MASK] = True
        self._made = made

    def __len__(self) -> int:
        return len(self._keys)

    def among(self, keys: Keys) -> NDArray[np.int64]:
        """The places in `keys` (beginnings of tokens) at which a digest's beginning stands."""
        likely = np.flatnonzero(self._table.take((keys & MASK).astype(np.intp)))
        if not len(likely) or not len(self._keys):
            return likely[:0]
        sought = keys[likely]
        place = np.searchsorted(self._keys, sought)
        met = self._keys[np.minimum(place, len(self._keys) - 1)] == sought
        return np.asarray(likely[met], dtype=np.int64)

    def makings(self, beginning: bytes) -> list[Made]:
        """All digests that begin with these 8 bytes."""
        key = np.frombuffer(beginning[:KEY], dtype="<u8")[0]
        low, high = np.searchsorted(self._keys, key), np.searchsorted(self._keys, key, side="right")
        return [self._made(int(code)) for code in self._codes[low:high]]
