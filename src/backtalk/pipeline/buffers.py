"""The buffers that steps reach, each undone once."""

from __future__ import annotations

from collections.abc import Callable

from backtalk.decode import replay
from backtalk.model.decoding import Step
from backtalk.model.keyring import Keyring


def buffers(data: bytes, keyring: Keyring | None = None) -> Callable[[tuple[Step, ...]], bytes]:
    """A function from steps to the buffer they reach from `data`, which remembers what it has undone."""
    known: dict[tuple[object, ...], bytes] = {}

    def reach(steps: tuple[Step, ...]) -> bytes:
        if not steps:
            return data
        key = tuple((step.codec, step.version, step.span, tuple(sorted(step.params.items()))) for step in steps)
        if key not in known:
            known[key] = replay(reach(steps[:-1]), steps[-1:], keyring)[-1]
        return known[key]

    return reach
