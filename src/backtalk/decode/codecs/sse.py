"""Server-sent events: what an event's data lines say together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from backtalk.decode.codec import Leaf, Names
from backtalk.model.decoding import Value

EVENT = re.compile(rb"(?:\A|(?<=\n)|(?<=\r))(?:(?:event|id|retry|data)?:[^\r\n]*(?:\r\n|\n|\r|\Z))+")
DATA = re.compile(rb"^data:[ ]?([^\r\n]*)(?:\r?\n(?:data:[^\r\n]*|data(?=\r?\n)))*", re.MULTILINE)
NAME = re.compile(rb"^event:[ ]?([^\r\n]{1,100})", re.MULTILINE)


class ServerSent(Names):
    ID: ClassVar[str] = "sse"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"(?:^|\n)data:[^\n]*\ndata:",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("WHATWG HTML, section 9.2 (server-sent events)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("data lines with other fields between them are several values",)
    ESCAPE: ClassVar[re.Pattern[bytes]] = re.compile(rb"\r?\ndata:? ?")

    def replace(self, escape: re.Match[bytes]) -> bytes:
        del escape
        return b"\n"

    def leaves(self, data: bytes) -> Sequence[Leaf]:
        if not data.startswith((b"data:", b"event:", b"id:", b"retry:", b":")):
            return ()
        found: list[Leaf] = []
        for event in EVENT.finditer(data):
            name = NAME.search(event[0])
            params: dict[str, Value] = {"event": name[1].decode("utf-8", "replace") if name else "message"}
            for match in DATA.finditer(event[0]):
                start = event.start() + match.start(1)
                end = event.start() + match.end()
                if start < end:
                    found.append(Leaf(span=(start, end), params=params))
        return found
