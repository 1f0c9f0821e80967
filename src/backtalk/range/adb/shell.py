"""`shell:`, `exec:` and `shell,v2:`: a program of the device, as one stream of bytes or in packets.

A packet is an id, a length of four bytes and so many bytes: 0 stdin, 1 stdout, 2 stderr, 3 exit code, 4 end of
stdin, 5 size of the window (which is not looked at). (AOSP, shell_protocol.h)
"""

from __future__ import annotations

import struct

from backtalk.range.adb.device import Device, Exit, Input, Out, Pause

_HEAD = struct.Struct("<BI")
STDIN, STDOUT, STDERR, EXIT, CLOSE_STDIN, WINDOW_SIZE = range(6)


class _Running:
    """A program, and what of its output has not left yet."""

    def __init__(self, device: Device, command: str, *, terminal: bool) -> None:
        self.stdin = Input(device.files.room(), terminal=terminal)
        self._process = device.run(command, self.stdin)
        self._left = b""
        self._paused: Pause | None = None
        self._exited = False

    @property
    def ready(self) -> bool:
        return not self.stdin.full

    @property
    def ended(self) -> bool:
        return self._exited and not self._left

    @property
    def waiting(self) -> bool:
        return self._paused is not None and not self._paused.host

    def pull(self, most: int) -> bytes:
        while not self._left and not self._exited:
            if self._paused is not None and not self._paused.ready():
                return b""
            self._paused = None
            step = next(self._process, Exit(0))
            if isinstance(step, Pause):
                self._paused = step
            else:
                self._exited = isinstance(step, Exit)
                self._left = self._packed(step)
        said, self._left = self._left[:most], self._left[most:]
        return said

    def drop(self) -> None:
        self._exited, self._left, self._paused = True, b"", None
        self._process.close()
        self.stdin.drop()

    def _packed(self, step: Out | Exit) -> bytes:
        raise NotImplementedError


class Raw(_Running):
    """Both outputs in one, and no exit code."""

    def feed(self, data: bytes) -> None:
        """Input of the program."""
        self.stdin.feed(data)

    def _packed(self, step: Out | Exit) -> bytes:
        return step.data if isinstance(step, Out) else b""


class Packets(_Running):
    """Outputs apart, the exit code, and an end of stdin."""

    def __init__(self, device: Device, command: str, *, terminal: bool) -> None:
        super().__init__(device, command, terminal=terminal)
        self._head = bytearray()
        self._kind, self._rest = WINDOW_SIZE, 0

    def feed(self, data: bytes) -> None:
        """Packets, in pieces as they come: of their lengths nothing is believed, and no packet is held."""
        view = memoryview(data)
        while view:
            if not self._rest:
                need = _HEAD.size - len(self._head)
                self._head += view[:need]
                view = view[need:]
                if len(self._head) < _HEAD.size:
                    return
                self._kind, self._rest = _HEAD.unpack(self._head)
                self._head.clear()
                if self._kind == CLOSE_STDIN:
                    self.stdin.close()
                continue
            piece, view = view[: self._rest], view[self._rest :]
            self._rest -= len(piece)
            if self._kind == STDIN:
                self.stdin.feed(bytes(piece))

    def _packed(self, step: Out | Exit) -> bytes:
        if isinstance(step, Exit):
            return _HEAD.pack(EXIT, 1) + bytes([step.code & 0xFF])
        return _HEAD.pack(step.stream, len(step.data)) + step.data if step.data else b""
