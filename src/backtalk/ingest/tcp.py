"""Puts the segments of one direction of a TCP connection in order."""

from __future__ import annotations

from heapq import heappop, heappush

from msgspec import Struct

PENDING = 1 << 22
"""Bytes that may wait for a missing segment; then it counts as lost."""
SEGMENTS = 1 << 14
"""Segments that may wait for it, however short they are."""

_TURN = 1 << 32


class Lost(Struct, frozen=True):
    """So many bytes that were sent and are not in the capture."""

    size: int


class Half:
    """One direction. Bytes come out once, in order; what was sent again is dropped.

    Places count bytes as sequence numbers do, without turning over.
    """

    def __init__(self) -> None:
        self._next: int | None = None
        self._at = 0
        """The place of the next byte, whose sequence number is `_next`."""
        self._pending: dict[int, bytes] = {}
        self._places: list[int] = []
        """A heap of where those begin that wait."""
        self._waiting = 0

    def add(self, sequence: int, data: bytes, *, syn: bool = False, missing: int = 0) -> list[bytes | Lost]:
        """What can be read on now, of this segment and of those that waited for it."""
        if syn:
            sequence = (sequence + 1) % _TURN
        if self._next is None:
            self._next = sequence
        if syn:
            self._go(self._place(sequence))
        out: list[bytes | Lost] = []
        if data or missing:
            place = self._place(sequence)
            self._keep(place, data)
            self._drain(out)
            if missing:  # the capture cut the packet short: its rest will never come
                self._skip(out, place + len(data) + missing)
            if self._waiting > PENDING or len(self._pending) > SEGMENTS:
                self._skip(out)
        return out

    @property
    def held(self) -> int:
        """Bytes that wait."""
        return self._waiting

    def end(self) -> list[bytes | Lost]:
        """What still waits, with what it waited for told as lost."""
        out: list[bytes | Lost] = []
        while self._pending:
            self._skip(out)
        return out

    def _place(self, sequence: int) -> int:
        assert self._next is not None
        return self._at + (sequence - self._next + (_TURN >> 1)) % _TURN - (_TURN >> 1)

    def _go(self, place: int) -> None:
        assert self._next is not None
        self._next, self._at = (self._next + place - self._at) % _TURN, place

    def _keep(self, place: int, data: bytes) -> None:
        if place < self._at:
            place, data = self._at, data[self._at - place :]
        known = self._pending.get(place)
        if data and len(data) > len(known or b""):
            self._waiting += len(data) - len(known or b"")
            self._pending[place] = data
            if known is None:
                heappush(self._places, place)

    def _drain(self, out: list[bytes | Lost]) -> None:
        while self._places and self._places[0] <= self._at:
            place = heappop(self._places)
            data = self._pending.pop(place)
            self._waiting -= len(data)
            if fresh := data[self._at - place :]:
                self._go(place + len(data))
                out.append(fresh)

    def _skip(self, out: list[bytes | Lost], to: int | None = None) -> None:
        """Give up on what is missing: go on at `to`, or at the first that waits."""
        to = self._places[0] if to is None else to
        if (size := to - self._at) > 0:
            out.append(Lost(size))
            self._go(to)
        self._drain(out)
