"""What is fuzzed: a name, a function that must hold for any bytes, and inputs to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "corpus"
KEPT = Path(__file__).with_name("corpus")
"""Inputs of each target that are in the tree: seeds that reach far, and whatever was once found to break it."""
LONGEST = 1 << 16
"""Bytes of an input, at most: longer ones show nothing that shorter ones do not."""


class Target(NamedTuple):
    """`run` raises for an input that shows a fault; `golden` are patterns of golden inputs under tests/corpus."""

    name: str
    run: Callable[[bytes], None]
    golden: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its inputs are kept, and where a new one is written that breaks it."""
        return KEPT / self.name

    def inputs(self) -> Iterator[tuple[str, bytes]]:
        """Every input in the tree, with a name to find it by."""
        files = {file for pattern in self.golden for file in GOLDEN.glob(pattern)}
        for file in sorted(files | set(self.folder.glob("*"))):
            data = file.read_bytes()
            if len(data) <= LONGEST:
                yield str(file.relative_to(ROOT)), data
