"""Digests of canaries, looked up by their shape: no pattern is added to the walker's for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct

from backtalk.detect import hashes
from backtalk.detect.corroboration import corroborated, numbers
from backtalk.detect.fields import field
from backtalk.detect.forms import forms
from backtalk.detect.hashes.xxhash import LONGEST
from backtalk.detect.made import KEY, SPELLED, Index, Made, run
from backtalk.detect.places import Place, distinct
from backtalk.detect.salts import SIZES, Salt, Salted, near, neighbours, salted_index
from backtalk.detect.sightings import Buffer, sighting
from backtalk.detect.tokens import Shapes, Token, batches
from backtalk.model.canary import Canary
from backtalk.model.capture import OUTGOING, Exchange, Part
from backtalk.model.decoding import Step
from backtalk.model.finding import Sighting
from backtalk.model.keyring import Keyring
from backtalk.model.plan import Stimulus

FEWEST = 12
"""Bytes of a digest, at least, that are one: 96 bits."""

MOST_FORMS = 20_000
"""Writings that are hashed at all."""
MOST_SLOW = 500
"""Writings that are hashed by what takes a tenth of a millisecond and more."""
MOST_OWN = 400
"""Writings that are hashed twice over, and with salts."""

MIDDLE_OF_MD5 = 4
"""Byte of an MD5 from which on 8 are sent as 16 hex digits."""

BASIC = frozenset({"value", "text", "url", "host", "http url", "https url", "url without scheme", "as given"})
"""Forms that are tried with salts from the same exchange."""

MOST_TOKENS = 16
"""Tokens of one part that are tried with salts from the same exchange: the first ones."""

Visited = Sequence[tuple[bytes, tuple[Step, ...]]]


Found = tuple[Place, Made, int]
"""Where a digest stands, how it is made, and how many bytes of it are there."""


class Known(Struct, frozen=True):
    """A digest that was looked up: the way to its buffer, the token, its making, the bytes that agree."""

    steps: tuple[Step, ...]
    token: Token
    made: Made
    size: int


class Unknown(Struct, frozen=True):
    """A whole digest that nothing known explains, with what stands near it."""

    steps: tuple[Step, ...]
    token: Token
    near: tuple[Salt, ...]


class Looked(Struct, frozen=True):
    """What a part's bytes gave, whichever exchange they stand in; `numbers` are those of four bytes."""

    known: tuple[Known, ...]
    unknown: tuple[Unknown, ...]
    numbers: frozenset[bytes]


class Digests:
    """Finds digests of one set of canaries. `left_out` counts writings beyond those that are hashed."""

    def __init__(
        self,
        canaries: Sequence[Canary],
        stimuli: Sequence[Stimulus] = (),
        keyring: Keyring | None = None,
        session: str = "",
    ) -> None:
        self._canaries, self._session = canaries, session
        everything = forms(canaries, stimuli)
        self._forms = everything[:MOST_FORMS]
        self.left_out = len(everything) - len(self._forms)
        own = [form for form in self._forms if not all(canaries[index].decoy for index in form.canaries)][:MOST_OWN]
        basic = [form for form in own if form.name in BASIC]
        self._indices = [Index(self._entries(len(own)), self._made)]
        if keyring and keyring.keys:
            self._indices.append(salted_index(basic, keyring))
        self._salted = Salted(basic)

    def look(self, visited: Visited, buffer: Buffer, *, hits: bool) -> Looked:
        """What has the shape of a digest in the buffers that the walker showed of one part.

        `hits` says that the walker found a canary there, which numbers may bear out.
        """
        known: list[Known] = []
        unknown: list[Unknown] = []
        told: set[bytes] = set()
        for shapes in batches([data for data, _ in visited]):
            known += (
                Known(visited[token.buffer][1], token, made, size)
                for index in self._indices
                for token in shapes.tokens(index.among)
                for made in index.makings(token.data)
                if (size := agreeing(token, made))
            )
            told |= {one.token.data[:KEY] for one in known}
            unknown += islice(_unknown(shapes, visited, told), MOST_TOKENS - len(unknown))
        unknown += islice(_unknown_raw(visited, buffer, told), MOST_TOKENS - len(unknown))
        return Looked(
            known=tuple(known),
            unknown=tuple(unknown),
            numbers=frozenset(number for data, _ in visited for number in numbers(data))
            if hits or known
            else frozenset(),
        )

    def sightings(self, exchange: Exchange, part: Part, looked: Looked, buffer: Buffer) -> tuple[Sighting, ...]:
        """The digests in one part, by canary and place. `looked` is what `look` gave for its bytes."""
        known = list(looked.known)
        for one in looked.unknown if part.name in OUTGOING else ():
            salts = neighbours(one.near, exchange)
            known += [
                Known(one.steps, one.token, made, len(one.token.data))
                for made in self._salted.made(one.token.data, salts)
            ]
        met: dict[int, list[Found]] = {}
        for each in known:
            span = each.token.of(each.size)
            place = Place(
                match="digest",
                found=span,
                steps=each.steps,
                text=buffer(each.steps)[slice(*span)].decode("latin-1"),
                field=field(part.name, span, each.steps, buffer),
            )
            for index in each.made.canaries:
                met.setdefault(index, []).append((place, each.made, each.size))
        return tuple(
            sighting(exchange, part, self._canaries[index], place, self._session, made.told(size))
            for index in sorted(met)
            for place, made, size in _told(met[index])
        )

    def corroborated(self, sightings: Sequence[Sighting], looked: Looked) -> tuple[Sighting, ...]:
        """The sightings of one part, each with the 32-bit hashes of its canary that stand in the same part."""
        return corroborated(sightings, self._canaries, self._forms, looked.numbers)

    def _entries(self, own: int) -> Iterator[tuple[int, bytes]]:
        for number, form in enumerate(self._forms):
            first = number * len(CHAINS)
            plain: dict[str, bytes] = {}
            for code, ((name,), start) in enumerate(PLAIN, first):
                if not (name in BOUNDED and len(form.data) > LONGEST) and (number < MOST_SLOW or name not in SLOW):
                    plain[name] = hashes.ALL[name](form.data)
                    yield code, plain[name][start:]
            if number < own:
                yield from self._nested(plain, first)

    def _nested(self, plain: dict[str, bytes], first: int) -> Iterator[tuple[int, bytes]]:
        inner: tuple[str, ...] = ()
        data = b""
        for code, (chain, _) in enumerate(NESTED, first + len(PLAIN)):
            if chain[:-1] != inner:
                inner = chain[:-1]
                data = run(inner[1:], plain[inner[0]])
            yield code, hashes.ALL[chain[-1]](data)

    def _made(self, code: int) -> Made:
        form = self._forms[code // len(CHAINS)]
        chain, start = CHAINS[code % len(CHAINS)]
        return Made(
            canaries=form.canaries,
            chain=chain,
            form=form.name,
            preimage=form.data,
            start=start,
            plain=len(chain) == 1,
        )


def agreeing(token: Token, made: Made) -> int:
    """How many bytes of the digest the token shows; 0 where they are too few to be one."""
    digest = made.digest()
    size = next((at for at, pair in enumerate(zip(token.data, digest, strict=False)) if pair[0] != pair[1]), None)
    size = min(len(token.data), len(digest)) if size is None else size
    if size >= FEWEST and not made.start:
        return size
    return KEY if made.plain and token.whole and size >= KEY == len(token.data) else 0


def _unknown(shapes: Shapes, visited: Visited, told: set[bytes]) -> Iterator[Unknown]:
    for token in shapes.whole(WHOLE):
        if token.data[:KEY] not in told:
            told.add(token.data[:KEY])
            data, steps = visited[token.buffer]
            yield Unknown(steps, token, near(data, token.span))


def _unknown_raw(visited: Visited, buffer: Buffer, told: set[bytes]) -> Iterator[Unknown]:
    """Buffers that are a digest, such as the inside of base64."""
    for number, (data, steps) in enumerate(visited):
        if steps and len(data) in WHOLE and not data.isascii() and data[:KEY] not in told:
            told.add(data[:KEY])
            token = Token(number, (0, len(data)), data, 1, True)
            yield Unknown(steps, token, near(buffer(steps[:-1]), steps[-1].span))


def _told(found: Sequence[Found]) -> Iterator[Found]:
    """One making for each place: the simplest."""
    simplest: dict[tuple[object, ...], Found] = {}
    for one in sorted(found, key=lambda each: (len(each[1].chain), len(each[1].salt), -each[2])):
        simplest.setdefault((one[0].way, one[0].found), one)
    for place in distinct(place for place, _, _ in simplest.values()):
        yield simplest[place.way, place.found]


PLAIN: tuple[tuple[tuple[str, ...], int], ...] = (
    *(((name,), 0) for name in (*hashes.STRONG, *hashes.EIGHT)),
    (("md5",), MIDDLE_OF_MD5),
)
OFTEN = ("md5", "sha1", "sha256", "sha512")
"""Those whose digests are hashed again in other spellings than bytes and small hex digits."""

NESTED: tuple[tuple[tuple[str, ...], int], ...] = tuple(
    ((inner, *spelled, outer), 0)
    for inner in (*hashes.SALTED, "md2", "md4", "blake3")
    for spelled in ((), *((name,) for name in SPELLED if name == "hex" or inner in OFTEN))
    for outer in hashes.SALTED
)
CHAINS = PLAIN + NESTED
"""How writings are hashed: the functions in turn, and the byte from which on the result counts."""

BOUNDED = frozenset({"xxh3_64", "xxh3_128"})
SLOW = frozenset({"md2", "md4", "blake3"})
WHOLE = frozenset(SIZES.values())
