"""Pictures of a few strokes: each is drawn in a square of 24 units, in one colour."""

from __future__ import annotations

from collections.abc import Callable

from PIL.ImageDraw import ImageDraw


class Pen:
    """Draws in units of a 24th of a square that stands anywhere."""

    def __init__(self, draw: ImageDraw, left: float, top: float, side: float, ink: str, ground: str) -> None:
        self._draw, self._left, self._top, self._unit = draw, left, top, side / 24
        self._ink, self._ground = ink, ground

    def _points(self, numbers: tuple[float, ...]) -> list[tuple[float, float]]:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return [(self._left + x * self._unit, self._top + y * self._unit) for x, y in pairs]

    def line(self, *numbers: float, wide: float = 2) -> None:
        """A line through these points."""
        self._draw.line(self._points(numbers), fill=self._ink, width=max(1, round(wide * self._unit)), joint="curve")

    def area(self, *numbers: float, hole: bool = False) -> None:
        """A filled outline; a hole shows the ground."""
        self._draw.polygon(self._points(numbers), fill=self._ground if hole else self._ink)

    def disc(self, x: float, y: float, radius: float, *, hole: bool = False) -> None:
        """A filled circle."""
        self._draw.ellipse(self._round(x, y, radius), fill=self._ground if hole else self._ink)

    def ring(self, x: float, y: float, radius: float, wide: float = 2) -> None:
        """A circle's line."""
        self._draw.ellipse(self._round(x, y, radius), outline=self._ink, width=max(1, round(wide * self._unit)))

    def arc(self, x: float, y: float, radius: float, start: int, end: int, wide: float = 2) -> None:
        """A part of a circle's line, in degrees clockwise from the right."""
        self._draw.arc(self._round(x, y, radius), start, end, fill=self._ink, width=max(1, round(wide * self._unit)))

    def _round(self, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
        (left, top), (right, bottom) = self._points((x - radius, y - radius, x + radius, y + radius))
        return left, top, right, bottom


def _globe(pen: Pen) -> None:
    pen.ring(12, 12, 9)
    pen.line(3, 12, 21, 12)
    pen.line(12, 3, 9, 8, 9, 16, 12, 21, wide=1.6)
    pen.line(12, 3, 15, 8, 15, 16, 12, 21, wide=1.6)


def _search(pen: Pen) -> None:
    pen.ring(10, 10, 6.5)
    pen.line(15, 15, 21, 21, wide=2.4)


def _folder(pen: Pen) -> None:
    pen.area(2, 5, 9, 5, 11, 8, 22, 8, 22, 20, 2, 20)


def _file(pen: Pen) -> None:
    pen.area(5, 2, 14, 2, 19, 7, 19, 22, 5, 22)
    pen.area(14, 2, 14, 7, 19, 7, hole=True)


def _note(pen: Pen) -> None:
    pen.disc(8, 18, 3.4)
    pen.disc(17, 16, 3.4)
    pen.line(10.6, 18, 10.6, 5, 19.6, 3, 19.6, 16, wide=1.8)


def _gear(pen: Pen) -> None:
    for corners in ((10, 1.5, 14, 1.5, 14, 22.5, 10, 22.5), (1.5, 10, 22.5, 10, 22.5, 14, 1.5, 14)):
        pen.area(*corners)
    pen.line(5, 5, 19, 19, wide=4)
    pen.line(19, 5, 5, 19, wide=4)
    pen.disc(12, 12, 7.6)
    pen.disc(12, 12, 3.4, hole=True)


def _lock(pen: Pen) -> None:
    pen.area(5, 10, 19, 10, 19, 21, 5, 21)
    pen.arc(12, 9, 5, 180, 360)


def _wifi(pen: Pen) -> None:
    for radius in (15, 10, 5):
        pen.arc(12, 20, radius, 225, 315, wide=2.6)
    pen.disc(12, 19.4, 1.6)


def _signal(pen: Pen) -> None:
    pen.area(2, 21, 21, 21, 21, 2)


def _battery(pen: Pen) -> None:
    pen.area(8, 4, 10, 4, 10, 2, 14, 2, 14, 4, 16, 4, 16, 22, 8, 22)


def _mask(pen: Pen) -> None:
    pen.area(6, 9, 8, 3, 16, 3, 18, 9)
    pen.line(2, 10.5, 22, 10.5, wide=1.8)
    pen.ring(7, 16.5, 3.4)
    pen.ring(17, 16.5, 3.4)
    pen.arc(12, 17, 2, 200, 340)


def _download(pen: Pen) -> None:
    pen.line(12, 3, 12, 15, wide=2.4)
    pen.area(6, 11, 18, 11, 12, 18)
    pen.line(4, 21, 20, 21, wide=2.4)


def _phone(pen: Pen) -> None:
    pen.line(5, 4, 5, 9, 15, 19, 20, 19, wide=4.4)


def _camera(pen: Pen) -> None:
    pen.area(2, 7, 7, 7, 9, 4, 15, 4, 17, 7, 22, 7, 22, 20, 2, 20)
    pen.disc(12, 13, 4.6, hole=True)
    pen.disc(12, 13, 2.6)


def _clock(pen: Pen) -> None:
    pen.ring(12, 12, 9.5)
    pen.line(12, 6, 12, 12, 16.5, 14.5)


def _bubble(pen: Pen) -> None:
    pen.area(2, 4, 22, 4, 22, 17, 9, 17, 4, 22, 4, 17, 2, 17)


def _picture(pen: Pen) -> None:
    pen.area(2, 4, 22, 4, 22, 20, 2, 20)
    pen.area(4, 18, 9, 10, 13, 15, 16, 12, 20, 18, hole=True)
    pen.disc(16.5, 8, 1.8, hole=True)


def _sun(pen: Pen) -> None:
    pen.disc(12, 12, 5)
    for ray in ((12, 1, 12, 4), (12, 20, 12, 23), (1, 12, 4, 12), (20, 12, 23, 12), (4, 4, 6, 6), (18, 18, 20, 20),
                (4, 20, 6, 18), (18, 6, 20, 4)):  # fmt: skip
        pen.line(*ray)


def _sheet(pen: Pen) -> None:
    pen.area(4, 2, 20, 2, 20, 22, 4, 22)
    for y in (7, 12, 17):
        pen.area(7, y - 0.8, 17, y - 0.8, 17, y + 0.8, 7, y + 0.8, hole=True)


def _keys(pen: Pen) -> None:
    pen.area(4, 2, 20, 2, 20, 22, 4, 22)
    pen.area(6.5, 4.5, 17.5, 4.5, 17.5, 8.5, 6.5, 8.5, hole=True)
    for y in (12, 15.5, 19):
        for x in (8, 12, 16):
            pen.disc(x, y, 1.2, hole=True)


def _person(pen: Pen) -> None:
    pen.disc(12, 8, 4.6)
    pen.area(3, 21, 4, 16, 8, 14, 16, 14, 20, 16, 21, 21)


def _pause(pen: Pen) -> None:
    pen.area(6, 4, 10, 4, 10, 20, 6, 20)
    pen.area(14, 4, 18, 4, 18, 20, 14, 20)


def _skip(pen: Pen) -> None:
    pen.area(5, 4, 16, 12, 5, 20)
    pen.area(16.5, 4, 19, 4, 19, 20, 16.5, 20)


def _previous(pen: Pen) -> None:
    pen.area(19, 4, 8, 12, 19, 20)
    pen.area(7.5, 4, 5, 4, 5, 20, 7.5, 20)


def _dots(pen: Pen) -> None:
    for y in (5, 12, 19):
        pen.disc(12, y, 2)


def _share(pen: Pen) -> None:
    pen.line(18, 5, 6, 12, 18, 19)
    for x, y in ((18, 5), (6, 12), (18, 19)):
        pen.disc(x, y, 3)


def _star(pen: Pen) -> None:
    pen.area(12, 2, 15, 9, 22, 9.6, 16.6, 14.4, 18.4, 22, 12, 17.8, 5.6, 22, 7.4, 14.4, 2, 9.6, 9, 9)


def _close(pen: Pen) -> None:
    pen.line(5, 5, 19, 19, wide=2.6)
    pen.line(19, 5, 5, 19, wide=2.6)


def _reload(pen: Pen) -> None:
    pen.arc(12, 12, 8, 300, 240)
    pen.area(12, 0.5, 19.5, 4.5, 12, 8.5)


ICONS: dict[str, Callable[[Pen], None]] = {
    "globe": _globe, "search": _search, "folder": _folder, "file": _file, "note": _note, "gear": _gear, "lock": _lock,
    "wifi": _wifi, "signal": _signal, "battery": _battery, "mask": _mask, "download": _download, "phone": _phone,
    "camera": _camera, "clock": _clock, "bubble": _bubble, "picture": _picture, "sun": _sun, "sheet": _sheet,
    "keys": _keys, "person": _person, "pause": _pause, "skip": _skip, "previous": _previous, "dots": _dots,
    "share": _share, "star": _star,
    "back": lambda pen: pen.line(15, 4, 7, 12, 15, 20, wide=2.6),
    "forward": lambda pen: pen.line(9, 4, 17, 12, 9, 20, wide=2.6),
    "left triangle": lambda pen: pen.area(18, 4, 5, 12, 18, 20),
    "circle": lambda pen: pen.ring(12, 12, 8.5, wide=2.4),
    "square": lambda pen: pen.line(5, 5, 19, 5, 19, 19, 5, 19, 5, 4, wide=2.4),
    "play": lambda pen: pen.area(6, 3, 20, 12, 6, 21),
    "close": _close,
    "check": lambda pen: pen.line(4, 12, 10, 18, 20, 6, wide=2.6),
    "up": lambda pen: pen.line(4, 15, 12, 8, 20, 15, wide=2.6),
    "reload": _reload,
}  # fmt: skip
"""Every picture by its name."""
