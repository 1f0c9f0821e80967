"""Pieces that screens are made of: bars, rows, lists that scroll, tiles with a picture and a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from backtalk.range.handset.properties import HEIGHT, WIDTH
from backtalk.range.handset.screen.fonts import line_height, wrapped
from backtalk.range.handset.screen.widget import Bounds, Look, Widget

STATUS, NAVIGATION = 84, 126
"""Heights of the bars at the screen's edges."""
TOP, BOTTOM = STATUS, HEIGHT - NAVIGATION
"""What is a program's own lies between."""
BAR = 154
MARGIN = 48
GREY, BLUE, LINE = "#5f6368", "#1a73e8", "#e8eaed"

Row = Callable[[int], Widget]
"""A row of a list: a widget once it is told where its top is."""


def frame(children: Iterable[Widget], fill: str = "#ffffff", resource: str = "content") -> Widget:
    """A program's whole area. `resource` is the word that Android uses."""
    return Widget(
        kind="FrameLayout",
        id=f"android:id/{resource}",
        bounds=(0, 0, WIDTH, BOTTOM),
        look=Look(fill=fill),
        children=tuple(children),
    )


def icon(
    bounds: Bounds, name: str, action: str = "", *, desc: str = "", resource: str = "", look: Look | None = None
) -> Widget:
    """A picture, to be tapped if there is an action."""
    kind = "ImageButton" if action else "ImageView"
    shown = look or Look(icon=name, ink=GREY, inset=(bounds[3] - bounds[1]) // 4)
    return Widget(kind=kind, bounds=bounds, action=action, desc=desc, id=resource, look=shown)


def bar(title: str, *, back: bool = True, more: Iterable[Widget] = (), fill: str = "#ffffff") -> Widget:
    """The bar at the top, with a way back."""
    left = MARGIN + (BAR - 20 if back else 0)
    named = Widget(bounds=(left, TOP, WIDTH - 300, TOP + BAR), text=title, id="title", look=Look(size=54, bold=True))
    arrow = (icon((10, TOP, 10 + BAR, TOP + BAR), "back", "back", desc="Navigate up", resource="up"),) if back else ()
    return Widget(
        kind="LinearLayout",
        id="toolbar",
        bounds=(0, 0, WIDTH, TOP + BAR),
        look=Look(fill=fill),
        children=(*arrow, named, *more),
    )


def scroll(rows: Iterable[Row], top: int, offset: int, *, bottom: int = BOTTOM, resource: str = "list") -> Widget:
    """Rows below each other, moved up by the offset; what is outside cannot be seen or tapped."""
    placed: list[Widget] = []
    y = top - offset
    for row in rows:
        placed.append(row(y))
        y = placed[-1].bounds[3]
    seen = tuple(one for one in placed if one.bounds[3] > top and one.bounds[1] < bottom)
    return Widget(
        kind="RecyclerView", id=resource, bounds=(0, top, WIDTH, bottom), scrolls=y + offset > bottom, children=seen
    )


def height(rows: Iterable[Row]) -> int:
    """Pixels that rows take together."""
    y = 0
    for row in rows:
        y = row(y).bounds[3]
    return y


def row(
    title: str, summary: str = "", action: str = "", *, picture: str = "", tint: str = GREY,
    checked: bool | None = None, resource: str = "title",
) -> Row:  # fmt: skip
    """A row with a title, what is said below it, and a switch."""
    left = MARGIN + (140 if picture else 0)
    right = WIDTH - (220 if checked is not None else MARGIN)
    lines = len(wrapped(summary, 38, right - left, 3)) if summary else 0
    tall = max(170, 60 + line_height(46) + lines * line_height(38))

    def made(top: int) -> Widget:
        pad = (tall - line_height(46) - lines * line_height(38)) // 2
        below = top + pad + line_height(46)
        inner = [Widget(bounds=(left, top + pad, right, below), text=title, id=resource, look=Look(size=46))]
        if lines:
            look = Look(size=38, ink=GREY, lines=lines)
            inner.append(
                Widget(
                    bounds=(left, below, right, below + lines * line_height(38)), text=summary, id="summary", look=look
                )
            )
        if picture:
            middle = top + tall // 2
            box = (MARGIN, middle - 46, MARGIN + 92, middle + 46)
            inner.append(icon(box, picture, look=Look(icon=picture, ink="#ffffff", fill=tint, radius=46, inset=22)))
        if checked is not None:
            middle = top + tall // 2
            box = (WIDTH - MARGIN - 110, middle - 32, WIDTH - MARGIN, middle + 32)
            inner.append(Widget(kind="Switch", id="switch_widget", bounds=box, checked=checked, desc=title))
        return Widget(kind="LinearLayout", bounds=(0, top, WIDTH, top + tall), action=action, children=tuple(inner))

    return made


def words(
    text: str,
    *,
    size: int = 42,
    ink: str = "#202124",
    bold: bool = False,
    action: str = "",
    desc: str = "",
    kind: str = "TextView",
    gap: int = 26,
) -> Row:
    """A paragraph over the whole width."""
    lines = len(wrapped(text, size, WIDTH - 2 * MARGIN, 60, bold=bold))

    def made(top: int) -> Widget:
        box = (MARGIN, top, WIDTH - MARGIN, top + lines * line_height(size) + gap)
        return Widget(
            kind=kind,
            bounds=box,
            text=text,
            desc=desc,
            action=action,
            look=Look(size=size, ink=ink, bold=bold, lines=lines),
        )

    return made


def head(text: str) -> Row:
    """What stands over a group of rows."""
    return lambda top: Widget(
        bounds=(MARGIN, top, WIDTH - MARGIN, top + 100), text=text, id="header", look=Look(size=38, bold=True, ink=BLUE)
    )


def tile(bounds: Bounds, name: str, picture: str, tint: str, action: str, *, ink: str = "#202124") -> Widget:
    """A program on the home screen: its picture and its name."""
    left, top, right, bottom = bounds
    side = min(right - left - 40, bottom - top - 70)
    x = (left + right - side) // 2
    face = Widget(
        kind="ImageView",
        bounds=(x, top, x + side, top + side),
        look=Look(fill=tint, radius=side // 4, icon=picture, ink="#ffffff", inset=side // 5),
    )
    label = Widget(
        bounds=(left, top + side + 8, right, top + side + 62),
        text=name,
        id="icon_title",
        look=Look(size=34, align="center", ink=ink),
    )
    return Widget(kind="RelativeLayout", bounds=bounds, desc=name, action=action, children=(face, label))


def button(bounds: Bounds, text: str, action: str, *, strong: bool = True, resource: str = "button") -> Widget:
    """A button."""
    look = Look(
        fill=BLUE if strong else "#ffffff", ink="#ffffff" if strong else BLUE, size=44, bold=True, radius=24,
        align="center", edge="" if strong else "#dadce0",
    )  # fmt: skip
    return Widget(kind="Button", bounds=bounds, text=text, action=action, id=resource, look=look)
