"""Looks for canaries in captures that belong to no case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from backtalk import ingest
from backtalk.detect.needles import GIVEN_PREFIX
from backtalk.errors import NoEvidence, UnreadableCapture, UsageError
from backtalk.lab.environment import mitmproxy_python
from backtalk.model.canary import Canary, Match
from backtalk.model.capture import OUTGOING, Exchange, Gap, Part
from backtalk.model.decoding import Span, Step, Value
from backtalk.model.finding import Digest, Sighting
from backtalk.model.keyring import Keyring
from backtalk.model.message import Setting
from backtalk.model.view import Reading
from backtalk.pipeline.analyze import Reader
from backtalk.pipeline.spread import Task, spread

SHORTEST = 4
"""Letters of a canary, at least: fewer stand in any capture by chance."""

CUT = "the budget for decoding ended here"
INCOMPLETE = "the capture does not hold all of it"

BATCH_BYTES, BATCH_EXCHANGES = 1 << 20, 256
"""What one worker gets at once, at most; one exchange may be more."""

WORTH_WORKERS = 4 << 20
"""Bytes of files from which on more than one worker is started."""


class Layer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One undone layer, as it is printed."""

    codec: str
    params: dict[str, Value] = {}
    span: Span


class Sighted(Struct, frozen=True, kw_only=True, tag_field="type", tag="sighting", omit_defaults=True):
    """A canary found again; `found` is in the buffer that `steps` reach from the part.

    `origin` is how the part's bytes are made from the file, where it does not hold them as
    they are. What follows is as in the model's sighting; `format` is its `setting`.
    """

    v: int
    canary: str
    decoy: bool
    match: Match
    file: str
    exchange: int
    host: str
    part: str
    steps: tuple[Layer, ...]
    found: Span
    origin: tuple[Layer, ...] = ()
    spelling: str = ""
    digest: Digest | None = None
    pieces: tuple[Span, ...] = ()
    corroborated: tuple[str, ...] = ()
    format: Setting | None = None


class Opaque(Struct, frozen=True, kw_only=True, tag_field="type", tag="opaque", omit_defaults=True):
    """Something that left and could not be read. What is missing of a whole file has no exchange, part or span."""

    v: int
    file: str
    reason: str
    exchange: int | None = None
    part: str | None = None
    span: Span | None = None
    steps: tuple[Layer, ...] = ()


class Bytes(Struct, frozen=True, kw_only=True):
    """Bytes of outgoing parts, as ingested."""

    read: int
    opaque: int


class Coverage(Struct, frozen=True, kw_only=True, tag_field="type", tag="coverage"):
    """How much there was, and how much of what left could be read."""

    v: int = 1
    exchanges: int
    bytes: Bytes


Line = Sighted | Opaque | Coverage


def canaries(values: Sequence[str], decoys: Sequence[str]) -> tuple[Canary, ...]:
    """The canaries to look for, each once. UsageError if there is none, one is too short, or one is also a decoy."""
    if not values:
        raise UsageError("there is no canary to look for.", remedy="Name one with --canary or --canaries.")
    if both := sorted(set(values) & set(decoys)):
        raise UsageError(f"{both[0]!r} is given as a canary and as a decoy.", remedy="A decoy was never planted.")
    if short := [value for value in (*values, *decoys) if len(value) < SHORTEST]:
        raise UsageError(
            f"{short[0]!r} is too short to be told from chance.", remedy=f"Use {SHORTEST} letters or more."
        )
    planted = [Canary(value=value, kind="given") for value in dict.fromkeys(values)]
    return (*planted, *(Canary(value=value, kind="decoy") for value in dict.fromkeys(decoys)))


class Scanned(Struct, frozen=True, kw_only=True):
    """What a few exchanges gave, in their order."""

    lines: tuple[Line, ...]
    exchanges: int
    read: int
    opaque: int


class Keys(Struct, frozen=True, kw_only=True):
    """What opens what is shut: a TLS key log, and the keys of a maker's program."""

    tls: Path | None = None
    ring: Keyring | None = None


def scan(
    files: Sequence[Path], sought: Sequence[Canary], keys: Keys | None = None, workers: int = 1
) -> Iterator[Line | Note]:
    """Each sighting and each opaque stretch, file by file, and last the coverage.

    All parts are searched; only what leaves (OUTGOING) counts as opaque, for a leak can be
    nowhere else. A file that cannot be read is opaque as a whole. NoEvidence if no file
    shows any exchange: that is not the same as clean. The lines and their order are the same
    whatever the number of workers; memory does not grow with the files.
    """
    keys = keys or Keys()
    given = ingest.Given(mitmproxy=mitmproxy_python, keys=keys.tls)
    total = read = opaque = 0
    refused: list[UnreadableCapture] = []
    with spread(partial(Search, sought, keys.ring), workers if _large(files) else 1) as hands:
        for path in files:
            file = ingest.shown(str(path))
            try:
                for item in hands.each(_batches(ingest.stream(path, given))):
                    match item:
                        case Scanned():
                            yield from item.lines
                            total, read, opaque = total + item.exchanges, read + item.read, opaque + item.opaque
                        case Gap():
                            yield Opaque(v=1, file=file, reason=_lost(item))
                            opaque += item.size
                        case ingest.Note():
                            yield Note(file=file, text=f"{item.text} ({item.count})")
            except UnreadableCapture as failure:
                refused.append(failure)
                yield Opaque(v=1, file=file, reason=str(failure))
    if not total:
        raise _nothing(files, refused)
    yield Coverage(exchanges=total, bytes=Bytes(read=read, opaque=opaque))


def _large(files: Sequence[Path]) -> bool:
    """Whether several workers are done sooner than one is, who need not be started."""
    return sum(path.stat().st_size for path in files if path.exists()) > WORTH_WORKERS


def _batches(items: Iterator[ingest.Item]) -> Iterator[Task[Sequence[Exchange]] | Gap | ingest.Note]:
    """The exchanges, a few together, with what is between them where it stands."""
    batch: list[Exchange] = []
    size = 0
    for item in items:
        if isinstance(item, Exchange):
            batch.append(item)
            size += sum(len(part.data) for part in item.parts)
            if size < BATCH_BYTES and len(batch) < BATCH_EXCHANGES:
                continue
        if batch:
            yield Task(batch, size)
            batch, size = [], 0
        if not isinstance(item, Exchange):
            yield item
    if batch:
        yield Task(batch, size)


class Note(Struct, frozen=True, kw_only=True):
    """Something for the reader that is no result: what was repaired without loss."""

    file: str
    text: str


class Search:
    """Looks for one set of canaries in exchanges."""

    def __init__(self, sought: Sequence[Canary], ring: Keyring | None) -> None:
        self._reader = Reader(sought, keyring=ring)

    def __call__(self, exchanges: Sequence[Exchange]) -> Scanned:
        """The lines of these exchanges."""
        lines: list[Line] = []
        read = opaque = 0
        for exchange in exchanges:
            for part in exchange.parts:
                seen, reading = self._reader.read(exchange, part)
                lines += (_sighted(one, part, exchange.source) for one in seen if _told_from_chance(one))
                if part.name in OUTGOING:
                    read += reading.read
                    opaque += reading.opaque
                    lines += _opaque(exchange, part, exchange.source, reading)
        return Scanned(lines=tuple(lines), exchanges=len(exchanges), read=read, opaque=opaque)


def _told_from_chance(sighting: Sighting) -> bool:
    """Short prefixes count only in a session, where typing order and repetition tell them from chance."""
    return sighting.match != "prefix" or len(sighting.text) >= GIVEN_PREFIX


def _sighted(sighting: Sighting, part: Part, file: str) -> Sighted:
    return Sighted(
        v=1,
        canary=sighting.canary,
        decoy=sighting.kind == "decoy",
        match=sighting.match,
        file=file,
        exchange=sighting.exchange,
        host=sighting.host,
        part=sighting.part,
        steps=_layers(sighting.steps),
        found=sighting.found,
        origin=_layers(part.origin),
        spelling=sighting.spelling,
        digest=sighting.digest,
        pieces=sighting.pieces,
        corroborated=sighting.corroborated,
        format=sighting.setting,
    )


def _layers(steps: Sequence[Step]) -> tuple[Layer, ...]:
    return tuple(Layer(codec=step.codec, params=step.params, span=step.span) for step in steps)


def _opaque(exchange: Exchange, part: Part, file: str, reading: Reading) -> Iterator[Opaque]:
    where = Opaque(v=1, file=file, reason="", exchange=exchange.index, part=part.name)
    for unread in reading.unread:
        yield msgspec.structs.replace(where, reason=unread.reason, span=unread.span, steps=_layers(unread.steps))
    if reading.cut:
        yield msgspec.structs.replace(where, reason=CUT, span=(0, len(part.data)))
    if not part.complete:
        yield msgspec.structs.replace(where, reason=INCOMPLETE, span=(len(part.data), len(part.data)))


def _lost(gap: Gap) -> str:
    """A gap in words: kind, how often, and what is known of it."""
    often = f" ({gap.count} times)" if gap.count > 1 else ""
    return f"{gap.kind}{often}" + "".join(f": {word}" for word in (gap.host, gap.detail) if word)


def _nothing(files: Sequence[Path], refused: Sequence[UnreadableCapture]) -> NoEvidence:
    if len(files) == len(refused) == 1:
        return refused[0]
    if len(files) == 1:
        return NoEvidence(
            f"{ingest.shown(str(files[0]))} shows no exchange.",
            means="There is nothing to judge; that is not the same as clean.",
        )
    return NoEvidence(
        f"none of {len(files)} files shows any exchange ({len(refused)} could not be read).",
        means="There is nothing to judge; that is not the same as clean.",
    )
