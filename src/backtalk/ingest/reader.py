"""What every reader of captures gives, and what it may be given."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, NoReturn

from msgspec import Struct

from backtalk.errors import EnvironmentNotReady
from backtalk.model.capture import Exchange, Gap

HEAD = 1 << 16
"""Bytes that a reader sees of a file to tell whether it is of its format."""

Locate = Callable[[], Path]
"""Finds a program of another environment, or raises EnvironmentNotReady."""


class Capture(Struct, frozen=True, kw_only=True):
    """One file made elsewhere. `notes` say what was turned back into bytes without loss; losses are gaps."""

    exchanges: tuple[Exchange, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()


class Reader(ABC):
    """One format. An empty LIMITATIONS means that everything of the format is read."""

    ID: ClassVar[str]
    NAME: ClassVar[str]
    REFERENCES: ClassVar[tuple[str, ...]]
    LIMITATIONS: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def sniff(self, head: bytes) -> bool:
        """Whether a file that begins like this is of this format."""

    @abstractmethod
    def read(self, path: Path, mitmproxy: Locate) -> Capture:
        """Read the file, as far as it can be read. UnreadableCapture if nothing of it can be."""


def not_located() -> NoReturn:
    """Stands for an environment that the caller did not name."""
    raise EnvironmentNotReady("a flow file is read by mitmproxy's own Python, which was not named.")


def shown(text: str) -> str:
    """Text that can be written as UTF-8, whatever it holds: lone surrogates are shown escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
