"""Golden payloads: recorded from SDKs, or built from descriptions (each case's note says which)."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec
import pytest

from backtalk.decode import replay, tree
from backtalk.decode.formats import FORMATS, read
from backtalk.decode.formats.buffer import Buffer
from backtalk.model.decoding import Node, Step
from backtalk.model.message import Message

CORPUS = Path(__file__).parents[2] / "corpus" / "formats"
CASES = sorted(case for case in CORPUS.glob("*/*") if case.is_dir())
NAMED = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")


class Found(msgspec.Struct, frozen=True):
    """A message met in one input, and the steps that lead to its buffer."""

    input: str
    steps: tuple[Step, ...]
    message: Message


def parts(case: Path) -> list[tuple[str, bytes]]:
    return [(file.suffix[1:], file.read_bytes()) for file in sorted(case.glob("input.*"))]


def buffers(node: Node, steps: tuple[Step, ...] = ()):
    yield steps, node.data
    for child in node.children:
        assert child.step is not None
        yield from buffers(child, (*steps, child.step))


@functools.cache
def found(case: Path) -> tuple[Found, ...]:
    return tuple(
        Found(name, steps, message)
        for name, data in parts(case)
        for steps, buffer in buffers(tree(data))
        if (message := read(buffer)) is not None
    )


@NAMED
def test_a_payload_is_read_as_expected(case):
    expected = msgspec.json.decode((case / "expected.json").read_bytes(), type=tuple[Found, ...])
    assert found(case) == expected


@NAMED
def test_a_payload_is_its_makers_and_nobody_elses(case):
    assert {one.message.format for one in found(case)} == {case.parent.name}
    for name, data in parts(case):
        for _, buffer in buffers(tree(data)):
            takers = [form.ID for form in FORMATS if Buffer(buffer).fits and form.read(Buffer(buffer)) is not None]
            assert len(takers) <= 1, (name, takers)


@NAMED
def test_every_value_stands_where_it_is_said_to_stand(case):
    inputs = dict(parts(case))
    for one in found(case):
        raw = inputs[one.input]
        data = replay(raw, one.steps)[-1] if one.steps else raw
        for field in (*one.message.shared, *(field for event in one.message.events for field in event.fields)):
            packed = data[slice(*field.span)]
            assert packed or not field.value
            if field.value.isalnum() and not field.value.isdigit():
                assert field.value.encode() in packed


@NAMED
def test_a_payload_cut_anywhere_fails_nothing(case):
    for one in found(case):
        raw = dict(parts(case))[one.input]
        data = replay(raw, one.steps)[-1] if one.steps else raw
        for end in range(0, len(data), max(1, len(data) // 40)):
            message = read(data[:end])
            assert message is None or message.format == case.parent.name


def test_a_note_says_where_each_payload_is_from():
    for case in CASES:
        note = (case / "note.txt").read_text(encoding="utf-8")
        assert "recorded" in note
        assert "Reconstructed" in note or "loopback" in note


def write() -> None:
    """Write every `expected.json` anew: look at the difference before it is kept."""
    for case in CASES:
        (case / "expected.json").write_bytes(msgspec.json.format(msgspec.json.encode(found(case)), indent=1) + b"\n")


if __name__ == "__main__":
    write()
