# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Whether compressed blocks without a magic fill a buffer: walked without writing what they give.

Each walk says no only where the codec of that name finds nothing as well.
"""

from libc.stdint cimport uint64_t

from backtalk.decode.native.codes cimport followed, shown
from backtalk.decode.native.windows cimport Bytes

cdef enum:
    SIZE = 4
    LEAST_MATCH = 4
    SMALLEST_SNAPPY = 12
    SMALLEST_LZ = 6
    LARGEST_LZ = 1 << 18
    LZ_KNOWN = 512


cdef inline bint _length(Bytes *at, Bytes end, uint64_t *length) noexcept nogil:
    """A length of LZ4, of which four bits are known."""
    if length[0] < 15:
        return True
    while at[0] < end:
        length[0] += at[0][0]
        at[0] += 1
        if (at[0] - 1)[0] != 255:
            return True
    return False


cdef bint _sequences(Bytes at, Bytes end, uint64_t *given) noexcept nogil:
    """Whether LZ4's sequences end where they should, and how many bytes they give."""
    cdef uint64_t length
    cdef int token, distance
    given[0] = 0
    while at < end:
        token = at[0]
        at += 1
        length = token >> 4
        if not _length(&at, end, &length) or length > <uint64_t> (end - at):
            return False
        at += length
        given[0] += length
        if at == end:
            return True
        if end - at < 2:
            return False
        distance = at[0] | at[1] << 8
        at += 2
        length = token & 15
        if not _length(&at, end, &length) or not distance or <uint64_t> distance > given[0]:
            return False
        given[0] += length + LEAST_MATCH
    return False


cdef bint lz4(Bytes data, Py_ssize_t size) noexcept nogil:
    """A block, or one behind its length."""
    cdef uint64_t given = 0, told
    if size > SIZE and _sequences(data + SIZE, data + size, &given):
        told = data[0] | data[1] << 8 | data[2] << 16 | <uint64_t> data[3] << 24
        if given == told:
            return True
    return _sequences(data, data + size, &given)


cdef bint snappy(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Bytes at = data, end = data + size
    cdef uint64_t told = 0, given = 0, length, distance
    cdef int shift, tag, width, place
    if size < SMALLEST_SNAPPY:
        return False
    for shift in range(0, 70, 7):
        told |= <uint64_t> (at[0] & 0x7F) << shift
        at += 1
        if (at - 1)[0] < 0x80:
            break
    while at < end and given <= told:
        tag = at[0]
        at += 1
        length = (tag >> 2) + 1
        width = 1 << (tag & 3) - 1 if tag & 3 else max(<int> length - 60, 0)
        if width > end - at:
            return False
        distance = 0
        for place in range(width):
            distance |= <uint64_t> at[place] << 8 * place
        at += width
        if tag & 3 == 0:
            length = distance + 1 if width else length
            if length > <uint64_t> (end - at):
                return False
            at += length
        else:
            if tag & 3 == 1:
                distance |= tag >> 5 << 8
                length = (tag >> 2 & 7) + 4
            if not 0 < distance <= given:
                return False
        given += length
    return at == end and given == told


cdef int _code(Bytes data, Py_ssize_t bits, Py_ssize_t at, int width) noexcept nogil:
    """A number of lz-string, its lowest bit first; -1 past the end."""
    cdef int value = 0, place
    if at + width > bits:
        return -1
    for place in range(width):
        value |= (data[(at + place) >> 3] >> (7 - (at + place & 7)) & 1) << place
    return value


cdef bint _units(Bytes data, Py_ssize_t size) noexcept nogil:
    """Whether a buffer is UTF-8, surrogates and all, whose first UTF-16 unit begins a text with an ASCII letter."""
    cdef int high, letter = 0, place, more = 0
    cdef Py_ssize_t at
    for at in range(size):
        if more:
            if data[at] & 0xC0 != 0x80:
                return False
            more -= 1
        elif data[at] >= 0x80:
            if not 0xC2 <= data[at] < 0xF5:
                return False
            more = 1 if data[at] < 0xE0 else 2 if data[at] < 0xF0 else 3
    if more or data[0] >= 0xE4:
        return False
    high = data[0] & 31 if data[0] < 0xE0 else (data[0] & 15) << 6 | data[1] & 63
    for place in range(8):
        letter |= (high >> place & 1) << 7 - place
    return letter < 127 and shown(letter)


cdef bint lzstring(Bytes data, Py_ssize_t size) noexcept nogil:
    """Whether the first codes are of a text that begins with ASCII, in bytes; or its first letter, in UTF-16 units."""
    cdef Py_ssize_t bits = 8 * min(size, LZ_KNOWN), end
    cdef int letter
    if not SMALLEST_LZ <= size <= LARGEST_LZ:
        return False
    if data[0] >= 0xC2:
        return _units(data, size)
    letter = _code(data, bits, 2, 8)
    if data[0] >> 6 or letter > 126 or not shown(letter):
        return False
    end = followed(_code, data, bits)
    return size > LZ_KNOWN if end < 0 else end > 0 and 8 * size - end < 32
