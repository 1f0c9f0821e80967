"""Running the standard library's decompressors as far as they go, with a bound on what comes out."""

from __future__ import annotations

from typing import Protocol

from backtalk.decode.inflate import Inflated

CHUNK = 1024


class Machine(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def driven(
    machine: Machine,
    error: type[Exception] | tuple[type[Exception], ...],
    data: bytes,
    start: int,
    stop: int,
    limit: int,
) -> Inflated:
    """One stream beginning at `start`; never more than `limit` bytes out. Where it breaks is known to 1 KiB."""
    out: list[bytes] = []
    room = limit
    at = start
    while at < stop:
        piece = data[at : min(at + CHUNK, stop)]
        try:
            part = machine.decompress(piece, room + 1)
        except error:
            return Inflated(data=b"".join(out), used=at - start, end="broken")
        out.append(part[:room])
        if len(part) > room:
            return Inflated(data=b"".join(out), used=at - start, end="full")
        room -= len(part)
        at += len(piece)
        if machine.eof:
            return Inflated(data=b"".join(out), used=at - len(machine.unused_data) - start, end="whole")
    return Inflated(data=b"".join(out), used=stop - start, end="short")
