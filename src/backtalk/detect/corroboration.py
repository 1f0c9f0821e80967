"""32-bit hashes: some stand for some canary in every capture, so they only bear out what was seen otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from backtalk.detect import hashes
from backtalk.detect.forms import Form
from backtalk.model.canary import Canary
from backtalk.model.finding import Sighting

NUMBER = re.compile(rb"(?<![0-9A-Za-z])(?:(?:0x)?[0-9A-Fa-f]{8}|-?[0-9]{5,10})(?![0-9A-Za-z])")
SIZE = 4


def corroborated(
    sightings: Sequence[Sighting], canaries: Sequence[Canary], forms: Sequence[Form], numbers: frozenset[bytes]
) -> tuple[Sighting, ...]:
    """The sightings of one part, each with the 32-bit hashes of its canary among the part's numbers."""
    if not sightings or not numbers:
        return tuple(sightings)
    sighted = {one.canary for one in sightings}
    met: dict[str, list[str]] = {}
    for form in forms:
        owners = [value for index in form.canaries if (value := canaries[index].value) in sighted]
        for name, make in hashes.FOUR.items() if owners else ():
            if make(form.data) in numbers:
                for value in owners:
                    met.setdefault(value, []).append(f"{name}({form.name})")
    return tuple(
        msgspec.structs.replace(one, corroborated=tuple(met[one.canary])) if one.canary in met else one
        for one in sightings
    )


def numbers(data: bytes) -> Iterator[bytes]:
    """Four bytes for each number that 32 bits hold, in hex or decimal, and for a buffer that is no more."""
    if len(data) == SIZE:
        yield data
    for match in NUMBER.finditer(data):
        digits = match[0].removeprefix(b"0x")
        if len(digits) == 2 * SIZE and not digits.startswith(b"-"):
            yield bytes.fromhex(digits.decode())
        if not match[0].startswith(b"0x") and digits.removeprefix(b"-").isdigit():
            value = int(digits)
            if -(1 << 31) <= value < 1 << 32:
                yield (value % (1 << 32)).to_bytes(SIZE, "big")
