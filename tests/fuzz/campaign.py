"""Every target for a share of so many seconds: `python -m tests.fuzz.campaign SECONDS [NAME…]`, two at a time.

What a run has found to reach new branches is kept in build/fuzz, and the next run begins there. An input that
breaks a target is written among its kept inputs, so that `make test` fails until it no longer does.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from tests.fuzz.target import ROOT, Target
from tests.fuzz.targets import BY_NAME, TARGETS

AT_ONCE = 2
STARTING = 4.0
"""Seconds that a target takes to begin and end, at least."""
LEAST = 1
"""Seconds for which a target runs, at least."""
RUNS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


class Outcome(NamedTuple):
    """One target's run: how many inputs were tried, and what was written of those that break it."""

    name: str
    code: int
    runs: int
    seconds: float
    found: tuple[Path, ...]
    said: str


class Shares:
    """Shares what is left of the time among the targets that are left."""

    def __init__(self, seconds: float, targets: int) -> None:
        self._end, self._left, self._lock = time.monotonic() + seconds, targets, Lock()

    def next(self) -> int:
        with self._lock:
            share = (self._end - time.monotonic()) * min(AT_ONCE, self._left) / self._left - STARTING
            self._left -= 1
        return max(int(share), LEAST)


def fuzz(target: Target, shares: Shares) -> Outcome:
    """Run one target in a process of its own."""
    begun, seconds = time.monotonic(), shares.next()
    known = set(target.folder.glob("*"))
    grown = ROOT / "build" / "fuzz" / target.name
    grown.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backtalk-seeds-") as seeds:
        for number, (_, data) in enumerate(target.inputs()):
            Path(seeds, str(number)).write_bytes(data)
        options = [f"-max_total_time={seconds}", "-print_final_stats=1", "-verbosity=0"]
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.one", target.name, *options, str(grown), seeds],
            cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
    lines = (done.stdout + done.stderr).splitlines()
    said = "\n".join(line for line in lines if not line.startswith(("INFO:", "WARNING: Failed to find function")))
    runs = RUNS.search(said)
    found = tuple(sorted(set(target.folder.glob("*")) - known))
    if not any(target.folder.glob("*")):
        target.folder.rmdir()
    return Outcome(target.name, done.returncode, int(runs[1]) if runs else 0, time.monotonic() - begun, found, said)


def campaign(targets: tuple[Target, ...], seconds: float) -> Iterator[Outcome]:
    """Each target's outcome, in the order in which they end up."""
    shares = Shares(seconds, len(targets))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda target: fuzz(target, shares), targets)


def main() -> int:
    seconds, names = float(sys.argv[1]), sys.argv[2:]
    targets = tuple(BY_NAME[name] for name in names) or TARGETS
    broken: list[str] = []
    runs = 0
    for one in campaign(targets, seconds):
        runs += one.runs
        say(f"{one.name:28}{one.runs:>9} inputs in {one.seconds:5.1f} s")
        if one.code:
            broken.append(one.name)
            say(one.said[-4000:])
            for file in one.found:
                say(f"{one.name} breaks with {file.relative_to(ROOT)}")
    say(f"{len(targets)} targets, {runs} inputs; broken: {', '.join(broken) or 'none'}")
    if broken:
        say("Mend what breaks, and keep each input where it was written: `make test` tries it from now on.")
    return 1 if broken else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
