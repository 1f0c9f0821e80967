"""What keeps the search honest: no false alarm among a million words, and no input that takes without bound."""

from __future__ import annotations

import base64
import codecs
import gzip
import json
import os
import random
import subprocess
import sys
import zlib
from pathlib import Path

import brotli
import hyperscan
import pytest

from backtalk.decode import Walker
from backtalk.model.draw import Draw
from tests.decode.packaging import ALL, packed

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus" / "decode"
DECOYS, BATCH, LETTERS = 1_000_000, 100_000, 10
TURNED = bytes((byte - 33 + 47) % 94 + 33 if 33 <= byte < 127 else byte for byte in range(256))


def bodies():
    """Every golden case, and seeded noise and words in each packaging."""
    for file in sorted(CORPUS.glob("*/*/input.*")):
        yield file.read_bytes()
    noise = random.Random(31)
    draw = Draw(31, "prose")
    for name in sorted(ALL):
        yield packed([name], noise.randbytes(20_000))
        yield packed([name], " ".join(draw.word(2 + draw.below(8)) for _ in range(2000)).encode())
        yield packed([name, "gzip", "base64"], noise.randbytes(20_000))


def buffers():
    """All that a walk undoes of those, in each of the forms in which a needle is looked for."""
    undone: dict[bytes, None] = {}
    walker = Walker([])
    for body in bodies():
        walker.walk(body, lambda data, _: undone.setdefault(data))
    for data in undone:
        yield from (data, data[::-1], data.translate(TURNED))
        yield codecs.encode(data.decode("latin-1"), "rot13").encode("latin-1")


def searched(words: list[bytes], buffers: list[bytes]) -> list[int]:
    """Which of the words are met in any buffer."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
    database.compile(expressions=words, ids=list(range(len(words))), elements=len(words), flags=[flags] * len(words))
    met: list[int] = []
    for data in buffers:
        database.scan(data, match_event_handler=lambda number, *_: met.append(number))
    return met


@pytest.mark.slow
def test_a_million_decoys_are_met_nowhere():
    read = list(buffers())
    assert sum(map(len, read)) > 1_000_000
    assert searched([b"bafizopuka"], read), "the search sees nothing"
    draw = Draw(32, "decoys")
    words = list(dict.fromkeys(draw.word(LETTERS).encode() for _ in range(DECOYS)))
    for at in range(0, len(words), BATCH):
        batch = words[at : at + BATCH]
        assert [batch[number] for number in searched(batch, read)] == []


def many_bombs() -> bytes:
    bombs = [base64.b64encode(gzip.compress(bytes(3_000_000) + bytes([n]))).decode() for n in range(40)]
    return json.dumps(bombs).encode()


def nested_base64() -> bytes:
    data = b"bafizopukx" * 500
    for _ in range(14):
        data = base64.b64encode(data)
    return data


BOMBS = {
    "gzip": lambda: gzip.compress(bytes(1 << 27)),
    "gzip in gzip": lambda: gzip.compress(gzip.compress(bytes(1 << 27))),
    "brotli": lambda: brotli.compress(bytes(1 << 27), quality=5),
    "nested JSON": lambda: b"[" * 200_000 + b'"a\\u0062"' + b"]" * 200_000,
    "base64 of base64": nested_base64,
    "many beginnings of gzip": lambda: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" * 30_000,
    "many zlib streams": lambda: zlib.compress(b"x" * 50_000) * 3000,
    "many bombs": many_bombs,
    "backslashes": lambda: b'"' + b"\\" * 300_000 + b'"',
}
OVER_BUDGET = {"gzip", "gzip in gzip", "brotli", "base64 of base64", "many zlib streams", "many bombs"}
"""What a walk must say that it did not read to its end."""
MOST_MEGABYTES = 400
PEAK = """
import sys
from backtalk.decode import Walker
from tests.decode.packaging import needle
data = sys.stdin.buffer.read()
walk = Walker([needle()]).walk(data)
assert walk.read + walk.opaque_bytes == len(data)
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024, walk.cut)
"""


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_takes_memory_within_bounds(name):
    run = subprocess.run(
        [sys.executable, "-c", PEAK],
        input=BOMBS[name](),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )
    peak, cut = run.stdout.decode().split()
    assert int(peak) < MOST_MEGABYTES
    assert cut == str(name in OVER_BUDGET)
