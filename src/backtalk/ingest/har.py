"""HAR 1.2 in the dialects of browsers and proxies, whole or cut off."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from backtalk.errors import UnreadableCapture
from backtalk.ingest.foreign import items, member, text
from backtalk.ingest.har_entry import Entries
from backtalk.ingest.reader import Capture, Locate, Reader, shown
from backtalk.model.capture import Gap

_BOM = b"\xef\xbb\xbf"
_ENTRIES = re.compile(r'"entries"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


class Har(Reader):
    """Reads every entry that can be read; where the file breaks off, what stands before is kept."""

    ID = "har"
    NAME = "HAR (JSON)"
    REFERENCES = (
        "http://www.softwareishard.com/blog/har-12-spec/",
        "https://github.com/httptoolkit/httptoolkit-ui (_content, _requestBodyStatus, _tlsErrors)",
    )
    LIMITATIONS = (
        "Bodies stand there with their content coding undone; failed handshakes, DNS and raw TCP hardly ever do.",
        "Latin-1 that stands for bytes is told from text only by control characters and by being valid UTF-8.",
    )

    def sniff(self, head: bytes) -> bool:
        return head.removeprefix(_BOM).lstrip().startswith(b"{")

    def read(self, path: Path, mitmproxy: Locate) -> Capture:  # noqa: ARG002 -- every reader is asked in the same way
        """UnreadableCapture for what is not JSON before its first entry, or JSON of another kind."""
        source = shown(str(path))
        document = path.read_bytes().removeprefix(_BOM).decode("utf-8", "surrogateescape")
        entries = Entries(source)
        gaps: list[Gap] = []
        try:
            whole: object = json.loads(document)
        except (ValueError, RecursionError) as fault:
            gaps.append(_before_the_fault(document, fault, entries, source))
        else:
            log = member(whole, "log")
            if not isinstance(log.get("entries"), list):
                raise UnreadableCapture(f"{path} is JSON but no HAR: it has no log.entries.")
            for entry in items(log, "entries"):
                entries.add(entry)
            gaps += _handshakes(log, source)
        notes = tuple(f"{count} {what}" for what, count in sorted(entries.repairs.items()))
        return Capture(exchanges=tuple(entries.exchanges), gaps=(*gaps, *entries.gaps()), notes=notes)


def _before_the_fault(document: str, fault: Exception, entries: Entries, source: str) -> Gap:
    """Add the entries that stand before the fault; says where it is. UnreadableCapture if it is before them all."""
    said = shown(str(fault)) if isinstance(fault, ValueError) else "nested too deeply"
    start = _ENTRIES.search(document)
    if start is None:
        raise UnreadableCapture(f"{source} is not JSON ({said}), and no entry stands before the fault.")
    decoder, at = json.JSONDecoder(), start.end()
    while (at := _after(_BETWEEN, document, at)) < len(document):
        try:
            entry, at = decoder.raw_decode(document, at)
        except (ValueError, RecursionError):
            break
        entries.add(entry)
    kind: Literal["truncated", "damaged"] = "truncated" if _at_the_end(document, fault) else "damaged"
    return Gap(kind=kind, count=1, source=source, detail=f"{said}; {len(document) - at} characters are not read")


def _at_the_end(document: str, fault: Exception) -> bool:
    """Whether the fault is that the document ends: an escape or a word may have been cut in two."""
    if not isinstance(fault, json.JSONDecodeError):
        return False
    return fault.msg.startswith("Unterminated") or len(document.rstrip()) - fault.pos < len("\\ud83d\\u")


def _after(pattern: re.Pattern[str], document: str, at: int) -> int:
    found = pattern.match(document, at)
    return found.end() if found else at


def _handshakes(log: object, source: str) -> Iterator[Gap]:
    failed = Counter(shown(text(one, "hostname")).lower() for one in items(log, "_tlsErrors"))
    return (Gap(kind="tls-failed", count=count, source=source, host=host) for host, count in sorted(failed.items()))
