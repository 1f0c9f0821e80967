"""ADB's messages: a head of 24 bytes, then the payload. (AOSP, protocol.txt)"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

_HEAD = struct.Struct("<6I")
HEAD = _HEAD.size


def _name(word: str) -> int:
    return int.from_bytes(word.encode(), "little")


CNXN, AUTH, OPEN, OKAY, WRTE, CLSE = map(_name, ("CNXN", "AUTH", "OPEN", "OKAY", "WRTE", "CLSE"))
SUMMED, UNSUMMED = 0x01000000, 0x01000001
"""Versions of the protocol: from the second on nobody looks at the sum over a payload."""


class Message(Struct, frozen=True):
    """One message. What the two arguments mean depends on the command."""

    command: int
    arg0: int
    arg1: int
    data: bytes = b""


def encode(message: Message, *, summed: bool = True) -> bytes:
    """The message's bytes, with the sum over its payload or with zero in its place."""
    total = sum(message.data) & 0xFFFFFFFF if summed else 0
    head = (message.command, message.arg0, message.arg1, len(message.data), total, message.command ^ 0xFFFFFFFF)
    return _HEAD.pack(*head) + message.data


class Framer:
    """Messages out of pieces of a connection.

    `most` is the longest payload that is taken, in bytes: nothing is held beyond it. `summed` says whether sums
    are checked. After what is no message, `broken` says why, and nothing more is told.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.summed = True
        self.broken = ""
        self._held = bytearray()

    @property
    def held(self) -> int:
        """Bytes that wait for the end of their message."""
        return len(self._held)

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that these bytes complete, one by one: `most` and `summed` may change in between."""
        self._held += data
        while not self.broken and len(self._held) >= HEAD:
            command, arg0, arg1, length, total, magic = _HEAD.unpack_from(self._held)
            if magic != command ^ 0xFFFFFFFF:
                self.broken = "no head of a message"
            elif length > self.most:
                self.broken = f"a payload of {length} bytes, over {self.most}"
            elif len(self._held) < HEAD + length:
                return
            else:
                payload = bytes(self._held[HEAD : HEAD + length])
                del self._held[: HEAD + length]
                if self.summed and sum(payload) & 0xFFFFFFFF != total:
                    self.broken = "a payload whose sum is another"
                else:
                    yield Message(command, arg0, arg1, payload)
        if self.broken:
            self._held.clear()
