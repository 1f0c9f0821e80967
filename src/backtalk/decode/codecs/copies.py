"""What LZ4 and Snappy have in common: output that copies from itself."""

from __future__ import annotations


class Output:
    """Bytes that came out so far; ValueError when a copy reaches before the first, Full when there are too many."""

    def __init__(self, limit: int) -> None:
        self.data = bytearray()
        self.limit = limit

    def literal(self, piece: bytes) -> None:
        self.data += piece
        self._check()

    def copy(self, distance: int, length: int) -> None:
        """The bytes that began so far back, over themselves where they are fewer."""
        size = len(self.data)
        if not 0 < distance <= size:
            raise ValueError("a copy from before the beginning")
        if size + length > self.limit:
            raise FullError
        start = size - distance
        if length <= distance:
            self.data += self.data[start : start + length]
        else:
            piece = bytes(self.data[start:])
            self.data += (piece * (length // distance + 1))[:length]

    def _check(self) -> None:
        if len(self.data) > self.limit:
            raise FullError


class FullError(Exception):
    """More came out than may."""
