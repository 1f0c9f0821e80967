"""Widgets and windows: where they are, what they say, what a tap on them does, how they look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Bounds = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; the last two are outside."""


class Look(Struct, frozen=True, kw_only=True):
    """How a widget is painted. Colours are `#rrggbb` or `#rrggbbaa`, none is not painted; sizes are pixels."""

    fill: str = ""
    fade: str = ""
    """Where the fill leads to, from top to bottom."""
    ink: str = "#202124"
    size: int = 40
    bold: bool = False
    radius: int = 0
    align: Literal["left", "center", "right"] = "left"
    lines: int = 1
    icon: str = ""
    inset: int = 0
    edge: str = ""


class Widget(Struct, frozen=True, kw_only=True):
    """One of them. `action` is what a tap does, told to the window's program; none cannot be tapped.

    `shown` is what is painted in place of the text where the two differ (a hint, a picture's letters).
    """

    kind: str = "TextView"
    bounds: Bounds
    text: str = ""
    id: str = ""
    desc: str = ""
    action: str = ""
    shown: str = ""
    checked: bool | None = None
    focused: bool = False
    scrolls: bool = False
    look: Look = Look()
    children: tuple[Widget, ...] = ()


class Window(Struct, frozen=True, kw_only=True):
    """Widgets of one program. Those above come first; a modal one keeps taps from what is below."""

    package: str
    activity: str
    root: Widget
    modal: bool = True
    input: bool = False
    """Only keys for typing, or the bars at the edges: uiautomator does not look at it."""


def clipped(inner: Bounds, outer: Bounds) -> Bounds:
    """What of the one lies inside the other; nothing has no width or no height."""
    left, top = max(inner[0], outer[0]), max(inner[1], outer[1])
    return left, top, max(left, min(inner[2], outer[2])), max(top, min(inner[3], outer[3]))


def walk(widget: Widget, clip: Bounds) -> Iterator[tuple[Widget, Bounds]]:
    """Every widget that can be seen, with what of it can; parents first."""
    seen = clipped(widget.bounds, clip)
    if seen[0] < seen[2] and seen[1] < seen[3]:
        yield widget, seen
        for child in widget.children:
            yield from walk(child, seen)


def at(widget: Widget, clip: Bounds, x: int, y: int) -> Widget | None:
    """What a tap there hits: the last painted of those that can be tapped."""
    hit = None
    for one, (left, top, right, bottom) in walk(widget, clip):
        if one.action and left <= x < right and top <= y < bottom:
            hit = one
    return hit


def find(widget: Widget, action: str) -> Widget | None:
    """The widget with this action, wherever it is."""
    if widget.action == action:
        return widget
    return next((found for child in widget.children if (found := find(child, action)) is not None), None)
