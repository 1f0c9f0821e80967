"""The screen's picture: a PNG of what the windows describe."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw

from backtalk.range.handset.properties import HEIGHT, WIDTH
from backtalk.range.handset.screen.fonts import font, line_height, wrapped
from backtalk.range.handset.screen.icons import ICONS, Pen
from backtalk.range.handset.screen.widget import Bounds, Look, Widget, Window, walk

SCREEN: Bounds = (0, 0, WIDTH, HEIGHT)
_ON, _OFF = "#1a73e8", "#b0b5ba"


def png(windows: Sequence[Window], *, lit: bool = True) -> bytes:
    """The picture of the windows, the lowest last; black while the screen is off."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#000000")
    if lit:
        for window in reversed(windows):
            _paint(image, window.root)
    kept = io.BytesIO()
    image.save(kept, "PNG", compress_level=1)
    return kept.getvalue()


def _paint(image: Image.Image, root: Widget) -> None:
    draw = ImageDraw.Draw(image, "RGBA")
    for widget, seen in walk(root, SCREEN):
        # A widget that is seen in part is painted whole, and what is not seen of it is put back.
        cut = seen != widget.bounds
        if cut:
            piece = image.copy()
            _widget(ImageDraw.Draw(piece, "RGBA"), widget)
            image.paste(piece.crop(seen), seen)
        else:
            _widget(draw, widget)


def _widget(draw: ImageDraw.ImageDraw, widget: Widget) -> None:
    look, bounds = widget.look, widget.bounds
    if look.fade:
        _fade(draw, bounds, look)
    elif look.fill or look.edge:
        box = (bounds[0], bounds[1], bounds[2] - 1, bounds[3] - 1)
        draw.rounded_rectangle(
            box, look.radius, fill=look.fill or None, outline=look.edge or None, width=3 if look.edge else 0
        )
    if widget.checked is not None and widget.kind == "Switch":
        _switch(draw, bounds, on=widget.checked)
    if look.icon:
        _icon(draw, bounds, look)
    text = widget.shown or widget.text
    if text:
        _text(draw, bounds, text, look)
    if widget.focused and widget.kind == "EditText":
        typed = wrapped(widget.text, look.size, bounds[2] - bounds[0] - 2 * look.inset, look.lines)
        end = int(font(look.size).getlength(typed[-1])) if widget.text else 0
        x, middle = bounds[0] + look.inset + end + 3, (bounds[1] + bounds[3]) // 2
        draw.line((x, middle - look.size * 2 // 3, x, middle + look.size * 2 // 3), fill=_ON, width=5)


def _fade(draw: ImageDraw.ImageDraw, bounds: Bounds, look: Look) -> None:
    first, last = ImageColor.getrgb(look.fill), ImageColor.getrgb(look.fade)
    left, top, right, bottom = bounds
    for y in range(top, bottom):
        share = (y - top) / (bottom - top)
        colour = tuple(round(one + (other - one) * share) for one, other in zip(first, last, strict=True))
        draw.line((left, y, right, y), fill=colour)


def _switch(draw: ImageDraw.ImageDraw, bounds: Bounds, *, on: bool) -> None:
    left, top, right, bottom = bounds
    middle, radius = (top + bottom) // 2, (bottom - top) // 2
    draw.rounded_rectangle(
        (left, middle - radius // 2 - 6, right, middle + radius // 2 + 6), radius, fill="#c6dafc" if on else "#dadce0"
    )
    x = right - radius if on else left + radius
    draw.ellipse((x - radius, middle - radius, x + radius, middle + radius), fill=_ON if on else _OFF)


def _icon(draw: ImageDraw.ImageDraw, bounds: Bounds, look: Look) -> None:
    left, top, right, bottom = bounds
    side = min(right - left, bottom - top) - 2 * look.inset
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    ICONS[look.icon](Pen(draw, x, y, side, look.ink, look.fill or "#ffffff"))


def _text(draw: ImageDraw.ImageDraw, bounds: Bounds, text: str, look: Look) -> None:
    left, top, right, bottom = bounds
    lines = wrapped(text, look.size, right - left - 2 * look.inset, look.lines, bold=look.bold)
    step = line_height(look.size)
    y = (top + bottom - step * len(lines)) / 2 + step / 2
    x, anchor = {
        "left": (left + look.inset, "lm"),
        "center": ((left + right) / 2, "mm"),
        "right": (right - look.inset, "rm"),
    }[look.align]
    for line in lines:
        draw.text((x, y), line, font=font(look.size, bold=look.bold), fill=look.ink, anchor=anchor)
        y += step
