"""Compares decoding towards plaintext with encoding every needle in advance, on one telemetry body.

The other way is how published leak detectors work (Englehardt 2018, Senol 2022): encode
each needle in up to three layers of the customary encodings and digests, then look for
every result as a substring. Here both are timed on 100 KB of JSON and 10 needles, the
making of what is kept between buffers (database, encoded needles) apart from the search.

    python benchmarks/decode.py
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sys
import time
import urllib.parse
import zlib
from collections.abc import Callable

from backtalk.decode import Walker
from backtalk.model.canary import Needle
from backtalk.model.draw import Draw

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
DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512")
LAYERS = 3
SIZE = 100_000
REPEATS = 20


def body(draw: Draw, size: int) -> bytes:
    """A batch of page-view events as telemetry libraries send them, of that many bytes or a little more."""
    events: list[dict[str, object]] = []
    while len(json.dumps(events)) < size:
        events.append(
            {
                "event": "page_load_event_finish",
                "time": 1_588_600_000_000 + draw.below(10**9),
                "distinct_id": f"{draw.below(1 << 60):016x}",
                "properties": {
                    "url": f"https://{draw.word(9)}.example/{draw.word(6)}/{draw.word(8)}?q={draw.word(7)}&n=1%2C2",
                    "title": f"{draw.word(5)} {draw.word(8)} \u2013 {draw.word(4)}",
                    "token": base64.b64encode(draw.below(1 << 62).to_bytes(16, "big")).decode(),
                },
            }
        )
    return json.dumps(events).encode()


def forms(needle: bytes) -> set[bytes]:
    """A needle in every encoding and digest of every encoding and digest, up to three deep."""
    reached = layer = {needle}
    for _ in range(LAYERS):
        layer = {encode(data) for data in layer for encode in ENCODINGS} | {
            hashlib.new(digest, data).hexdigest().encode() for data in layer for digest in DIGESTS
        }
        reached = reached | layer
    return reached


def timed(work: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of several runs."""
    best = float("inf")
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def main() -> None:
    """Print both times and their ratio."""
    draw = Draw(2020, "benchmark")
    text = body(draw, SIZE)
    words = [draw.word(10).encode() for _ in range(10)]
    needles = [Needle(canary=n, match="exact", literal=word, caseless=True) for n, word in enumerate(words)]
    decoys = [Needle(canary=n, match="exact", literal=draw.word(10).encode(), caseless=True) for n in range(4000)]
    walker = Walker(needles)
    many = Walker(needles + decoys)
    encoded = [form for word in words for form in forms(word)]
    ours = timed(lambda: walker.walk(text), REPEATS)
    crowded = timed(lambda: many.walk(text), REPEATS)
    theirs = timed(lambda: [form for form in encoded if form in text], 1)
    sys.stdout.write(
        f"{len(text):,} bytes of JSON, {len(words)} needles\n"
        f"decoding towards plaintext      {ours * 1000:10.1f} ms\n"
        f"the same with 4,000 decoys      {crowded * 1000:10.1f} ms\n"
        f"{len(encoded):,} encoded needles      {theirs * 1000:16.1f} ms\n"
        f"ratio                           {theirs / ours:10.0f}\n"
    )


if __name__ == "__main__":
    main()
