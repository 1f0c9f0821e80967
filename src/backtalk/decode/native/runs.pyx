# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Runs of letters in a buffer: which may be packed bytes, and which look random.

A buffer is looked at eight bytes at a time; only runs of eight letters and more are read
letter by letter.
"""

from libc.string cimport memchr

from backtalk.decode.native.spans cimport Spans
from backtalk.decode.native.letters cimport base32, base85, big, hexadecimal, lzstring, ordered, worth_opening
from backtalk.decode.native.text cimport noisy
from backtalk.decode.native.windows cimport Bytes, EIGHT, Windows, begin, ending, following, graphic_mask, letters_mask

cdef enum:
    WORD = 12
    RUN85 = 13
    LONG = 16
    HEX = 16
    SURELY_CASED = 24
    SECRET = 32
    IDENTIFIER = 36
    LONGEST_WORDS = 512

cdef enum:
    IS_LETTER = 1  # beside the bits of kinds.h

cdef extern from "kinds.h" nogil:
    enum:
        IS_LOWER "KIND_LOWER"
        IS_UPPER "KIND_UPPER"
        IS_DIGIT "KIND_DIGIT"
        NO_HEX "KIND_NO_HEX"
        IS_SIGN "KIND_SIGN"
        IS_ALNUM "KIND_ALNUM"
    unsigned char kinds_of(Bytes data, Py_ssize_t size, Py_ssize_t room) noexcept
    bint ascii_inside(Bytes data, Py_ssize_t size, Py_ssize_t room) noexcept

cdef unsigned char CLASS[256]

KINDS = ("base64", "hex", "base32", "base58", "base62", "base85", "lzstring", "ordered")
cdef int TOKEN = 0, PACKED = 1, DIGITS = 2
REASONS = ("encrypted or random token", "base64 of unreadable bytes", "hex of unreadable bytes")
"""Why letters are unread, by the number that `noise` tells."""


cdef void _fill():
    cdef int byte
    for byte in range(256):
        CLASS[byte] = 0
    for byte in range(26):
        CLASS[97 + byte] = IS_LETTER | IS_LOWER | (NO_HEX if byte > 5 else 0)
        CLASS[65 + byte] = IS_LETTER | IS_UPPER | (NO_HEX if byte > 5 else 0)
    for byte in b"0123456789":
        CLASS[byte] = IS_LETTER | IS_DIGIT
    for byte in b"+/-_":
        CLASS[byte] = IS_LETTER


_fill()


cdef inline bint _mixed(unsigned char kinds) noexcept nogil:
    """Whether letters of those kinds together are neither a word nor a number nor hex of one case."""
    return (kinds & IS_LOWER and kinds & IS_UPPER) or (kinds & NO_HEX and kinds & IS_DIGIT)


cdef inline bint _is_hex(unsigned char byte) noexcept nogil:
    return CLASS[byte] & IS_ALNUM and not CLASS[byte] & NO_HEX


cdef bint _uuid(Bytes data, Py_ssize_t at) noexcept nogil:
    """Whether 8-4-4-4-12 hexadecimal digits stand there; the caller knows that 36 bytes do."""
    cdef int place
    cdef unsigned char byte, digits = 0
    if data[at + 8] != 45 or data[at + 13] != 45 or data[at + 18] != 45 or data[at + 23] != 45:
        return False
    for place in range(IDENTIFIER):  # sixteen at a time, as nothing branches
        byte = data[at + place]
        digits += (<unsigned char> ((byte | 32) - 97) < 6) | (<unsigned char> (byte - 48) < 10)
    return digits == SECRET


cdef bint _constant(Bytes data, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(start + 1, end):
        if data[at] != data[start]:
            return False
    return end - start >= LONG


cdef void _identifiers(Spans found, Bytes data, Py_ssize_t size, Py_ssize_t start, Py_ssize_t end):
    """Hexadecimal of sixteen bytes and more, and UUIDs: a name of a thing, or as well any secret of that size."""
    cdef Py_ssize_t at = start, stop
    while at + SECRET <= end:
        if at and _is_hex(data[at - 1]) or not _is_hex(data[at]):
            at += 1
            continue
        stop = at
        while stop < end and _is_hex(data[stop]):
            stop += 1
        if stop - at >= SECRET:
            if not _constant(data, at, stop):
                found.add(at, stop)
            at = stop
        elif (
            stop - at == 8 and at + IDENTIFIER <= end and _uuid(data, at)
            and not (at + IDENTIFIER < end and _is_hex(data[at + IDENTIFIER]))
        ):
            found.add(at, at + IDENTIFIER)
            at += IDENTIFIER
        else:
            at = stop


def noise(bytes data not None, Spans within not None):
    """What of runs of base64's letters is unread: the ranges, and the index of each one's reason.

    Long runs that look random as a whole, or else the hexadecimal digits and UUIDs in them.
    """
    cdef Spans found = Spans()
    cdef bytearray reasons = bytearray()
    cdef Bytes raw = data
    cdef Py_ssize_t at, start, end, stop, size = len(data)
    for at in range(within._count):
        start, end = max(within._bounds[2 * at], 0), min(within._bounds[2 * at + 1], size)
        if end - start == IDENTIFIER and _uuid(raw, start):
            _identifiers(found, raw, size, start, end)
        elif end - start >= LONG and noisy(raw + start, end - start):
            reasons.append(TOKEN if end - start < 22 or (end - start) % 4 == 1 else PACKED)
            stop = end
            while end < size and raw[end] == 61 and end - stop < 2:
                end += 1
            found.add(start, end)
        else:
            _identifiers(found, raw, size, start, end)
        while len(reasons) < found._count:
            reasons.append(DIGITS)
    return found, bytes(reasons)


cdef bint _signs(Bytes raw, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """Whether a percent sign there escapes a plus, a slash or an equals sign, once or several times."""
    if at < 0 or at + 3 > size or raw[at] != 37:
        return False
    at += 1
    while at + 4 <= size and raw[at] == 50 and raw[at + 1] == 53:
        at += 2
    return (raw[at] == 50 and (raw[at + 1] | 32 == 98 or raw[at + 1] | 32 == 102)) or (raw[at] == 51 and raw[at + 1] | 32 == 100)


cdef bint _escaped(Bytes raw, Py_ssize_t size, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """Whether a run is a piece of base64 between its escaped signs."""
    return _signs(raw, start - 1, size) or _signs(raw, end, size)


cdef class Runs:
    """The runs of a buffer that codecs may open, by their alphabets; and those that may be unread."""

    cdef readonly tuple kinds
    """The names of those lists below that hold anything."""
    cdef readonly list base64, hex, base32, base58, base62, base85, lzstring, ordered
    """Ranges of letters that stand for something there."""
    cdef Py_ssize_t _ordered_to
    cdef readonly Spans unsure
    """Runs that can hold a secret: 16 letters and more of mixed kinds, hex of sixteen bytes and more, and UUIDs."""

    def __cinit__(self, bytes data not None):
        cdef Windows windows
        cdef Py_ssize_t at = 0, end, size = len(data)
        cdef Bytes raw = data
        self.base64, self.hex, self.base32, self.base58 = [], [], [], []
        self.base62, self.base85, self.lzstring, self.ordered = [], [], [], []
        self.unsure = Spans()
        begin(&windows, letters_mask, EIGHT)
        while (at := following(&windows, raw, at, size)) < size:
            end = ending(&windows, at + EIGHT - 1)
            while end < size and CLASS[raw[end]]:
                end += 1
            self._run(data, raw, size, at, end)
            at = end + 1
        self._graphic(raw, size)
        self.kinds = tuple([kind for kind in KINDS if getattr(self, kind)])

    cdef int _run(self, bytes data, Bytes raw, Py_ssize_t size, Py_ssize_t start, Py_ssize_t end) except -1:
        """One whole run of base64's letters."""
        cdef unsigned char kinds
        cdef bint cased, mixed, wordless
        if end - start < WORD:
            if ascii_inside(raw + start, end - start, size - start):
                self._base64(raw, start, end)
            return 0
        if end - start == IDENTIFIER and _uuid(raw, start):
            self.unsure.add(start, end)
            return 0
        kinds = kinds_of(raw + start, end - start, size - start)
        mixed = _mixed(kinds)
        if mixed and end - start >= LONG:
            if kinds & IS_SIGN:
                self._lzstring(raw, start, end)
            elif lzstring(raw + start, end - start):
                self.lzstring.append((start, end))
            self._ordered(raw, size, start, end)
        cased = end - start < SURELY_CASED or (kinds & IS_LOWER and kinds & IS_UPPER)
        if (mixed and cased and end - start >= LONG) or ascii_inside(raw + start, end - start, size - start):
            self._base64(raw, start, end)
        if not mixed and end - start < LONG:
            return 0
        wordless = mixed and (end - start > LONGEST_WORDS or _escaped(raw, size, start, end))
        if kinds & IS_SIGN:
            self._parts(raw, start, end, wordless)
        else:
            self._part(raw, start, end, kinds, wordless)
        if mixed and end - start >= LONG:
            self.unsure.add(start, end)
        elif end - start >= SECRET:
            _identifiers(self.unsure, raw, size, start, end)

    cdef int _base64(self, Bytes raw, Py_ssize_t start, Py_ssize_t end) except -1:
        if worth_opening(raw + start, end - start):
            self.base64.append((start, end))

    cdef int _ordered(self, Bytes raw, Py_ssize_t size, Py_ssize_t start, Py_ssize_t end) except -1:
        """A run that is text in base64 of another order; full stops may be letters of it."""
        cdef Py_ssize_t low = start, high = end
        if start < self._ordered_to:
            return 0
        if ordered(raw + start, end - start):
            self.ordered.append((start, end))
            return 0
        while low > self._ordered_to and (raw[low - 1] == 46 or CLASS[raw[low - 1]]):
            low -= 1
        while high < size and (raw[high] == 46 or CLASS[raw[high]]):
            high += 1
        if low < start or high > end:
            self._ordered_to = high
            if ordered(raw + low, high - low):
                self.ordered.append((low, high))

    cdef int _lzstring(self, Bytes raw, Py_ssize_t start, Py_ssize_t end) except -1:
        """Pieces of a run with signs in either spelling of lz-string, without `_` and `-` or without `_` and `/`, that begin as text does."""
        cdef Py_ssize_t at, stop
        cdef list found = []
        cdef unsigned char other
        for other in (45, 47):
            at = start
            while at < end:
                stop = at
                while stop < end and raw[stop] != 95 and raw[stop] != other:
                    stop += 1
                if stop - at >= LONG and lzstring(raw + at, stop - at):
                    found.append((at, stop))
                at = stop + 1
        if found:
            self.lzstring += sorted(set(found))

    cdef int _parts(self, Bytes raw, Py_ssize_t start, Py_ssize_t end, bint wordless) except -1:
        """The letters and digits between base64's other four."""
        cdef Py_ssize_t at = start, stop
        cdef unsigned char kinds
        while at < end:
            stop, kinds = at, 0
            while stop < end and CLASS[raw[stop]] & IS_ALNUM:
                kinds |= CLASS[raw[stop]]
                stop += 1
            if stop - at >= WORD:
                self._part(raw, at, stop, kinds, wordless)
            at = stop + 1

    cdef int _part(self, Bytes raw, Py_ssize_t start, Py_ssize_t end, unsigned char kinds, bint wordless) except -1:
        """One whole run of letters and digits, which may be `wordless`: no number of base 58 or 62."""
        cdef Py_ssize_t size = end - start, at = start, stop
        if _mixed(kinds) and not wordless:
            self._word(raw, start, end)
        if size < LONG:
            return 0
        if kinds & NO_HEX and (kinds & IS_LOWER != 0) != (kinds & IS_UPPER != 0) and base32(raw + start, size):
            self.base32.append((start, end))
        while at + HEX <= end:
            stop = at + HEX
            while stop > at and not CLASS[raw[stop - 1]] & NO_HEX:
                stop -= 1
            if stop > at:
                at = stop
                continue
            stop = at + HEX
            while stop < end and not CLASS[raw[stop]] & NO_HEX:
                stop += 1
            if hexadecimal(raw + at, stop - at):
                self.hex.append((at, stop))
            at = stop + 1

    cdef int _word(self, Bytes raw, Py_ssize_t start, Py_ssize_t end) except -1:
        cdef Py_ssize_t at = start
        while at < end and raw[at] != 48 and raw[at] != 73 and raw[at] != 79 and raw[at] != 108:  # 0, I, O and l
            at += 1
        if at == end and big(raw + start, end - start, 58):
            self.base58.append((start, end))
        if big(raw + start, end - start, 62):
            self.base62.append((start, end))

    cdef int _graphic(self, Bytes raw, Py_ssize_t size) except -1:
        """Runs of printable characters, from a space, a quote or an equals sign on, that may be base85."""
        cdef Windows windows
        cdef Py_ssize_t at = 0, start, end
        begin(&windows, graphic_mask, RUN85)
        while (at := following(&windows, raw, at, size)) < size:
            end = ending(&windows, at + RUN85 - 1)
            while end < size and 32 < raw[end] < 127 and raw[end] != 34:
                end += 1
            start = at
            if start and raw[start - 1] != 34 and not (raw[start - 1] == 32 or 9 <= raw[start - 1] <= 13):
                start = _after_equals(raw, start, end)
            while end - start >= RUN85:
                if base85(raw + start, end - start):
                    self.base85.append((start, end))
                    break
                start = _after_equals(raw, start, end)
            at = end + 1


cdef inline Py_ssize_t _after_equals(Bytes raw, Py_ssize_t at, Py_ssize_t end) noexcept nogil:
    cdef void *place = memchr(raw + at, 61, end - at)
    return end if place == NULL else <Bytes> place - raw + 1
