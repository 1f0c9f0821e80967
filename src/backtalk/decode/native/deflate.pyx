# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Whether what may be a DEFLATE stream (RFC 1951) breaks in its first bytes, as nearly all of chance does."""

from libc.stdint cimport int16_t, uint64_t
from libc.string cimport memchr, memset

from backtalk.decode.native.windows cimport Bytes

cdef enum:
    LEAST = 16
    ZLIB = 0x78
    HEADER = 2
    LONGEST = 15
    LITERALS = 288
    DISTANCES = 32
    LENGTHS = 19
    MOST_LITERALS = 286
    MOST_DISTANCES = 30
    END_OF_BLOCK = 256
    MOST_BLOCKS = 16
    END = -1
    NONE = -2

cdef unsigned char ORDER[19]
cdef int EXTRA_LENGTH[29]
cdef int EXTRA_DISTANCE[30]
cdef int LENGTH[29]
cdef int DISTANCE[30]


cdef struct Bits:
    Bytes at
    Bytes end
    uint64_t held
    int count


cdef struct Code:
    int16_t counts[16]  # of symbols by the length of their code
    int16_t symbols[288]
    int left  # room for more codes; less than 0 where there are too many
    int used  # how many symbols have one


cdef Code FIXED_LITERALS, FIXED_DISTANCES


cdef inline int _bits(Bits *bits, int count) noexcept nogil:
    """The next number; -1 past the end."""
    cdef int value
    while bits.count < count:
        if bits.at == bits.end:
            return -1
        bits.held |= <uint64_t> bits.at[0] << bits.count
        bits.at += 1
        bits.count += 8
    value = bits.held & ((1 << count) - 1)
    bits.held >>= count
    bits.count -= count
    return value


cdef void _build(Code *code, unsigned char *lengths, int size) noexcept nogil:
    """The code that lengths stand for (RFC 1951, section 3.2.2)."""
    cdef int16_t offsets[16]
    cdef int length, symbol
    memset(code.counts, 0, sizeof(code.counts))
    for symbol in range(size):
        code.counts[lengths[symbol]] += 1
    code.used = size - code.counts[0]
    code.left = 1
    offsets[1] = 0
    for length in range(1, LONGEST + 1):
        code.left = (code.left << 1) - code.counts[length]
        if code.left < 0:
            return
        if length < LONGEST:
            offsets[length + 1] = offsets[length] + code.counts[length]
    for symbol in range(size):
        if lengths[symbol]:
            code.symbols[offsets[lengths[symbol]]] = symbol
            offsets[lengths[symbol]] += 1


cdef inline int _symbol(Bits *bits, Code *code) noexcept nogil:
    """The next symbol; END past the end, NONE for what is no code."""
    cdef int value = 0, first = 0, index = 0, length, bit, count
    for length in range(1, LONGEST + 1):
        bit = _bits(bits, 1)
        if bit < 0:
            return END
        value |= bit
        count = code.counts[length]
        if value - count < first:
            return code.symbols[index + value - first]
        index += count
        first = (first + count) << 1
        value <<= 1
    return NONE


cdef void _fill():
    cdef unsigned char lengths[288]
    cdef int at, extra, length = 3, distance = 1
    for at, value in enumerate((16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)):
        ORDER[at] = value
    for at in range(28):
        extra = max((at >> 2) - 1, 0)
        EXTRA_LENGTH[at], LENGTH[at] = extra, length
        length += 1 << extra
    EXTRA_LENGTH[28], LENGTH[28] = 0, 258
    for at in range(MOST_DISTANCES):
        extra = max((at >> 1) - 1, 0)
        EXTRA_DISTANCE[at], DISTANCE[at] = extra, distance
        distance += 1 << extra
    for at in range(LITERALS):
        lengths[at] = 8 if at < 144 else 9 if at < 256 else 7 if at < 280 else 8
    _build(&FIXED_LITERALS, lengths, LITERALS)
    for at in range(DISTANCES):
        lengths[at] = 5
    _build(&FIXED_DISTANCES, lengths, DISTANCES)


_fill()


cdef enum Fate:
    BROKEN
    UNKNOWN
    FINE


cdef Fate _dynamic(Bits *bits, Code *literals, Code *distances, bint strictly) noexcept nogil:
    """Read the codes of a block (RFC 1951, section 3.2.7)."""
    cdef unsigned char lengths[320]
    cdef int head = _bits(bits, 14), size, sizes, at, symbol, more
    cdef Fate forbidden = BROKEN if strictly else UNKNOWN
    if head < 0:
        return UNKNOWN
    size, sizes = 257 + (head & 31), 1 + (head >> 5 & 31)
    if size > MOST_LITERALS or sizes > MOST_DISTANCES:
        return BROKEN
    memset(lengths, 0, sizeof(lengths))
    for at in range(4 + (head >> 10)):
        symbol = _bits(bits, 3)
        if symbol < 0:
            return UNKNOWN
        lengths[ORDER[at]] = symbol
    _build(literals, lengths, LENGTHS)
    if literals.left:
        return BROKEN if literals.left < 0 else forbidden
    at = 0
    while at < size + sizes:
        symbol = _symbol(bits, literals)
        if symbol < 16:
            if symbol < 0:
                return UNKNOWN
            lengths[at] = symbol
            at += 1
            continue
        more = _bits(bits, 2 if symbol == 16 else 3 if symbol == 17 else 7)
        if more < 0:
            return UNKNOWN
        more += 11 if symbol == 18 else 3
        if at + more > size + sizes or (symbol == 16 and not at):
            return forbidden
        memset(lengths + at, lengths[at - 1] if symbol == 16 else 0, more)
        at += more
    if not lengths[END_OF_BLOCK]:
        return forbidden
    _build(literals, lengths, size)
    _build(distances, lengths + size, sizes)
    if literals.left < 0 or distances.left < 0:
        return BROKEN
    if (literals.left and literals.used > 1) or (distances.left and distances.used > 1):
        return forbidden
    return FINE


cdef bint stumbles(Bytes data, Py_ssize_t size, bint strictly) noexcept nogil:
    """Whether it breaks before it has given sixteen bytes; `strictly` as zlib takes it, else as ISA-L does too."""
    cdef Bits bits
    cdef Code literals, distances
    cdef Code *letters
    cdef Code *steps
    cdef Fate fate
    cdef int head, symbol = 0, extra, length, given = 0, _
    bits.at, bits.end = data, data + size
    bits.held = bits.count = 0
    for _ in range(MOST_BLOCKS):
        head = _bits(&bits, 3)
        if head < 0:
            return False
        if head >> 1 == 3:
            return True
        if head >> 1 == 0:
            bits.held = bits.count = 0
            if bits.end - bits.at < 4:
                return False
            size = bits.at[0] | bits.at[1] << 8
            if (bits.at[2] | bits.at[3] << 8) != size ^ 0xFFFF:
                return True
            bits.at += 4
            if size > bits.end - bits.at:
                return False
            bits.at += size
            given += size
        else:
            letters, steps = &FIXED_LITERALS, &FIXED_DISTANCES
            if head >> 1 == 2:
                letters, steps = &literals, &distances
                fate = _dynamic(&bits, letters, steps, strictly)
                if fate != FINE:
                    return fate == BROKEN
            while given < LEAST:
                symbol = _symbol(&bits, letters)
                if symbol == END_OF_BLOCK or symbol < 0:
                    break
                if symbol < END_OF_BLOCK:
                    given += 1
                    continue
                symbol -= END_OF_BLOCK + 1
                if symbol >= 29:
                    return True
                extra = _bits(&bits, EXTRA_LENGTH[symbol])
                length = LENGTH[symbol] + extra
                symbol = _symbol(&bits, steps) if extra >= 0 else END
                if symbol < 0:
                    break
                if symbol >= MOST_DISTANCES:
                    return True
                extra = _bits(&bits, EXTRA_DISTANCE[symbol])
                if extra < 0:
                    return False
                if DISTANCE[symbol] + extra > given:
                    return True
                given += length
            if symbol < 0:
                return symbol == NONE and strictly
        if given >= LEAST or head & 1:
            return False
    return False


cdef inline bint _begins(Bytes data, Py_ssize_t size) noexcept nogil:
    return not stumbles(data + HEADER, size - HEADER, False)


def zlib_from(bytes data not None, Py_ssize_t start, Py_ssize_t stop):
    """Where the next stream of zlib may begin, with the usual window and not in its first bytes broken; -1: nowhere."""
    cdef Bytes raw = data
    cdef Bytes at
    cdef Bytes end
    if not 0 <= start <= stop <= len(data):
        raise ValueError("no such range")
    at, end = raw + start, raw + stop
    while at < end:
        at = <Bytes> memchr(at, ZLIB, end - at)
        if at == NULL or end - at < HEADER:
            return -1
        if (at[1] == 0x01 or at[1] == 0x5E or at[1] == 0x9C or at[1] == 0xDA) and _begins(at, end - at):
            return at - raw
        at += 1
    return -1


def zlib_at(bytes data not None, Py_ssize_t start, Py_ssize_t stop):
    """Whether what stands behind two bytes does not break at once."""
    if not 0 <= start <= stop <= len(data):
        raise ValueError("no such range")
    return stop - start >= HEADER and _begins(<Bytes> data + start, stop - start)
