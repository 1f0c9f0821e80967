"""The home screen: three pages to swipe, folders to open, and a row that is always there."""

from __future__ import annotations

import time

from backtalk.range.handset.apps.app import App
from backtalk.range.handset.apps.plain import PLAIN
from backtalk.range.handset.properties import HEIGHT, WIDTH
from backtalk.range.handset.screen import Look, Widget
from backtalk.range.handset.screen.layout import BOTTOM, TOP, tile

BROWSER, MUSIC, FILES, SETTINGS = (
    "com.mirage.browser",
    "com.mirage.player",
    "com.mirage.fileexplorer",
    "com.android.settings",
)
_FACES = {
    BROWSER: ("Browser", "globe", "#1a73e8"),
    MUSIC: ("Music", "note", "#e8430a"),
    FILES: ("Files", "folder", "#f9ab00"),
    SETTINGS: ("Settings", "gear", "#5f6368"),
    **{one.PACKAGE: (one.LABEL, one.ICON, one.TINT) for one in PLAIN},
}
_FOLDERS = {
    "Tools": ("com.mirage.deskclock", "com.mirage.calculator", "com.mirage.notes", FILES),
    "Media": (MUSIC, "com.mirage.gallery", "com.mirage.camera"),
    "Social": ("com.mirage.messaging", "com.mirage.contacts", "com.mirage.dialer"),
}
_PAGES: tuple[tuple[str, ...], ...] = (
    (SETTINGS, FILES, MUSIC, "com.mirage.weather", "Tools", "Media", "com.mirage.gallery", "com.mirage.notes"),
    ("Social", "com.mirage.deskclock", "com.mirage.calculator", "com.mirage.contacts"),
    ("com.mirage.weather", MUSIC),
)
_ALWAYS = ("com.mirage.dialer", "com.mirage.messaging", BROWSER, "com.mirage.camera")
_CELL = (WIDTH - 80) // 4
_TALL = 290


class Launcher(App):
    """Which page, and which folder is open."""

    PACKAGE, LABEL, ICON, TINT = "com.mirage.home", "Home", "square", "#35618f"
    ACTIVITY = ".Launcher"
    page = 0
    folder = ""

    def open(self, url: str = "") -> None:  # noqa: ARG002  (no address leads here)
        """The home key leads to the first page, with no folder open."""
        self.page, self.folder = 0, ""

    def view(self) -> Widget:
        """The page, or the folder over it."""
        inner = [*(self._clock() if self.page == 0 else ()), *self._grid(), *_dots(self.page), *_row()]
        if self.folder:
            inner = [self._opened()]
        return Widget(
            kind="FrameLayout", id="workspace", bounds=(0, 0, WIDTH, HEIGHT), scrolls=True, children=tuple(inner)
        )

    def act(self, action: str) -> None:
        """A program or a folder."""
        kind, _, name = action.partition(":")
        if kind == "folder":
            self.folder = name
            self.phone.tell(self.PACKAGE, "folder", name=name)
        elif kind == "launch":
            self.folder = ""
            self.phone.launch(name)
        elif kind == "close":
            self.folder = ""

    def back(self) -> bool:
        """Close the folder; there is nothing behind the home screen."""
        self.folder = ""
        return True

    def swipe(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """To another page."""
        across = start[0] - end[0]
        if self.folder or abs(across) < WIDTH // 5 or abs(across) < abs(start[1] - end[1]):
            return
        page = min(max(self.page + (1 if across > 0 else -1), 0), len(_PAGES) - 1)
        if page != self.page:
            self.page = page
            self.phone.tell(self.PACKAGE, "swipe", page=str(page + 1))

    def _clock(self) -> tuple[Widget, ...]:
        now = time.gmtime(self.phone.clock.moment())
        white = Look(size=150, ink="#ffffff", align="center")
        return (
            Widget(bounds=(0, 230, WIDTH, 420), text=time.strftime("%H:%M", now), id="clock", look=white),
            Widget(
                bounds=(0, 430, WIDTH, 500),
                text=f"{time.strftime('%a', now)}, {now.tm_mday} {time.strftime('%B', now)}",
                id="date",
                look=Look(size=46, ink="#ffffff", align="center"),
            ),
        )

    def _grid(self) -> tuple[Widget, ...]:
        top = 640 if self.page == 0 else TOP + 120
        return tuple(
            _cell(name, 40 + place % 4 * _CELL, top + place // 4 * _TALL)
            for place, name in enumerate(_PAGES[self.page])
        )

    def _opened(self) -> Widget:
        left, top, right, bottom = 60, 700, WIDTH - 60, 1500
        named = Widget(
            bounds=(left, top - 130, right, top - 30),
            text=self.folder,
            id="folder_name",
            look=Look(size=56, ink="#ffffff", align="center", bold=True),
        )
        wide = (right - left - 80) // 3
        cells = [
            _tile(name, (left + 40 + place % 3 * wide, top + 60 + place // 3 * 330), wide, 300, ink="#202124")
            for place, name in enumerate(_FOLDERS[self.folder])
        ]
        paper = Widget(
            kind="FrameLayout",
            bounds=(left, top, right, bottom),
            id="folder_content",
            look=Look(fill="#f1f3f4", radius=60),
            children=tuple(cells),
        )
        return Widget(
            kind="FrameLayout",
            bounds=(0, 0, WIDTH, BOTTOM),
            action="close",
            look=Look(fill="#00000088"),
            children=(named, paper),
        )


def _cell(name: str, left: int, top: int) -> Widget:
    return _folder(name, left, top) if name in _FOLDERS else _tile(name, (left, top), _CELL, _TALL - 30)


def _tile(name: str, place: tuple[int, int], wide: int, tall: int, ink: str = "#ffffff") -> Widget:
    label, picture, tint = _FACES[name]
    left, top = place
    return tile((left, top, left + wide, top + tall), label, picture, tint, f"launch:{name}", ink=ink)


def _folder(name: str, left: int, top: int) -> Widget:
    side = min(_CELL - 40, _TALL - 100)
    x = left + (_CELL - side) // 2
    small = side * 2 // 5
    faces = []
    for place, package in enumerate(_FOLDERS[name][:4]):
        _, picture, tint = _FACES[package]
        a, b = x + side // 15 + place % 2 * (side // 2), top + side // 15 + place // 2 * (side // 2)
        look = Look(fill=tint, radius=small // 4, icon=picture, ink="#ffffff", inset=small // 6)
        faces.append(Widget(kind="ImageView", bounds=(a, b, a + small, b + small), look=look))
    paper = Widget(
        kind="ImageView",
        bounds=(x, top, x + side, top + side),
        look=Look(fill="#ffffff66", radius=side // 4),
        children=tuple(faces),
    )
    label = Widget(
        bounds=(left, top + side + 8, left + _CELL, top + side + 62),
        text=name,
        id="icon_title",
        look=Look(size=34, align="center", ink="#ffffff"),
    )
    return Widget(
        kind="RelativeLayout",
        bounds=(left, top, left + _CELL, top + _TALL - 30),
        desc=f"Folder: {name}",
        action=f"folder:{name}",
        children=(paper, label),
    )


def _dots(page: int) -> tuple[Widget, ...]:
    left = WIDTH // 2 - len(_PAGES) * 25
    return tuple(
        Widget(
            kind="View",
            bounds=(left + place * 50, 1860, left + place * 50 + 22, 1882),
            id="page_indicator",
            look=Look(fill="#ffffff" if place == page else "#ffffff66", radius=11),
        )
        for place in range(len(_PAGES))
    )


def _row() -> tuple[Widget, ...]:
    return tuple(_cell(name, 40 + place * _CELL, 1925) for place, name in enumerate(_ALWAYS))
