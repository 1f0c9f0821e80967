"""Undoing recorded steps again, so that whoever holds the raw bytes can check a sighting."""

from __future__ import annotations

from collections.abc import Sequence

from backtalk.decode.codecs import BY_ID
from backtalk.decode.codecs.cipher import Keyed
from backtalk.errors import IntegrityFailure
from backtalk.model.decoding import Step
from backtalk.model.keyring import Keyring


def replay(data: bytes, steps: Sequence[Step], keyring: Keyring | None = None) -> tuple[bytes, ...]:
    """The output of each step in turn. IntegrityFailure when one does not give again what it gave.

    Steps that name a key take it from the keyring.
    """
    keyring = keyring or Keyring()
    outputs: list[bytes] = []
    for number, step in enumerate(steps, 1):
        codec = BY_ID.get(step.codec)
        if codec is None or step.version != codec.VERSION:
            raise _failure(number, step, "this version of Backtalk does not have that codec")
        if not 0 <= step.span[0] <= step.span[1] <= len(data):
            raise _failure(number, step, f"its input has only {len(data)} bytes")
        try:
            if isinstance(codec, Keyed):
                data = codec.undo_with(keyring, data, step.span, step.params)
            else:
                data = codec.undo(data, step.span, step.params)
        except ValueError as error:
            raise _failure(number, step, str(error)) from error
        outputs.append(data)
    return tuple(outputs)


def _failure(number: int, step: Step, why: str) -> IntegrityFailure:
    low, high = step.span
    return IntegrityFailure(
        f"Step {number} ({step.codec} at bytes {low} to {high}) cannot be undone again: {why}.",
        means="The sighting that rests on it is not proven.",
        remedy="Derive the result again from the raw evidence.",
    )
