"""Where in a TOML document something stands that is wrong once it was read: the reader keeps no lines."""

from __future__ import annotations

import re

_TABLE = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))\s*=")
_STEP = re.compile(r"\.?([\w-]+)(?:\[(\d+|\.\.\.)\])?")


def line_of(text: str, path: str) -> int:
    """The line, counted from 1, of a path such as `subjects[1].driver` or `repeats`; 0 where it is not found.

    Of a key that is not there, the line of its table. Knows tables one level deep, as plans have them.
    """
    steps = [(match[1], match[2]) for match in _STEP.finditer(path.removeprefix("$").lstrip("."))]
    if not steps:
        return 0
    table = steps[0] if len(steps) > 1 or (steps[0][1] is not None and _opened(text, steps[0][0])) else ("", None)
    key = steps[-1][0] if len(steps) > 1 or not table[0] else ""
    place = table[1] or ""
    number = int(place) if place.isdecimal() else 0
    inside, seen, begun = not table[0], -1, 0
    for at, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.fullmatch(line.partition("#")[0].rstrip()):
            seen += header[1] == table[0]
            inside = header[1] == table[0] and seen == number
            begun = at if inside else begun
        elif inside and key and (found := _KEY.match(line)) and key in found.groups():
            return at
    return begun


def _opened(text: str, name: str) -> bool:
    """Whether the document has tables of that name."""
    return any((header := _TABLE.match(line)) and header[1] == name for line in text.splitlines())
