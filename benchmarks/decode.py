"""Measures the search through packaging against what is possible at all, in ratios, and writes them down.

Backtalk and an oracle, which is told where to decode and with what, read the same mixed
corpus in turns; the published pre-encoding detector reads as much of it as it can in the
time given. What is remembered between bodies is forgotten before each turn.

    python benchmarks/decode.py [--bodies N] [--rounds N] [--seconds N] [--out bench.json]
"""

from __future__ import annotations

import argparse
import functools
import gc
import importlib.util
import json
import multiprocessing
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus import SHARES, Body, corpus
from rivals import Oracle, PreEncoding

from backtalk.decode import Walker
from backtalk.model.canary import Needle
from backtalk.model.draw import Draw

CANARIES, FEW, MANY, VERY_MANY = 200, 10, 1_000, 10_000
LETTERS = 12
SAMPLE = 300
"""Bodies with which growing numbers of canaries are compared."""
PUBLISHED = 10
"""Words in the published measurement of the pre-encoding detector."""
CHUNK = 25
"""Bodies that a worker is given at once."""

Say = Callable[[str], object]


def walker(words: Sequence[str]) -> Walker:
    """A walker that knows nothing yet of what it has seen before."""
    return Walker([Needle(canary=n, match="exact", literal=w.encode(), caseless=True) for n, w in enumerate(words)])


def forget() -> None:
    """Empty every function's memory: bodies that are read again must cost what new ones cost."""
    for thing in gc.get_objects():
        if isinstance(thing, functools._lru_cache_wrapper) and thing.__name__ != "_compile":  # no other name
            thing.cache_clear()


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    forget()
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(bodies: Sequence[Body], words: Sequence[str], rounds: int) -> tuple[list[float], list[float]]:
    """The seconds of Backtalk and of the oracle in each round, in turns."""
    oracle = Oracle(words)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        fresh = walker(words)
        ours.append(seconds(lambda fresh=fresh: [fresh.walk(body.data) for body in bodies]))
        theirs.append(seconds(lambda: [oracle.find(body) for body in bodies]))
    return ours, theirs


def recall(bodies: Sequence[Body], words: Sequence[str]) -> tuple[float, int]:
    """The share of planted canaries that are found, and how many others are."""
    fresh = walker(words)
    found = [{hit.needle for hit in fresh.walk(body.data).hits} for body in bodies]
    planted = [body.canary for body in bodies]
    there = sum(canary in numbers for canary, numbers in zip(planted, found, strict=True) if canary >= 0)
    false = sum(len(numbers - {canary}) for canary, numbers in zip(planted, found, strict=True))
    return there / sum(canary >= 0 for canary in planted), false


def pre_encoding(bodies: Sequence[Body], words: Sequence[str], limit: float) -> tuple[float, int]:
    """MB a second of the pre-encoding detector, and how many strings it looks for."""
    detector = PreEncoding(words)
    size = 0
    began = time.perf_counter()
    for body in bodies:
        detector.find(body)
        size += len(body.data)
        if time.perf_counter() - began > limit:
            break
    return size / 1e6 / (time.perf_counter() - began), detector.forms


def scaling(bodies: Sequence[Body], rounds: int) -> dict[str, float]:
    """The time with that many canaries as a multiple of the time with ten."""
    draw = Draw(7, "many")
    words = [draw.word(LETTERS) for _ in range(VERY_MANY)]
    times: dict[int, list[float]] = {count: [] for count in (FEW, MANY, VERY_MANY)}
    for _ in range(rounds):
        for count, taken in times.items():
            fresh = walker(words[:count])
            taken.append(seconds(lambda fresh=fresh: [fresh.walk(body.data) for body in bodies]))
    return {str(count): min(taken) / min(times[FEW]) for count, taken in times.items()}


_worker: Walker


def _begin(words: Sequence[str]) -> None:
    global _worker  # noqa: PLW0603  # what a worker process is for
    _worker = walker(words)


def _read(bodies: Sequence[bytes]) -> int:
    return sum(len(_worker.walk(data).hits) for data in bodies)


def workers(bodies: Sequence[Body], words: Sequence[str], rounds: int) -> float:
    """How many times faster two worker processes are than one."""
    chunks = [[body.data for body in bodies[at : at + CHUNK]] for at in range(0, len(bodies), CHUNK)]
    best = {1: float("inf"), 2: float("inf")}
    for _ in range(rounds):
        for count in (1, 2):
            with multiprocessing.get_context("spawn").Pool(count, _begin, (words,)) as pool:
                pool.map(_read, [chunks[0]] * count * 2, 1)
                best[count] = min(best[count], seconds(lambda pool=pool: pool.map(_read, chunks, 1)))
    return best[1] / best[2]


def main(arguments: Sequence[str] | None = None, say: Say = sys.stdout.write) -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure the search through packaging against what is possible.")
    parser.add_argument("--bodies", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10, help="given to the pre-encoding detector")
    parser.add_argument("--out", type=Path, default=Path("bench.json"))
    options = parser.parse_args(arguments)

    draw = Draw(2020, "canaries")
    words = [draw.word(LETTERS) for _ in range(CANARIES)]
    bodies = corpus(2020, options.bodies, words)
    size = sum(len(body.data) for body in bodies) / 1e6
    say(f"{len(bodies)} bodies, {size:.1f} MB, {CANARIES} canaries\n")

    share, false = recall(bodies, words)
    ours, theirs = compare(bodies, words, options.rounds)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    say(f"Backtalk      {size / min(ours):8.1f} MB/s   {ratio:8.2f} times the oracle's time\n")
    say(f"oracle        {size / min(theirs):8.1f} MB/s\n")
    kinds: dict[str, float] = {}
    for kind, _ in SHARES:
        some = [body for body in bodies if body.kind == kind]
        mine, told = compare(some, words, 2)
        kinds[kind] = min(mine) / min(told)
        some_size = sum(len(body.data) for body in some) / 1e6
        say(f"  {kind:10s}  {some_size / min(mine):8.1f} MB/s   {kinds[kind]:8.2f}\n")
    speed, forms = pre_encoding(bodies, words[:PUBLISHED], options.seconds)
    say(f"pre-encoding  {speed:8.3f} MB/s   {size / min(ours) / speed:8.0f} times slower ({forms} strings for 10)\n")
    say(f"recall {share:.1%}, false {false}\n")
    grown = scaling(bodies[:SAMPLE], options.rounds)
    say("canaries " + ", ".join(f"{int(count):,}: {times:.2f}" for count, times in grown.items()) + "\n")
    two = workers(bodies, words, 2)
    say(f"two workers {two:.2f} times one\n")
    for name, there in (
        ("trackhar", shutil.which("trackhar")),
        ("fritap", importlib.util.find_spec("fritap")),
    ):
        say(f"{name}: {'installed, reads captures only: not comparable here' if there else 'not installed'}\n")
    result = {
        "decode": {
            "times_oracle": ratio,
            "recall": share,
            "false": false,
            "mb_per_s": size / min(ours),
            "oracle_mb_per_s": size / min(theirs),
            "pre_encoding_mb_per_s": speed,
            "times_oracle_by_kind": kinds,
            "canaries": grown,
            "two_workers": two,
            "bodies": len(bodies),
            "mb": size,
        }
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
