# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The marks that escapes and wide letters leave: which occur in a text, and in which stretches of binary data.

Letters of two and four bytes are readable nowhere: their mark is looked for in the whole buffer.
"""

from libc.stdint cimport uint64_t
from libc.string cimport memchr, memcpy

from backtalk.decode.native.windows cimport Bytes

cdef enum:
    IS_DIGIT = 1
    IS_HEX = 2
    IS_ALPHA = 4
    IS_SHORT = 8

cdef enum:
    LONGEST_DECIMAL = 7
    LONGEST_HEX = 6
    LONGEST_NAME = 32
    WIDE_IN_A_ROW = 4
    PAIRS = 6
    QUADS = 4

KINDS = ("plus", "percent", "entity", "json", "script", "wide", "units")
"""`+`; `%41` or `%u0041`; `&amp;` or `&#38;`; a backslash and what JSON, or JavaScript, has after it; four wide letters;
six ASCII letters of UTF-16 or four of UTF-32."""
cdef int PLUS = 1, PERCENT = 2, ENTITY = 4, JSON = 8, SCRIPT = 16, WIDE = 32, UNITS = 64

cdef unsigned char CLASS[256]
cdef list NAMED = [tuple([kind for bit, kind in enumerate(KINDS) if mask >> bit & 1]) for mask in range(1 << len(KINDS))]


cdef void _fill():
    cdef int byte
    for byte in range(256):
        CLASS[byte] = 0
    for byte in range(ord("0"), ord("9") + 1):
        CLASS[byte] = IS_DIGIT | IS_HEX
    for byte in range(ord("a"), ord("z") + 1):
        CLASS[byte] = CLASS[byte - 32] = IS_ALPHA
    for byte in range(ord("a"), ord("f") + 1):
        CLASS[byte] = CLASS[byte - 32] = IS_ALPHA | IS_HEX
    for byte in b"\"\\/bfnrtu":
        CLASS[byte] |= IS_SHORT


_fill()


cdef inline Bytes _next(Bytes at, Bytes end, int byte) noexcept nogil:
    """Where the byte is next; NULL when it is not."""
    return <Bytes> memchr(at, byte, end - at) if at < end else NULL


cdef bint _percent(Bytes at, Bytes end) noexcept nogil:
    at = _next(at, end, 37)
    while at != NULL:
        at += 1
        if at < end and at[0] == 117:
            at += 1
        if end - at >= 2 and CLASS[at[0]] & IS_HEX and CLASS[at[1]] & IS_HEX:
            return True
        at = _next(at, end, 37)
    return False


cdef inline Bytes _over(Bytes at, Bytes end, int most, int kinds) noexcept nogil:
    """The end of at most so many letters of those kinds."""
    if end - at > most:
        end = at + most
    while at < end and CLASS[at[0]] & kinds:
        at += 1
    return at


cdef bint _entity(Bytes at, Bytes end) noexcept nogil:
    cdef Bytes start, stop
    at = _next(at, end, 38)
    while at != NULL:
        start = at = at + 1
        if at < end and at[0] == 35:
            start += 1
            if start < end and start[0] | 32 == 120:
                start += 1
                stop = _over(start, end, LONGEST_HEX, IS_HEX)
            else:
                stop = _over(start, end, LONGEST_DECIMAL, IS_DIGIT)
        elif at < end and CLASS[at[0]] & IS_ALPHA:
            start += 1
            stop = _over(start, end, LONGEST_NAME - 1, IS_ALPHA | IS_DIGIT)
        else:
            stop = start
        if start < stop < end and stop[0] == 59:
            return True
        at = _next(at, end, 38)
    return False


cdef int _backslash(Bytes at, Bytes end) noexcept nogil:
    """JavaScript has all of JSON's escapes, and one more."""
    cdef int found = 0
    at = _next(at, end, 92)
    while at != NULL and at + 1 < end:
        if CLASS[at[1]] & IS_SHORT:
            return JSON | SCRIPT
        if at[1] == 120:
            found = SCRIPT
        at = _next(at + 1, end, 92)
    return found


cdef bint _wide(Bytes at, Bytes end) noexcept nogil:
    """Whether four letters of U+0000 to U+8FFF in three bytes follow each other, printable ones alone between them."""
    cdef int row = 0
    cdef uint64_t word
    while end - at >= 3:
        if not row and end - at >= 8:
            memcpy(&word, at, 8)
            if not word & 0x8080808080808080ULL:
                at += 8
                continue
        if 0xE0 <= at[0] <= 0xE8 and at[1] & 0xC0 == 0x80 and at[2] & 0xC0 == 0x80:
            row += 1
            if row == WIDE_IN_A_ROW:
                return True
            at += 3
            if end - at > 3 and 32 <= at[0] < 127 and 0xE0 <= at[1] <= 0xE8:
                at += 1
        else:
            row = 0
            at += 1
    return False


cdef inline bint _letter(unsigned char byte) noexcept nogil:
    return 32 <= byte < 127 or byte == 9 or byte == 10 or byte == 13


cdef inline bint _pairs(Bytes zero, Bytes letter, Bytes end) noexcept nogil:
    cdef int place
    if end - zero < 2 * PAIRS - 1 or end - letter < 2 * PAIRS - 1:
        return False
    for place in range(0, 2 * PAIRS, 2):
        if zero[place] or not _letter(letter[place]):
            return False
    return True


cdef inline bint _quads(Bytes zeros, Bytes letter, Bytes end) noexcept nogil:
    cdef int place
    if end - zeros < 4 * QUADS - 1 or end - letter < 4 * QUADS - 3:
        return False
    for place in range(0, 4 * QUADS, 4):
        if zeros[place] or zeros[place + 1] or zeros[place + 2] or not _letter(letter[place]):
            return False
    return True


cdef bint _units(Bytes start, Bytes end) noexcept nogil:
    """Whether there are letters of two or four bytes, whichever byte is first: zeros beside them tell."""
    cdef Bytes at = _next(start, end, 0)
    while at != NULL and end - at > 2:
        if not at[2]:
            if _pairs(at, at + 1, end) or _quads(at, at + 3, end):
                return True
            if at > start and (_pairs(at, at - 1, end) or _quads(at, at - 1, end)):
                return True
        at = _next(at + 1, end, 0)
    return False


cdef int _marks(Bytes at, Bytes end) noexcept nogil:
    cdef int found = _backslash(at, end)
    if _next(at, end, 43) != NULL:
        found |= PLUS
    if _percent(at, end):
        found |= PERCENT
    if _entity(at, end):
        found |= ENTITY
    if _wide(at, end):
        found |= WIDE
    return found


cdef class Marks:
    """The marks in some stretches of a buffer."""

    cdef readonly tuple kinds
    """Their names."""
    cdef list _stretches
    cdef bytearray _marks

    def __cinit__(self, bytes data not None, list stretches not None):
        cdef Bytes raw = data
        cdef Py_ssize_t low, high, size = len(data)
        cdef int found, every = UNITS if _units(raw, raw + size) else 0
        self._stretches, self._marks = [], bytearray()
        for stretch in stretches:
            low, high = stretch
            found = _marks(raw + low, raw + high) if 0 <= low < high <= size else 0
            if found:
                self._stretches.append(stretch)
                self._marks.append(found)
                every |= found
        self.kinds = NAMED[every]

    def within(self, kinds):
        """The stretches that hold a mark of these kinds."""
        cdef int wanted = 0
        for kind in kinds:
            wanted |= 1 << KINDS.index(kind)
        return [stretch for stretch, found in zip(self._stretches, self._marks) if found & wanted]
