"""One stream of a connection: a service, and whose turn it is to write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from backtalk.range.adb.message import OKAY, WRTE, Message

PIECE = 1 << 18
"""Bytes of one WRTE, at most, also where the host would take more."""


class Service(Protocol):
    """What a stream talks to. It goes on only when it is asked for output."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come out."""
        ...

    @property
    def waiting(self) -> bool:
        """Whether it waits for something else than the host."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it takes more input; until then the host is not told to go on."""
        ...

    def feed(self, data: bytes) -> None:
        """Input from the host."""
        ...

    def pull(self, most: int) -> bytes:
        """Output, at most so many bytes; none while there is none yet."""
        ...

    def drop(self) -> None:
        """The stream is gone: let go of everything."""
        ...


class Stream:
    """`clear` says that the host took what it was last sent, `owed` that the host waits to be told the same."""

    def __init__(self, local: int, remote: int, service: Service) -> None:
        self.local, self.remote = local, remote
        self._service = service
        self.clear = True
        self.owed = False

    @property
    def waiting(self) -> bool:
        """Whether it could go on without a word of the host."""
        return self.clear and self._service.waiting

    @property
    def done(self) -> bool:
        """Whether everything was said and taken."""
        return self.clear and self._service.ended

    def say(self, command: int, data: bytes = b"") -> Message:
        """A message of this stream."""
        return Message(command, self.local, self.remote, data)

    def take(self, data: bytes) -> bool:
        """Take input; False from a host that did not wait for its turn."""
        if self.owed:
            return False
        self._service.feed(data)
        self.owed = True
        return True

    def pump(self, most: int) -> Iterator[Message]:
        """What is to be said now."""
        data = self._service.pull(min(most, PIECE)) if self.clear else b""
        if data:
            self.clear = False
            yield self.say(WRTE, data)
        if self.owed and self._service.ready:
            self.owed = False
            yield self.say(OKAY)

    def drop(self) -> None:
        """The stream is gone."""
        self._service.drop()
