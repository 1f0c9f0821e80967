"""What a program is to the handset, and the handset to a program."""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

from msgspec import Struct

from backtalk.range.builds import Build
from backtalk.range.handset.clock import Clock
from backtalk.range.handset.happening import Event
from backtalk.range.handset.identities import Identities
from backtalk.range.handset.network import Reply, Request
from backtalk.range.handset.screen import Widget
from backtalk.range.handset.storage import Storage

Mode = Literal["normal", "incognito"]


class Phone(Protocol):
    """What programs ask of the handset."""

    build: Build
    clock: Clock
    files: Storage
    identities: Identities
    settings: dict[str, dict[str, str]]

    def tell(self, app: str, event: Event, mode: Mode = "normal", **details: str) -> None:
        """Say what happened."""

    def fetch(self, app: str, url: str, kind: Literal["page", "resource", "download"], headers: dict[str, str]) -> int:
        """Ask for a page; the reply comes to `arrived` under this number."""
        ...

    def launch(self, package: str, url: str = "") -> bool:
        """Bring a program to the front; False where there is none."""
        ...

    def readvertise(self) -> None:
        """Take another advertising ID."""

    def sign(self, account: str) -> None:
        """Sign in to the maker's account; out, with none."""

    def factory_reset(self) -> None:
        """Erase everything and start again."""


class Nothing(Struct, frozen=True):
    """What a program keeps that keeps nothing."""


class App:
    """A program with a screen. `saved` is what outlives it: a frozen record, begun anew with its data."""

    PACKAGE: ClassVar[str]
    LABEL: ClassVar[str]
    ICON: ClassVar[str]
    TINT: ClassVar[str]
    ACTIVITY: ClassVar[str] = ".MainActivity"
    VERSION: ClassVar[tuple[str, int]] = ("10.2.1", 100201)
    PERMISSIONS: ClassVar[tuple[str, ...]] = ("android.permission.INTERNET",)

    def __init__(self, phone: Phone, saved: Struct | None = None) -> None:
        self.phone = phone
        self.saved: Struct = saved or self.fresh()
        self.field = ""
        self.text = ""
        self.offset = 0

    def fresh(self) -> Struct:
        """What it keeps before it was ever used."""
        return Nothing()

    @property
    def dark(self) -> bool:
        """Whether what it shows is dark, so that the bars are."""
        return False

    def open(self, url: str = "") -> None:
        """It comes to the front, maybe with an address."""

    def view(self) -> Widget:
        """What it shows now."""
        raise NotImplementedError

    def act(self, action: str) -> None:
        """Somebody tapped what has this action."""

    def typed(self, text: str) -> None:
        """Letters for the field that has the focus."""
        if self.field:
            self.text = (self.text + text)[:2000]

    def key(self, name: str) -> None:
        """A key that is no letter: `enter`, `delete`."""
        if name == "delete" and self.field:
            self.text = self.text[:-1]
        elif name == "enter" and self.field:
            self.submitted()

    def submitted(self) -> None:
        """Enter was pressed in the field."""

    def back(self) -> bool:
        """Go back; False where that leaves the program."""
        return False

    def swipe(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """A finger was drawn from here to there: lists follow it."""
        self.offset = max(0, min(self.offset + start[1] - end[1], self.longest()))

    def longest(self) -> int:
        """How far its list can be moved."""
        return 0

    def arrived(self, request: Request, reply: Reply) -> None:
        """A page that it asked for came."""
