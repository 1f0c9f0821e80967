"""Any file, read as it stands: what is no capture that Backtalk knows is still searched, through all packaging."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from backtalk.ingest.reader import Given, Item, Reader, shown
from backtalk.model.capture import Exchange, Part

LONGEST = 16 << 20
"""Bytes of a piece: a longer file is read in several, which overlap."""

OVERLAP = 1 << 16
"""Bytes that a piece shares with the one before, so that what lies across the border is in one of them."""


class Verbatim(Reader):
    """One exchange for the whole file. Whether its bytes ever left, it does not tell: they count as if they had."""

    ID = "verbatim"
    NAME = "any other file"
    REFERENCES = ()
    LIMITATIONS = (
        "A file whose name ends like a capture's and whose bytes are none is refused, not read as it stands.",
        "Of a file over 16 MiB, packaging that reaches across the border of two pieces is undone only in part.",
    )

    def sniff(self, head: bytes) -> bool:
        return bool(head)

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        source = shown(str(path))
        with path.open("rb") as file:
            index, data = 0, file.read(LONGEST)
            while data:
                following = file.read(LONGEST - OVERLAP)
                yield Exchange(index=index, kind="file", source=source, parts=(Part(name="file.bytes", data=data),))
                index, data = index + 1, data[-OVERLAP:] + following if following else b""
