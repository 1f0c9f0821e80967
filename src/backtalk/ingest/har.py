"""HAR 1.2 in the dialects of browsers and proxies, whole or cut off."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from backtalk.errors import UnreadableCapture
from backtalk.ingest.foreign import text
from backtalk.ingest.har_entry import Entries
from backtalk.ingest.json_stream import Fault, JsonStream
from backtalk.ingest.reader import Given, Item, Note, Reader, numbered, shown
from backtalk.model.capture import Gap

_BOM = b"\xef\xbb\xbf"
_ENTRIES = re.compile(r'"entries"\s{0,4000}:\s{0,80}(?=\[)')


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
        "An entry of more than 256 MiB ends the reading, which is told.",
    )
    ENDINGS = (".har",)

    def sniff(self, head: bytes) -> bool:
        return head.removeprefix(_BOM).lstrip().startswith(b"{")

    def read(self, path: Path, given: Given) -> Iterator[Item]:  # noqa: ARG002 -- every reader is asked in the same way
        """UnreadableCapture for what is not JSON before its first entry, or JSON of another kind."""
        return numbered(_items(path))


def _items(path: Path) -> Iterator[Item]:
    source = shown(str(path))
    entries = Entries(source)
    gaps: list[Gap] = []
    with path.open("rb") as file:
        document = JsonStream(file)
        found = False
        try:
            for place in _places(document):
                if place == "entries":
                    found = True
                    for entry, begin, end in document.items():
                        yield from entries.of(entry, (begin, end))
                else:
                    gaps += _handshakes(document.value(), source)
            document.finish()
        except Fault as fault:
            # What is at fault may stand before the entries, and the entries may be whole all the same.
            if not found and not document.seek(_ENTRIES):
                raise UnreadableCapture(
                    f"{source} is not JSON ({fault}), and no entry stands before the fault."
                ) from fault
            if not found:
                yield from _as_far_as_they_stand(document, entries)
            left = document.rest()
            gaps.append(
                Gap(
                    kind="truncated" if fault.ended else "damaged",
                    count=1,
                    source=source,
                    detail=f"{fault}; {left} bytes are not read",
                    size=left,
                )
            )
        else:
            if not found:
                raise UnreadableCapture(f"{source} is JSON but no HAR: it has no log.entries.")
    yield from gaps
    yield from entries.gaps()
    yield from (Note(what, count) for what, count in sorted(entries.repairs.items()))


def _places(document: JsonStream) -> Iterator[str]:
    """`entries` and `_tlsErrors` of the log, each with the cursor before its value; all else is stepped over."""
    for name in document.members():
        if name != "log" or document.peek() != "{":
            document.value()
            continue
        for member in document.members():
            if member == "_tlsErrors" or (member == "entries" and document.peek() == "["):
                yield member
            else:
                document.value()


def _as_far_as_they_stand(document: JsonStream, entries: Entries) -> Iterator[Item]:
    try:
        for entry, begin, end in document.items():
            yield from entries.of(entry, (begin, end))
    except Fault:
        return


def _handshakes(errors: object, source: str) -> Iterator[Gap]:
    listed = errors if isinstance(errors, list) else ()
    failed = Counter(shown(text(one, "hostname")).lower() for one in listed)
    return (Gap(kind="tls-failed", count=count, source=source, host=host) for host, count in sorted(failed.items()))
