"""What Backtalk is measured against: a reader that is told everything, and the published pre-encoding detector."""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import json
import urllib.parse
import zlib
from collections.abc import Callable, Sequence

import hyperscan
from corpus import Body
from isal import isal_zlib

GZIP = 31


class Oracle:
    """Told where to decode and with what: unquote, base64, ISA-L inflate, and one Hyperscan pass over the result."""

    def __init__(self, words: Sequence[str]) -> None:
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[word.encode() for word in words],
            ids=list(range(len(words))),
            elements=len(words),
            flags=[hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS] * len(words),
        )

    def find(self, body: Body) -> list[int]:
        """The words that a body holds."""
        data = body.data
        if body.kind == "form":
            data = binascii.a2b_base64(urllib.parse.unquote_to_bytes(data[slice(*body.packed)]))
        if body.kind in {"form", "gzip"}:
            data = isal_zlib.decompress(data, GZIP)
        found: list[int] = []
        self._database.scan(data, match_event_handler=lambda number, *_: found.append(number))
        return found


ENCODINGS: tuple[Callable[[bytes], bytes], ...] = (
    base64.b64encode,
    base64.urlsafe_b64encode,
    base64.b32encode,
    base64.b85encode,
    lambda data: data.hex().encode(),
    lambda data: data.hex().upper().encode(),
    lambda data: urllib.parse.quote(data, safe="").encode(),
    lambda data: urllib.parse.quote_plus(data).encode(),
    lambda data: json.dumps(data.decode("latin-1")).encode()[1:-1],
    lambda data: gzip.compress(data, mtime=0),
    zlib.compress,
)
DIGESTS = (
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256", "sha3_224", "sha3_256",
    "sha3_384", "sha3_512", "blake2b", "blake2s", "sm3", "ripemd160",
)  # fmt: skip
CHECKSUMS: tuple[Callable[[bytes], int], ...] = (zlib.crc32, zlib.adler32)
LAYERS = 3


class PreEncoding:
    """The published way (Englehardt 2018, Senol 2022): encode each word in advance, look for each result.

    Up to three layers of 11 encodings and 18 digests, then a substring search for every one.
    """

    def __init__(self, words: Sequence[str]) -> None:
        digests = [name for name in DIGESTS if name in hashlib.algorithms_available]
        self._forms: list[tuple[int, bytes]] = []
        for number, word in enumerate(words):
            reached = layer = {word.encode()}
            for _ in range(LAYERS):
                layer = (
                    {encode(data) for data in layer for encode in ENCODINGS}
                    | {hashlib.new(name, data).hexdigest().encode() for data in layer for name in digests}
                    | {b"%08x" % checksum(data) for data in layer for checksum in CHECKSUMS}
                )
                reached = reached | layer
            self._forms += [(number, form) for form in sorted(reached)]

    @property
    def forms(self) -> int:
        """How many strings are looked for."""
        return len(self._forms)

    def find(self, body: Body) -> list[int]:
        """The words that a body holds in one of those forms."""
        return sorted({number for number, form in self._forms if form in body.data})
