"""Screenshots of the moments that matter, each distinct one embedded once."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Literal

from msgspec import Struct

SIGNATURE = b"\x89PNG\r\n\x1a\n"
EACH = 2_000_000
"""Bytes of one screenshot beyond which it is only named."""
TOTAL = 8_000_000
"""Bytes of all embedded screenshots: the page must open at once, also from a mail."""


class Shot(Struct, frozen=True, kw_only=True):
    """One screenshot as the page shows it.

    `embedded` the first time, `repeated` when the same picture stands at `anchor` already,
    `absent` when it cannot be shown, with the reason in `why`.
    """

    path: str
    state: Literal["embedded", "repeated", "absent"]
    anchor: str = ""
    data: str = ""
    width: int = 0
    height: int = 0
    why: str = ""


class Album:
    """Gives the screenshots of a case, within a page's budget."""

    def __init__(self, case: Path, *, each: int = EACH, total: int = TOTAL) -> None:
        self._root = case.resolve()
        self._each, self._left = each, total
        self._anchors: dict[str, str] = {}

    def shot(self, path: str) -> Shot:
        """The screenshot at `path`, relative to the case folder; nothing outside of it is ever read."""
        try:
            file = (self._root / path).resolve()
            if not file.is_relative_to(self._root) or not file.is_file():
                return Shot(path=path, state="absent", why="there is no such file in the case folder")
            if file.stat().st_size > self._each:
                return Shot(path=path, state="absent", why="it is too large to embed")
            data = file.read_bytes()
        except (OSError, ValueError) as error:
            return Shot(path=path, state="absent", why=f"it cannot be read ({type(error).__name__})")
        if not data.startswith(SIGNATURE) or len(data) < 24:
            return Shot(path=path, state="absent", why="it is not a PNG image")
        return self._embed(path, data)

    def _embed(self, path: str, data: bytes) -> Shot:
        digest = hashlib.sha256(data).hexdigest()
        if digest in self._anchors:
            return Shot(path=path, state="repeated", anchor=self._anchors[digest])
        if len(data) > self._left:
            return Shot(path=path, state="absent", why="the page holds as many pictures as it may")
        self._left -= len(data)
        self._anchors[digest] = f"shot-{len(self._anchors) + 1}"
        return Shot(
            path=path,
            state="embedded",
            anchor=self._anchors[digest],
            data=base64.b64encode(data).decode("ascii"),
            width=int.from_bytes(data[16:20]),
            height=int.from_bytes(data[20:24]),
        )
