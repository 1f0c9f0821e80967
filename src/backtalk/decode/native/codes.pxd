"""The codes of lz-string, whatever they are written in."""

from backtalk.decode.native.windows cimport Bytes

ctypedef int (*Read)(Bytes data, Py_ssize_t bits, Py_ssize_t at, int width) noexcept nogil


cdef inline bint shown(int letter) noexcept nogil:
    """Whether a UTF-16 unit is no control character but a tab or the end of a line."""
    return letter >= 32 and letter != 127 or letter == 9 or letter == 10 or letter == 13


cdef inline Py_ssize_t followed(Read read, Bytes data, Py_ssize_t bits) noexcept nogil:
    """Where the codes end that follow the first letter; 0 when one does not fit, -1 when the bits end before them.

    `read` gives a number of so many bits, its lowest bit first, or -1 past the end.
    """
    cdef Py_ssize_t at = 10
    cdef int code, letter, width = 3, room = 4, known = 4
    while True:
        code = read(data, bits, at, width)
        at += width
        if code < 0:
            return -1
        if code == 2:
            return at
        if code < 2:
            letter = read(data, bits, at, 16 if code else 8)
            if letter < 0:
                return -1
            if not shown(letter):
                return 0
            at += 16 if code else 8
            code = known
            known += 1
            room -= 1
            if not room:
                room = 1 << width
                width += 1
        if code > known:
            return 0
        known += 1
        room -= 1
        if not room:
            room = 1 << width
            width += 1
