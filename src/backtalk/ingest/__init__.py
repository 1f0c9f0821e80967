"""Reads captures made elsewhere: one file a format, told apart by their bytes, never by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from backtalk.errors import UnreadableCapture
from backtalk.ingest.bugreport import Bugreport
from backtalk.ingest.curl import Curl
from backtalk.ingest.droid import ConnectionList
from backtalk.ingest.gunzip import beginning, unpacked
from backtalk.ingest.har import Har
from backtalk.ingest.logcat import Logcat
from backtalk.ingest.mitmproxy import Mitmproxy
from backtalk.ingest.pcap import BESIDE, Pcap
from backtalk.ingest.plain import Plain
from backtalk.ingest.reader import HEAD, Capture, Given, Item, Locate, Note, Reader, not_located, shown
from backtalk.ingest.verbatim import Verbatim
from backtalk.ingest.warc import Warc
from backtalk.model.capture import Exchange, Gap
from backtalk.model.decoding import Step

READERS: tuple[Reader, ...] = (
    Pcap(),
    Har(),
    Mitmproxy(),
    Warc(),
    ConnectionList(),
    Logcat(),
    Bugreport(),
    Plain(),
    Curl(),
    Verbatim(),
)
"""The first that knows the beginning of a file reads it; the last takes what no other knows."""

__all__ = ["READERS", "Capture", "Given", "Item", "Locate", "Note", "Reader", "read", "shown", "stream"]


def stream(path: Path, given: Given | None = None) -> Iterator[Item]:
    """All that a capture shows, in file order and bounded memory, with what could not be read of it.

    UnreadableCapture, before anything is given, if nothing of the file can be read, or if
    its name promises a format that its bytes do not hold.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        if not head:
            raise UnreadableCapture(f"{path} is empty.", means="There is nothing to judge in it.")
        reader = next(reader for reader in READERS if reader.sniff(head))
        inner = beginning(head) if reader is READERS[-1] else b""
        if inner and (packed := next(reader for reader in READERS if reader.sniff(inner))) is not READERS[-1]:
            yield from _unpacked(packed, path, given or Given())
        else:
            yield from _read(reader, path, given or Given())
    except OSError as error:
        raise UnreadableCapture(f"{path} cannot be read: {error.strerror or error}.") from error


def _unpacked(reader: Reader, path: Path, given: Given) -> Iterator[Item]:
    """A capture that was packed with gzip as a whole, told as if the packed file had been read itself."""
    source = shown(str(path))
    beside = path.with_name(BESIDE)
    keys = given.keys or (beside if beside.is_file() else None)
    with unpacked(path) as (file, fault):
        step = Step(codec="gzip", version=1, span=(0, path.stat().st_size))
        try:
            for item in reader.read(file, msgspec.structs.replace(given, keys=keys)):
                match item:
                    case Exchange():
                        parts = tuple(
                            msgspec.structs.replace(part, origin=(step, *part.origin)) if part.origin else part
                            for part in item.parts
                        )
                        yield msgspec.structs.replace(item, source=source, parts=parts)
                    case Gap():
                        yield msgspec.structs.replace(item, source=source)
                    case _:
                        yield item
        except UnreadableCapture as error:
            raise UnreadableCapture(error.what.replace(str(file), source)) from error
        if fault:
            yield Gap(kind="truncated" if "half" in fault else "damaged", count=1, source=source, detail=fault)


def _read(reader: Reader, path: Path, given: Given) -> Iterator[Item]:
    if reader is READERS[-1]:
        _refuse_what_its_name_belies(path)
    begun = False
    try:
        for item in reader.read(path, given):
            begun = True
            yield item
    except UnreadableCapture:
        # JSON that is no HAR is a file like any other, unless its name says that it should be one.
        if begun or _promised(path):
            raise
        yield from READERS[-1].read(path, given)


def _promised(path: Path) -> Reader | None:
    return next((one for one in READERS if path.name.lower().endswith(one.ENDINGS)), None)


def _refuse_what_its_name_belies(path: Path) -> None:
    if promised := _promised(path):
        known = "; ".join(reader.NAME for reader in READERS)
        raise UnreadableCapture(
            f"{path} is no {promised.NAME}, as its name says.",
            remedy=f"Backtalk reads: {known}. Rename the file to have it read as it stands.",
        )


def read(path: Path, *, mitmproxy: Locate = not_located, keys: Path | None = None) -> Capture:
    """All of a capture at once: for files that fit into memory.

    `mitmproxy` finds the Python of mitmproxy's environment and is called only for flow
    files; `keys` is a TLS key log for captured packets. UnreadableCapture as for `stream`.
    """
    exchanges: list[Exchange] = []
    gaps: list[Gap] = []
    notes: Counter[str] = Counter()
    for item in stream(path, Given(mitmproxy=mitmproxy, keys=keys)):
        match item:
            case Exchange():
                exchanges.append(item)
            case Gap():
                gaps.append(item)
            case Note():
                notes[item.text] += item.count
    told = tuple(f"{count} {text}" for text, count in sorted(notes.items()))
    return Capture(exchanges=tuple(exchanges), gaps=tuple(gaps), notes=told)
