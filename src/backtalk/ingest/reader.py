"""What every reader of captures gives, and what it may be given."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import ClassVar, NoReturn

import msgspec
from msgspec import Struct

from backtalk.errors import EnvironmentNotReady
from backtalk.model.capture import Exchange, Gap

HEAD = 1 << 16
"""Bytes that a reader sees of a file to tell whether it is of its format."""

Locate = Callable[[], Path]
"""Finds a program of another environment, or raises EnvironmentNotReady."""


class Note(Struct, frozen=True):
    """Something that was turned back into bytes without loss, and how often. What is lost is a Gap."""

    text: str
    count: int


Item = Exchange | Gap | Note
"""What a file shows, bit by bit: exchanges in file order, and what could not be read."""


def not_located() -> NoReturn:
    """Stands for an environment that the caller did not name."""
    raise EnvironmentNotReady("a flow file is read by mitmproxy's own Python, which was not named.")


class Given(Struct, frozen=True, kw_only=True):
    """What the caller has beside the file: the way to mitmproxy's Python, and a TLS key log."""

    mitmproxy: Locate = not_located
    keys: Path | None = None


class Capture(Struct, frozen=True, kw_only=True):
    """One file made elsewhere, whole. `notes` say what was turned back into bytes without loss; losses are gaps."""

    exchanges: tuple[Exchange, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()


class Reader(ABC):
    """One format. An empty LIMITATIONS means that everything of the format is read."""

    ID: ClassVar[str]
    NAME: ClassVar[str]
    REFERENCES: ClassVar[tuple[str, ...]]
    LIMITATIONS: ClassVar[tuple[str, ...]] = ()
    ENDINGS: ClassVar[tuple[str, ...]] = ()
    """Ends of file names that promise this format: such a file is never taken for plain bytes."""

    @abstractmethod
    def sniff(self, head: bytes) -> bool:
        """Whether a file that begins like this is of this format."""

    @abstractmethod
    def read(self, path: Path, given: Given) -> Iterator[Item]:
        """The file, as far as it can be read, in bounded memory; exchanges are counted from 0 in file order.

        UnreadableCapture, before anything else is given, if nothing of it can be read.
        """


def numbered(exchanges: Iterable[Exchange | Gap | Note]) -> Iterator[Item]:
    """The same items, with the exchanges counted from 0."""
    index = 0
    for item in exchanges:
        if isinstance(item, Exchange):
            yield msgspec.structs.replace(item, index=index)
            index += 1
        else:
            yield item


def shown(text: str) -> str:
    """Text that can be written as UTF-8, whatever it holds: lone surrogates are shown escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
