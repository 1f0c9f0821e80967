"""Letters: DejaVu Sans where Debian has it, else the plain font that Pillow carries (ASCII alone)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

_FOLDER = Path("/usr/share/fonts/truetype/dejavu")
_LONGEST = 4000
"""Letters of one text that are looked at: no screen shows more."""


@lru_cache(maxsize=64)
def font(size: int, *, bold: bool = False) -> FreeTypeFont:
    """The font of a size in pixels."""
    file = _FOLDER / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    if file.is_file():
        return ImageFont.truetype(file, size)
    plain = ImageFont.load_default(size)
    assert isinstance(plain, FreeTypeFont), "Pillow's wheels come with FreeType"
    return plain


@lru_cache(maxsize=4096)
def width(text: str, size: int, *, bold: bool = False) -> int:
    """Pixels that the text takes on one line."""
    return int(font(size, bold=bold).getlength(text[:_LONGEST]))


def line_height(size: int) -> int:
    """Pixels from one line to the next."""
    return size * 13 // 10


@lru_cache(maxsize=1024)
def wrapped(text: str, size: int, room: int, most: int, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines that fit the room; the last of at most so many ends in dots where it is cut."""
    lines = list(_lines(" ".join(text[:_LONGEST].split()), size, room, most + 1, bold=bold))
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and width(last + "...", size, bold=bold) > room:
        last = last[:-1]
    return (*lines[: most - 1], last + "...")


def _lines(text: str, size: int, room: int, most: int, *, bold: bool) -> Iterator[str]:
    line, count = "", 0
    for word in text.split(" "):
        piece = word
        while count < most and width(f"{line} {piece}".strip(), size, bold=bold) > room:
            if line:
                yield line
                line = ""
            else:
                end = max(1, _fitting(piece, size, room, bold=bold))
                yield piece[:end]
                piece = piece[end:]
            count += 1
        if count >= most:
            return
        line = f"{line} {piece}".strip()
    yield line


def _fitting(word: str, size: int, room: int, *, bold: bool) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(word[:middle], size, bold=bold) <= room else (low, middle - 1)
    return low
