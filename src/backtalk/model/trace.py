"""The way from raw bytes to a canary, with the bytes of every stage."""

from __future__ import annotations

from msgspec import Struct

from backtalk.model.decoding import Span, Step


class Stage(Struct, frozen=True, kw_only=True):
    """One undone layer and all that it gave. `step.span` is in the input: the stage before, or the raw bytes."""

    step: Step
    output: bytes


class Trace(Struct, frozen=True, kw_only=True):
    """A sighting replayed: `raw` is the part as ingested, `found` a span in the last stage's output.

    `source` is relative to the case (or the file scanned), `digest` its SHA-256 in hex
    where it was taken, `exchange` counts from 0 in file order.
    """

    source: str
    exchange: int
    part: str
    raw: bytes
    stages: tuple[Stage, ...]
    found: Span
    canary: str
    digest: str = ""

    @property
    def last(self) -> bytes:
        """The buffer that holds the canary."""
        return self.stages[-1].output if self.stages else self.raw
