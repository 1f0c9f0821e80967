"""Bytes XORed with a key that repeats: found from a needle, or from text that is long enough to show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from math import log2
from typing import ClassVar
from weakref import WeakKeyDictionary

import hyperscan
import numpy as np
from numpy.typing import NDArray

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer, Sought
from backtalk.decode.codecs.records import NO_CONTROL, text_bits
from backtalk.decode.native.keys import LONGEST_KEY, PROOF, lags, lengths, varying
from backtalk.decode.native.text import COMMON_PAIRS
from backtalk.model.decoding import Opaque, Span, Value

LEAST_KINDS = 5
"""Different bytes that those must have between them: `10.10.10.10` would fit any filling, `123456789` any table."""
CONTEXT = 4
"""Bytes on each side of a needle that must be text as well."""
MOST_FORMS, LONGEST_FORM = 20_000, 200
SHORTEST_KNOWN = 8
LONGEST_KNOWN = 1 << 14
"""Bytes of a buffer in which needles are tried; longer text shows its key by itself."""

SHORTEST_TEXT = 48
SAMPLE = 2048
LEAST_COLUMN = 20
"""Bytes under each byte of the key that tell it: with 16, every tenth key of 16 bytes is found with a fault."""
EXTRA = 24.0
"""Bits that the text must be shorter than its bytes, beyond what choosing the key can give."""
ORDER = b"\" etianslorpc/>d<h.m:f,gub-=0yxw1vTI2kA{}SCjEPO_LR^N;3H#D4\\M&5*6F8G@7zU9B[]WX()%qY+|V'!~QKJ?Z`$"
"""Printable bytes, the commonest first, in JSON and HTML of npm's and Debian's documentation."""
SEAMS = (
    b'": |",|,"|{"|:"|"}|//|:/|, |e |s |t | t| o|d |n | a| i| s|f |"t|"u|"s|p:|s:|.e|.c|/?|="|> |</|">|00|10|20|15|19'
)
"""Pairs that JSON, URLs, HTML and sentences have besides those of letters."""
WORTH = 3.0
"""What a usual pair is worth beside the logarithms of single bytes' ranks."""
CHOICES, SWEEPS = 12, 3
"""How many of a column's likeliest bytes are tried with their neighbours, and how often."""
HARDLY, FLUENT, ORDERLY = 0.85, 0.35, 1.2
"""Share of printable bytes that makes trying worth it; share of usual pairs that makes the outcome text, and how many
times those that its letters have in any order."""

COMMON = b' etaoinsrlc"/:'
ORDINARY, HEAD, SHORTEST_ODD, LONGEST_ODD = 0.6, 256, 24, 1 << 12
"""Share of those bytes from which on a text is one as it stands; how many are looked at; the sizes of odd ones."""
DISFLUENT = 0.3
"""Share of usual pairs up to which a text is odd enough to be tried."""

Bytes = NDArray[np.uint8]


def xored(data: bytes, key: bytes) -> bytes:
    """The bytes with the key over them again and again, beginning at the first."""
    if not key:
        raise ValueError("no key")
    mask = np.frombuffer(key * (len(data) // len(key) + 1), dtype=np.uint8)[: len(data)]
    return (np.frombuffer(data, dtype=np.uint8) ^ mask).tobytes()


def shifted(data: bytes, lag: int) -> bytes:
    """Each byte XORed with the one so far behind it: a repeating key of that length vanishes."""
    size = len(data) - lag
    whole = int.from_bytes(data, "big")
    return ((whole ^ whole >> 8 * lag) & (1 << 8 * size) - 1).to_bytes(size, "big")


class Forms:
    """How needles look when a key has vanished, for every length that leaves enough of them."""

    def __init__(self, sought: Sought) -> None:
        self._literals = list(dict.fromkeys(literal for literal, _ in sought.literals))
        self._varying = varying(self._literals)
        self._longest = min(max(map(len, self._literals), default=0) - PROOF, LONGEST_KEY)

    @cached_property
    def forms(self) -> list[tuple[int, bytes, bytes]]:
        """Each with the length of the key, and the needle."""
        found: list[tuple[int, bytes, bytes]] = []
        for lag in range(1, self._longest + 1):
            for literal in self._literals:
                if len(literal) - lag < PROOF or len(found) >= MOST_FORMS:
                    continue
                form = shifted(literal[: LONGEST_FORM + lag], lag)
                if len({*form} - {0}) >= LEAST_KINDS:
                    found.append((lag, literal, form))
        return found

    @cached_property
    def database(self) -> hyperscan.Database:
        return _compile(tuple(form for _, _, form in self.forms))

    def keys(self, data: bytes, longest: int = LONGEST_KEY) -> Iterator[tuple[bytes, int, int]]:
        """Keys that show a needle, with where it then lies, in the order of their length."""
        starts: dict[int, int] = {}
        joined = b""
        for lag in lags(data, min(longest, self._longest), self._varying):
            starts[lag] = len(joined)
            joined += shifted(data, lag)
        if not joined or not self.forms:
            return
        met: list[tuple[int, int]] = []
        self.database.scan(joined, match_event_handler=lambda form, _, end, *__: met.append((form, end)))
        for number, end in sorted(met):
            lag, literal, form = self.forms[number]
            start = end - len(form) - starts.get(lag, len(joined))
            if 0 <= start <= len(data) - len(literal):
                stretch = xored(data[start : start + lag], literal[:lag])
                turn = -start % lag
                key = stretch[turn:] + stretch[:turn]
                if any(key) and data[start : start + len(literal)] == xored(bytes(start) + literal, key)[start:]:
                    yield key, start, start + len(literal)


@lru_cache(maxsize=8)
def _compile(forms: tuple[bytes, ...]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=["".join(f"\\x{byte:02x}" for byte in form).encode() for form in forms],
        ids=list(range(len(forms))),
        elements=len(forms),
        flags=[hyperscan.HS_FLAG_DOTALL] * len(forms),
    )
    return database


FORMS: WeakKeyDictionary[Sought, Forms] = WeakKeyDictionary()


@lru_cache(maxsize=1)
def likelihoods() -> NDArray[np.float32]:
    """For each packed byte, the logarithm of its frequency in text under each byte of a key.

    In 64ths, of which single precision adds up as many as a sample holds without rounding: any machine chooses alike.
    """
    whole = log2(sum(1 / (rank + 6) for rank in range(len(ORDER))))
    ranks = {byte: -log2(rank + 6) - whole for rank, byte in enumerate(ORDER)}
    plain = [ranks.get(byte, -8.5 if byte in b"\t\n\r" else -10.5) for byte in range(256)]
    rounded = np.round(64 * np.array(plain)) / 64
    return rounded[np.bitwise_xor.outer(np.arange(256), np.arange(256))].astype(np.float32)


@lru_cache(maxsize=1)
def usual() -> NDArray[np.bool_]:
    """Whether each pair of bytes is usual in text."""
    table = np.zeros(1 << 16, dtype=np.bool_)
    cased = [pair for low in COMMON_PAIRS.split() for pair in (low, low.capitalize(), low.upper())]
    for pair in (*cased, *(seam[:2] for seam in SEAMS.split(b"|"))):
        table[pair[0] << 8 | pair[1]] = True
    return table


def fresh(sample: Bytes, length: int) -> NDArray[np.bool_]:
    """Which bytes are not the one a key's length before: what repeats with the key tells nothing of it."""
    found = np.ones(len(sample), dtype=np.bool_)
    found[length:] = sample[length:] != sample[:-length]
    return found


def fluency(sample: Bytes, key: Bytes) -> int:
    """How many pairs of neighbours are usual under a key."""
    plain = (sample ^ np.resize(key, len(sample))).astype(np.uint16)
    return int(np.count_nonzero(usual()[plain[:-1] << 8 | plain[1:]] & fresh(sample, len(key))[1:]))


def by_chance(plain: Bytes) -> float:
    """How many pairs would be usual if the same letters stood in any order."""
    share = np.bincount(plain, minlength=256) / max(len(plain), 1)
    return float(share @ usual().reshape(256, 256) @ share) * len(plain)


def fitted(sample: Bytes, length: int) -> Bytes | None:
    """The likeliest key of that length, first byte by byte, then by what neighbours make of each other."""
    columns = (np.arange(len(sample)) % length * 256 + sample)[fresh(sample, length)]
    counts = np.bincount(columns, minlength=256 * length).reshape(length, 256).astype(np.float32)
    scores = counts @ likelihoods()
    order = np.argsort(-scores, axis=1, kind="stable")[:, :CHOICES].astype(np.uint8)
    key = order[:, 0].copy()
    plain = (sample ^ np.resize(key, len(sample))).tobytes()
    if len(plain.translate(None, NO_CONTROL)) > (1 - HARDLY) * len(plain):
        return None
    for _ in range(SWEEPS):
        before = key.copy()
        for column in range(length):
            trials = [np.concatenate((key[:column], [byte], key[column + 1 :])) for byte in order[column]]
            worths = [scores[column, one[column]] + WORTH * fluency(sample, one) for one in trials]
            key = trials[int(np.argmax(worths))]
        if np.array_equal(before, key):
            break
    return key


def telling(sample: Bytes, key: Bytes) -> tuple[float, int]:
    """Bits that a text is shorter than its packed bytes, and the beginning that says most, for anything may follow.

    Of the packed bytes nothing is known but the bits that never change under a byte of the key: whatever repeats with
    the key, or takes few values, becomes letters under some key, and is no text for that.
    """
    gains = np.zeros(len(sample), dtype=np.float32)
    for column, byte in enumerate(key):
        packed = sample[column :: len(key)]
        changing = int(np.bitwise_or.reduce(packed ^ packed[0])).bit_count()
        gains[column :: len(key)] = changing + likelihoods()[packed, byte]
    gains[~fresh(sample, len(key))] = 0
    sums = gains.cumsum()
    most = int(sums.argmax())
    return float(sums[most]), most + 1


def key_of_text(data: bytes) -> bytes | None:
    """The key of the shortest length under which the bytes are text, beyond what chance gives."""
    sample = np.frombuffer(data[:SAMPLE], dtype=np.uint8)
    for length in lengths(data[:SAMPLE], len(data) // LEAST_COLUMN):
        key = fitted(sample, length)
        if key is None or not key.any():
            continue
        bits, end = telling(sample, key)
        chance = by_chance(sample[:end] ^ np.resize(key, end))
        if bits < 8 * length + EXTRA or fluency(sample[:end], key) < max(FLUENT * end, ORDERLY * chance):
            continue
        if text_bits(xored(data, key.tobytes())) is not None:
            return key.tobytes()
    return None


class Xor(Codec):
    ID: ClassVar[str] = "xor"
    REFERENCES: ClassVar[tuple[str, ...]] = ("MITRE ATT&CK T1573.001, symmetric cryptography (XOR)",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "what is still text when it is XORed: unless one byte is the key, a needle shows it, and it looks odd",
        "keys over 24 bytes, and keys with fewer than 7 bytes of a needle or 20 bytes of text for each of theirs",
        "needles that repeat, or whose neighbours differ alike: fillings and tables would show them",
        "text that does not fill the buffer, unless a needle shows it",
        "needles in buffers over 16 KiB that do not show their key as text",
    )
    TOKEN: ClassVar[bool] = True

    def suspects(self, text: Buffer) -> bool:
        """One byte as key can leave text: of other letters than text has, beside each other as in no text."""
        data = text.data
        if not SHORTEST_ODD <= len(data) <= LONGEST_ODD:
            return False
        head = data[:HEAD]
        if len(head) - len(head.translate(None, COMMON)) >= ORDINARY * len(head) or text.runs.kinds:
            return False
        sample = np.frombuffer(head, dtype=np.uint8)
        return fluency(sample, np.zeros(1, dtype=np.uint8)) < DISFLUENT * len(head)

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        data = buffer.data
        span = (0, len(data))
        if len(data) < SHORTEST_KNOWN or (list(free) != [span] and not buffer.text):  # odd text holds signs of anything
            return
        found = self._keys(buffer, 1 if buffer.text else LONGEST_KEY)
        if not buffer.text and len(data) >= SHORTEST_TEXT and (key := key_of_text(data)):
            found[key] = 0
        for key in found:
            if not meter.spend(1, len(data)):
                return
            yield Layer(span=span, data=xored(data, key), params={"key": key.hex()})

    def _keys(self, buffer: Buffer, longest: int) -> Counter[bytes]:
        """The keys that show needles among other text."""
        found: Counter[bytes] = Counter()
        if buffer.sought is None or len(buffer.data) > LONGEST_KNOWN:
            return found
        forms = FORMS.get(buffer.sought)
        if forms is None:
            forms = FORMS[buffer.sought] = Forms(buffer.sought)
        for key, start, end in forms.keys(buffer.data, longest):
            low, high = max(start - CONTEXT, 0), min(end + CONTEXT, len(buffer.data))
            around = xored(bytes(low) + buffer.data[low:high], key)[low:]
            if key not in found and not around.translate(None, NO_CONTROL):
                found[key] += 1
        return found

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        key = params.get("key")
        return xored(data[slice(*span)], bytes.fromhex(str(key)))
