"""Small pictures, made and not stored: what a page loads besides its text."""

from __future__ import annotations

import struct
import zlib
from functools import cache


@cache
def png(width: int, height: int, red: int, green: int, blue: int) -> bytes:
    """A PNG of one colour that darkens downwards (PNG specification, 8-bit RGB, no interlace)."""
    rows = b"".join(
        b"\0" + bytes(level * (2 * height - row) // (2 * height) for level in (red, green, blue)) * width
        for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
