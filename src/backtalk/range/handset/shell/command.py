"""What a command of the handset's shell is given, and what it is."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Generator

from msgspec import Struct

from backtalk.range.adb.device import Input, Out, Pause
from backtalk.range.handset.phone import Handset

Steps = Generator[Pause, None, int]


class Call:
    """One run of a command: its words, its input, and what it has written so far."""

    def __init__(self, phone: Handset, name: str, arguments: list[str], stdin: Input, folder: str) -> None:
        self.phone, self.name, self.arguments, self.stdin = phone, name, arguments, stdin
        self._folder = folder
        self.written: list[Out] = []

    def say(self, *lines: str) -> int:
        """Lines to stdout; 0."""
        return self.give("".join(f"{line}\n" for line in lines).encode(errors="surrogateescape"))

    def give(self, data: bytes) -> int:
        """Bytes to stdout; 0."""
        self.written.append(Out(1, data))
        return 0

    def fail(self, *lines: str, code: int = 1) -> int:
        """Lines to stderr; the exit code."""
        self.written.append(Out(2, "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape")))
        return code

    def path(self, name: str) -> str:
        """The absolute path that is meant."""
        return posixpath.join(self._folder, name)

    def need_input(self, size: int | None = None) -> Generator[Pause, None, bytes]:
        """Everything on stdin, or so many bytes of it."""
        stdin = self.stdin
        stdin.wanted = 1 << 62 if size is None else size
        while not stdin.closed and (size is None or len(stdin.data) < size):
            yield Pause(lambda: stdin.closed or (size is not None and len(stdin.data) >= size), host=True)
        stdin.wanted = 0
        return stdin.take(size)


class Command(Struct, frozen=True, kw_only=True):
    """A command. `run` gives its exit code, at once or in steps that wait; `usage` is for the reference."""

    name: str
    run: Callable[[Call], int | Steps]
    usage: tuple[str, ...]
