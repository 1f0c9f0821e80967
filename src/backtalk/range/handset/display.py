"""The screen and who touches it: which windows are there, and where taps, swipes and keys go."""

from __future__ import annotations

from typing import Protocol

from backtalk.range import LABEL
from backtalk.range.handset import system
from backtalk.range.handset.apps import App
from backtalk.range.handset.apps.app import Mode
from backtalk.range.handset.clock import Clock
from backtalk.range.handset.happening import Event
from backtalk.range.handset.properties import HEIGHT
from backtalk.range.handset.screen import Widget, Window, at
from backtalk.range.handset.screen.dump import dump
from backtalk.range.handset.screen.keyboard import keyboard
from backtalk.range.handset.screen.layout import BOTTOM
from backtalk.range.handset.screen.paint import SCREEN, png

_HOME = "com.mirage.home"
Point = tuple[int, int]


class Owner(Protocol):
    """What the display asks of the handset."""

    apps: dict[str, App]
    clock: Clock
    front: str
    recent: list[str]
    settings: dict[str, dict[str, str]]

    def launch(self, package: str, url: str = "") -> bool: ...

    def tell(self, app: str, event: Event, mode: Mode = "normal", **details: str) -> None: ...


class Display:
    """Lit or dark, locked or not, with the shade down or up."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self.boot()

    def boot(self) -> None:
        """After a start it is lit and locked."""
        self.lit = self.locked = True
        self.pulled = self.signs = False

    def closed(self) -> None:
        """A program came to the front: the shade goes up."""
        self.pulled = self.signs = False

    @property
    def app(self) -> App:
        """The program at the front."""
        return self._owner.apps[self._owner.front]

    @property
    def typing(self) -> bool:
        """Whether the keyboard is shown."""
        return bool(self.app.field) and not self.locked and not self.pulled

    def windows(self) -> list[Window]:
        """Those that are there, the uppermost first."""
        moment = self._owner.clock.moment()
        home = self._owner.front == _HOME
        dark = self.locked or (home and not self.pulled) or self.app.dark
        found = [system.navigation_bar(dark=dark), system.status_bar(moment, dark=dark and not self.pulled)]
        if self.locked:
            return [*found, system.lock_screen(moment)]
        if self.pulled:
            found.append(system.shade(moment, self._owner.settings["global"], self._notes()))
        if self.typing:
            found.append(keyboard(signs=self.signs))
        return [*found, self.program(), *((system.wallpaper(),) if home else ())]

    def program(self) -> Window:
        """The window of the program at the front."""
        return Window(package=self.app.PACKAGE, activity=self.app.PACKAGE + self.app.ACTIVITY, root=self.app.view())

    def focused(self) -> Window:
        """The window that has the focus: what uiautomator looks at."""
        return next(window for window in self.windows() if not window.input)

    def dump(self) -> str:
        """The window that has the focus, as XML."""
        return dump(self.focused(), SCREEN)

    def picture(self) -> bytes:
        """The screen as a PNG."""
        return png(self.windows(), lit=self.lit)

    def tap(self, x: int, y: int) -> None:
        """A finger touches the screen and leaves it."""
        if not self.lit:
            return
        for window in self.windows():
            hit = at(window.root, SCREEN, x, y)
            if hit is not None:
                self._act(window, hit)
                return
            left, top, right, bottom = window.root.bounds
            if window.modal or (left <= x < right and top <= y < bottom and window.input and top > 0):
                return

    def swipe(self, start: Point, end: Point) -> None:
        """A finger is drawn over the screen."""
        if not self.lit:
            return
        across, down = end[0] - start[0], end[1] - start[1]
        if abs(across) < 20 and abs(down) < 20:
            self.tap(*start)
        elif self.locked:
            self.locked = not (down < -HEIGHT // 6)
        elif self.pulled:
            self.pulled = not (down < -HEIGHT // 8)
        elif start[1] < 100 and down > HEIGHT // 10:
            self.pulled = True
            self._owner.tell(system.PACKAGE, "status bar")
        elif start[1] >= BOTTOM and down < -HEIGHT // 10:
            self.key("home")
        else:
            self.app.swipe(start, end)

    def type(self, text: str) -> None:
        """Letters from a keyboard."""
        if self.lit and self.typing:
            self.app.typed(text)

    def key(self, name: str) -> None:
        """A key: of the phone, of the bar at its bottom, or of a keyboard."""
        if name == "power":
            self.lit = not self.lit
            self.locked = True
            self.pulled = False
        elif name in {"wakeup", "sleep"}:
            self.locked = self.locked or name == "sleep"
            self.lit = name == "wakeup"
        elif not self.lit:
            return
        elif name == "menu" and self.locked:
            self.locked = False
        elif not self.locked:
            self._open_key(name)

    def _open_key(self, name: str) -> None:
        if name == "home":
            self._owner.launch(_HOME)
        elif name == "recents":
            others = [one for one in self._owner.recent if one != self._owner.front]
            self._owner.launch(others[0] if others else _HOME)
        elif name == "notifications":
            self.pulled = not self.pulled
        elif name == "back":
            self._back()
        elif name in {"enter", "delete"}:
            self.app.key(name)
        elif name == "signs":
            self.signs = not self.signs
        elif len(name) == 1:
            self.type(name)

    def _back(self) -> None:
        if self.pulled:
            self.pulled = False
        elif not self.app.back():
            self._owner.launch(_HOME)

    def _act(self, window: Window, hit: Widget) -> None:
        kind, _, name = hit.action.partition(":")
        if window.package == self.app.PACKAGE:
            self.app.act(hit.action)
        elif kind == "toggle":
            table = self._owner.settings["global"]
            table[name] = "1" if table.get(name, "0") == "0" else "0"
            self._owner.tell(system.PACKAGE, "switch", name=name, on=table[name])
        elif kind == "key":
            self.key(name)

    def _notes(self) -> list[tuple[str, str]]:
        return [("USB debugging connected", "Tap to turn off USB debugging"), ("Simulated handset", LABEL)]
