"""Puts the segments of one direction of a TCP connection in order."""

from __future__ import annotations

from msgspec import Struct

PENDING = 1 << 22
"""Bytes that may wait for a missing segment; then it counts as lost."""

_TURN = 1 << 32


class Lost(Struct, frozen=True):
    """So many bytes that were sent and are not in the capture."""

    size: int


class Half:
    """One direction. Bytes come out once, in order; what was sent again is dropped."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._pending: dict[int, bytes] = {}
        self._waiting = 0

    def add(self, sequence: int, data: bytes, *, syn: bool = False, missing: int = 0) -> list[bytes | Lost]:
        """What can be read on now, of this segment and of those that waited for it."""
        if syn:
            self._next = (sequence + 1) % _TURN
            sequence = self._next
        if self._next is None:
            self._next = sequence
        out: list[bytes | Lost] = []
        if data or missing:
            self._keep(sequence, data)
            self._drain(out)
            if missing:  # the capture cut the packet short: its rest will never come
                self._skip(out, (sequence + len(data) + missing) % _TURN)
            if self._waiting > PENDING:
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

    def _ahead(self, sequence: int) -> int:
        assert self._next is not None
        return (sequence - self._next + (_TURN >> 1)) % _TURN - (_TURN >> 1)

    def _keep(self, sequence: int, data: bytes) -> None:
        ahead = self._ahead(sequence)
        if ahead < 0:
            data, sequence, ahead = data[-ahead:], (sequence - ahead) % _TURN, 0
        if data and len(data) > len(self._pending.get(sequence, b"")):
            self._waiting += len(data) - len(self._pending.get(sequence, b""))
            self._pending[sequence] = data

    def _drain(self, out: list[bytes | Lost]) -> None:
        assert self._next is not None
        while self._pending:
            data = self._pending.pop(self._next, None)
            if data is None:
                # A segment that overlaps what is read begins before the next byte.
                over = [sequence for sequence in self._pending if self._ahead(sequence) < 0]
                for sequence in over:
                    late = self._pending.pop(sequence)
                    self._waiting -= len(late)
                    self._keep(sequence, late)
                if not over:
                    return
                continue
            self._waiting -= len(data)
            self._next = (self._next + len(data)) % _TURN
            out.append(data)

    def _skip(self, out: list[bytes | Lost], to: int | None = None) -> None:
        """Give up on what is missing: go on at `to`, or at the first that waits."""
        if to is None:
            to = min(self._pending, key=self._ahead)
        if (size := self._ahead(to)) > 0:
            out.append(Lost(size))
            self._next = to
        self._drain(out)
