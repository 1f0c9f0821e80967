"""Canaries, decoys, and the needles that stand for them in a scan."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

CanaryKind = Literal["host", "path", "query", "text", "control", "spike", "decoy", "given"]
"""Where a canary was planted; `given` is one named on the command line."""

Match = Literal["exact", "caseless", "prefix", "host", "digest", "xor", "reversed", "split"]
"""How the bytes found resemble the canary."""


class Canary(Struct, frozen=True, kw_only=True):
    """A value that exists nowhere else, planted by one stimulus of one session.

    `value` is lower-case letters (a whole URL is allowed for `given`). A decoy is
    never planted; its `stimulus` is empty.
    """

    value: str
    kind: CanaryKind
    session: str = ""
    stimulus: str = ""

    @property
    def decoy(self) -> bool:
        return self.kind == "decoy"


class Needle(Struct, frozen=True, kw_only=True):
    """One literal byte string to look for, on behalf of one canary.

    `canary` is an index into the caller's sequence of canaries. A caseless needle
    matches ASCII letters in either case.
    """

    canary: int
    match: Match
    literal: bytes
    caseless: bool = False
