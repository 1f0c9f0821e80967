"""What undoing packaging yields: steps, hits, and what stayed shut."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

Span = tuple[int, int]
"""Half-open byte range."""

Value = str | int | float | bool


class Step(Struct, frozen=True, kw_only=True):
    """One undone layer of packaging.

    `span` is in this step's own input: the part's bytes for the first step, the output
    of the step before for each other. Codec, version, params and span are enough to undo
    the same layer again.
    """

    codec: str
    version: int
    span: Span
    params: dict[str, Value] = {}


class Hit(Struct, frozen=True, kw_only=True):
    """A needle met in a buffer reached by `steps`; `found` is in the last buffer.

    `needle` is an index into the needles the walker was made with.
    """

    needle: int
    found: Span
    steps: tuple[Step, ...] = ()


class Opaque(Struct, frozen=True, kw_only=True):
    """Bytes that could not be read, and why. `span` is in the buffer that `steps` reach."""

    reason: str
    span: Span
    steps: tuple[Step, ...] = ()


class Walk(Struct, frozen=True, kw_only=True):
    """All that one buffer gave: hits, what stayed shut, and how much was read.

    `read` and `opaque_bytes` count bytes of the buffer given, not of what was decoded;
    `cut` says that the budget ended the walk, so that absence means nothing.
    """

    hits: tuple[Hit, ...]
    opaque: Sequence[Opaque]
    read: int
    opaque_bytes: int
    cut: bool = False


class Node(Struct, frozen=True, kw_only=True):
    """One buffer in the tree of undone packagings, with the step that gave it."""

    step: Step | None
    data: bytes
    children: tuple[Node, ...] = ()
    opaque: tuple[Opaque, ...] = ()
