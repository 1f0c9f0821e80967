"""Undoing packaging level by level: which buffers are inside which, each decoded and scanned once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from backtalk.decode.budget import Budget, Meter
from backtalk.decode.codec import Buffer, Codec, Layer, Respelling, Structure
from backtalk.decode.codecs import BY_ID, CODECS
from backtalk.decode.native.spans import common, gaps
from backtalk.decode.once import Once
from backtalk.decode.reading import unread_stretches
from backtalk.decode.scanner import Scanner
from backtalk.decode.sweep import worth
from backtalk.model.decoding import Opaque, Span
from backtalk.model.keyring import Keyring

OWNED: dict[str, tuple[str, ...]] = {}
"""All distinct patterns, and the codecs that each belongs to."""
for _codec in CODECS:
    for _pattern in _codec.PATTERNS:
        OWNED[_pattern] = (*OWNED.get(_pattern, ()), _codec.ID)
PATTERNS: tuple[str, ...] = tuple(OWNED)
FORMS: tuple[Respelling, ...] = tuple(codec for codec in CODECS if isinstance(codec, Respelling))
OWNERS: tuple[tuple[str, ...], ...] = (*OWNED.values(), *((codec.ID,) for codec in FORMS))
"""The codecs that each of PATTERNS, and after them each of FORMS, belongs to."""

SIGNED: dict[str, list[str]] = {}
"""The codecs that each of the runs, marks and shapes is a sign of."""
for _codec in CODECS:
    for _sign in (_codec.RUNS, *_codec.MARKS, _codec.SHAPE):
        SIGNED.setdefault(_sign, []).append(_codec.ID)

KEYED = frozenset(codec for codec in CODECS if codec.KEYED)
NAMING = frozenset(codec for codec in CODECS if isinstance(codec, Structure))
PROBES = frozenset(
    codec
    for codec in CODECS
    if not (codec.PATTERNS or codec.RUNS or codec.MARKS or codec.SHAPE or codec.KEYED or isinstance(codec, Respelling))
)
"""Codecs that leave no sign: they are tried on any binary data."""

SUSPECTING = tuple(codec for codec in CODECS if type(codec).suspects is not Codec.suspects)
"""Codecs that are also tried on texts which look like theirs."""

SMALL = 256
"""Bytes up to which it is remembered that nothing is in what a token stands for: words and keys recur."""
MOST_KNOWN = 1 << 15

Key = bytes | tuple[int, bytes, bytes]
"""What a buffer is known by: its size and ends, and only where these are another's as well, all of it."""


class Content:
    """One distinct buffer: what the scan said of it, and its layers once it was opened."""

    def __init__(self, data: bytes, scanner: Scanner, keyring: Keyring | None, *, every: bool) -> None:
        self.buffer = Buffer(data)
        self.buffer.everywhere = every
        self.buffer.keyring = keyring
        self.buffer.sought = scanner.sought
        seen = scanner.scan(data)
        self.needles, self.patterns = seen.needles, seen.patterns
        self.buffer.seen = _expressions(seen.patterns)
        self.layers: list[tuple[Codec, Layer]] | None = None
        self.broken: list[Opaque] = []

    @Once
    def kinds(self) -> frozenset[str]:
        """The codecs whose patterns or signs were seen."""
        return _kinds(self.patterns, self.buffer.signs)


class Known:
    """What holds nothing, remembered from one buffer to the next: words and keys recur."""

    def __init__(self) -> None:
        self.contents: set[bytes] = set()
        self.tokens: set[bytes] = set()

    def add(self, group: set[bytes], data: bytes) -> None:
        """Remember it; everything is forgotten when it becomes too much."""
        if len(group) >= MOST_KNOWN:
            group.clear()
        group.add(data)


class Edge(Struct, frozen=True):
    """One layer of a place, and the place that its inside makes."""

    codec: Codec
    layer: Layer
    child: Place


class Place:
    """A content at one depth. Edges lead only to the next depth, so paths end and there are no cycles."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.edges: list[Edge] = []

    @property
    def buffer(self) -> Buffer:
        return self.content.buffer


class Graph:
    """Everything that a budget lets undo of one buffer; `levels[0]` holds the buffer itself.

    `every` also opens values of structures that are written plainly, which a search
    need not: it reads them where they stand.
    """

    def __init__(
        self,
        data: bytes,
        scanner: Scanner,
        budget: Budget,
        known: Known | None = None,
        *,
        keyring: Keyring | None = None,
        every: bool = False,
    ) -> None:
        self.meter = Meter(budget)
        self.scanner = scanner
        self.budget = budget
        self._every = every
        self._keyring = keyring if keyring and keyring.keys else None
        self._known = known or Known()
        self._contents: dict[Key, Content] = {}
        self.levels: list[list[Place]] = [[Place(self.content(data))]]
        while self.levels[-1] and len(self.levels) <= budget.depth:
            self.levels.append(self._deeper(self.levels[-1]))
        if any(True for place in self.levels[-1] for _ in self.open(place.content)):
            self.meter.cut = True

    @property
    def root(self) -> Place:
        return self.levels[0][0]

    def _deeper(self, level: list[Place]) -> list[Place]:
        below: dict[int, Place] = {}
        for place in level:
            for codec, layer in self.open(place.content):
                content = self.content(layer.data)
                if content is place.content or not self.meter.spend(1, 0):
                    continue
                child = below.setdefault(id(content), Place(content))
                place.edges.append(Edge(codec, layer, child))
        return list(below.values())

    def content(self, data: bytes) -> Content:
        """What is known of a buffer; equal ones are scanned once."""
        key: Key = data if len(data) <= SMALL else (len(data), data[: SMALL // 2], data[-SMALL // 2 :])
        found = self._contents.get(key)
        if found is not None and found.buffer.data != data:
            key, found = data, self._contents.get(data)
        if found is None:
            found = self._contents[key] = Content(data, self.scanner, self._keyring, every=self._every)
        return found

    def open(self, content: Content) -> list[tuple[Codec, Layer]]:
        """The layers of a buffer, tokens left out in which there is nothing."""
        if content.layers is None:
            content.layers = []
            for codec, found in self._found(content):
                if isinstance(found, Opaque):
                    content.broken.append(found)
                elif found.data:
                    if not self.meter.spend(0, len(found.data)):
                        break
                    if not (codec.TOKEN and not self._every and self._nothing_in(found.data)):
                        content.layers.append((codec, found))
        return content.layers

    def opens(self, token: bytes) -> bool:
        """Whether there is something in a token."""
        if token in self._known.tokens:
            return False
        content = self.content(token)
        if self._aside(content):
            return True
        self._known.add(self._known.tokens, token)
        return False

    def _nothing_in(self, data: bytes) -> bool:
        """Whether the bytes that a token stands for hold nothing to find, to open or to read."""
        if data in self._known.contents:
            return True
        content = self.content(data)
        whole = [(0, len(data))]
        if content.needles or content.buffer.text or unread_stretches(content.buffer, whole) != whole:
            return False
        if len(data) > SMALL:
            return not self.open(content) and not content.broken
        if self._aside(content):
            return False
        self._known.add(self._known.contents, data)
        return True

    def _aside(self, content: Content) -> bool:
        """Whether a buffer opens, or is broken, at no cost: what is remembered must cost what it costs anew."""
        meter, self.meter = self.meter, Meter(self.budget)
        something = bool(self.open(content) or content.broken)
        self.meter = meter
        if something:
            content.layers = None
            content.broken = []
        return something

    def _found(self, content: Content) -> Iterator[tuple[Codec, Layer | Opaque]]:
        """What each codec sees, in the order of their claims; words in base64 and hex claim nothing."""
        buffer = content.buffer
        length = len(buffer.data)
        codecs = _worth_trying(content.kinds, text=buffer.text, every=self._every, keyed=self._keyring is not None)
        if buffer.text:
            codecs = (*codecs, *(codec for codec in SUSPECTING if codec.suspects(buffer)))
        if not codecs or not length:
            return
        if buffer.text and not self._every and not self._keyring:  # a ciphertext shows itself only when it is opened
            buffer.worth = worth(self, content)
        taken: list[Span] = []
        free: list[Span] = [(0, length)]
        for codec in codecs:
            within = common(free, codec.places(buffer, every=self._every))
            if not within:
                continue
            if self._every and isinstance(codec, Structure):
                layers: Iterator[Layer | Opaque] = codec.every(buffer, within)
            elif isinstance(codec, Respelling):
                layers = codec.around(buffer, within, self.scanner.forms(buffer, codec))
            else:
                layers = codec.layers(buffer, within, self.meter)
            count = len(taken)
            for found in layers:
                yield codec, found
                if isinstance(found, Layer) and not codec.TOKEN:
                    taken.append(found.span)
            if len(taken) > count:
                free = gaps(length, taken)


@lru_cache(maxsize=4096)
def _expressions(patterns: tuple[int, ...]) -> frozenset[str]:
    return frozenset(PATTERNS[pattern] for pattern in patterns if pattern < len(PATTERNS))


@lru_cache(maxsize=4096)
def _kinds(patterns: tuple[int, ...], signs: tuple[str, ...]) -> frozenset[str]:
    """The codecs that such patterns and signs speak for."""
    return frozenset(
        [name for pattern in patterns for name in OWNERS[pattern]] + [name for sign in signs for name in SIGNED[sign]]
    )


@lru_cache(maxsize=4096)
def _worth_trying(kinds: frozenset[str], *, text: bool, every: bool, keyed: bool) -> tuple[Codec, ...]:
    """The codecs that a buffer shows signs of, and on binary ones the probes; for a tree, structures in any text."""
    tried = {codec for name in kinds if not (codec := BY_ID[name]).KEYED}
    if keyed:
        tried |= KEYED
    if not text:
        tried |= PROBES
    if every and text:
        tried |= NAMING
    return tuple(sorted(tried, key=CODECS.index))
