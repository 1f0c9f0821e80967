"""How fast one body is read: `python -m bench [--kilobytes N] [--rounds N]`.

The body is the one by which published leak detectors were measured: 100 KB of JSON, ten
needles; beside it the same with a session's thousand decoys, and the same in gzip and base64.
"""

from __future__ import annotations

import base64
import gzip
import time

import click

from backtalk import detect
from backtalk.decode import Walker
from backtalk.model.canary import Canary
from backtalk.model.draw import Draw

CANARIES = 10
DECOYS = 1000


def body(draw: Draw, size: int, planted: str) -> bytes:
    """JSON of about `size` bytes with one canary in its middle."""
    records = [f'{{"name":"{draw.word(8)}","at":{draw.below(10**12)}}}' for _ in range(size // 40)]
    records[len(records) // 2] = f'{{"url":"https://site.example/{planted}"}}'
    return f'{{"events":[{",".join(records)}]}}'.encode()


def best(walker: Walker, data: bytes, rounds: int) -> tuple[float, int]:
    """Seconds of the fastest round, and the hits."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        walk = walker.walk(data)
        times.append(time.perf_counter() - begun)
    return min(times), len(walk.hits)


@click.command()
@click.option("--kilobytes", default=100, show_default=True, help="Size of the body.")
@click.option("--rounds", default=5, show_default=True, help="Rounds, of which the fastest counts.")
def main(kilobytes: int, rounds: int) -> None:
    """Print milliseconds and MB/s for each packaging and number of needles."""
    draw = Draw(1, "bench")
    canaries = [Canary(value=draw.word(10), kind="given") for _ in range(CANARIES)]
    decoys = [Canary(value=draw.word(10), kind="decoy") for _ in range(DECOYS)]
    plain = body(draw, kilobytes * 1000, canaries[0].value)
    packed = base64.b64encode(gzip.compress(plain, mtime=0))
    for needles, words in ((CANARIES, canaries), (CANARIES + DECOYS, canaries + decoys)):
        walker = Walker(detect.needles(words))
        for name, data in (("JSON", plain), ("gzip, base64", packed)):
            seconds, hits = best(walker, data, rounds)
            speed = len(plain) / seconds / 1e6
            click.echo(f"{name:13} {needles:5} words {seconds * 1e3:9.1f} ms {speed:8.1f} MB/s {hits:3} hits")


if __name__ == "__main__":
    main()
