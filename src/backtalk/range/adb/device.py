"""What the protocol asks of a device: its banner, its programs, its files. The handset answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import NamedTuple, Protocol

from msgspec import Struct

FEATURES = ("shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir", "sendrecv_v2")
"""What is announced. No compression, no TLS, no delayed acknowledgement."""


class Out(NamedTuple):
    """Bytes that a program writes, to 1 (stdout) or 2 (stderr)."""

    stream: int
    data: bytes


class Exit(NamedTuple):
    """A program's end: its exit code."""

    code: int


class Pause(NamedTuple):
    """A program waits until `ready` says so; unless it waits for the `host`, it is asked again and again."""

    ready: Callable[[], bool]
    host: bool = False


Process = Generator[Out | Exit | Pause, None, None]
"""A running program: it goes on when its output is wanted, so a slow reader slows it down."""


class Stat(Struct, frozen=True, kw_only=True):
    """A file's facts as POSIX has them; `error` is an errno where there is no such file."""

    error: int = 0
    inode: int = 0
    mode: int = 0
    links: int = 1
    uid: int = 0
    gid: int = 0
    size: int = 0
    modified: int = 0


class Room(Protocol):
    """Memory that is taken out of the device's one supply: what all connections hold together has a bound."""

    def take(self, size: int) -> bool:
        """So many bytes more; False when there is no space left on the device."""
        ...

    def free(self) -> None:
        """Give everything back. Taking after that begins anew."""
        ...


class Files(Protocol):
    """The device's files. Failures are OSError, with an errno."""

    def stat(self, path: str, *, follow: bool) -> Stat: ...

    def entries(self, path: str) -> list[tuple[str, Stat]]: ...

    def read(self, path: str) -> bytes: ...

    def write(self, path: str, data: bytes, mode: int, modified: int) -> None: ...

    def room(self) -> Room: ...


class Input:
    """A program's stdin. Without `wanted` no more is held than a pipe holds; then the host has to wait."""

    PIPE = 1 << 16

    def __init__(self, room: Room, *, terminal: bool = False) -> None:
        self.data = bytearray()
        self.closed = False
        self.terminal = terminal
        self.wanted = 0
        self._room = room

    @property
    def full(self) -> bool:
        """Whether no more is taken before the program reads."""
        return not self.closed and len(self.data) >= max(self.PIPE, self.wanted)

    def feed(self, data: bytes) -> None:
        """More of it. When the device's memory is full, the rest is lost and it ends here."""
        if self.closed:
            return
        if self._room.take(len(data)):
            self.data += data
        else:
            self.closed = True

    def take(self, size: int | None = None) -> bytes:
        """Read so many bytes, or all that are there."""
        taken = bytes(self.data[:size])
        del self.data[: len(taken)]
        self._room.free()
        self._room.take(len(self.data))
        return taken

    def close(self) -> None:
        """Nothing more will come."""
        self.closed = True

    def drop(self) -> None:
        """Nobody will read."""
        self.closed = True
        self.data.clear()
        self._room.free()


class Device(Protocol):
    """A device that can be driven over ADB."""

    @property
    def banner(self) -> Mapping[str, str]:
        """The properties that it shows when it is connected to."""
        ...

    @property
    def files(self) -> Files: ...

    def run(self, command: str, stdin: Input) -> Process:
        """Start the shell: with a command line, or as a dialogue when that is empty."""
        ...

    def reboot(self, target: str) -> None:
        """Start again; every connection then ends."""
        ...
