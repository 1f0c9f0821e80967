"""Where eight bytes of one kind may stand in a row, found block by block."""

from libc.string cimport memchr

ctypedef const unsigned char* Bytes
ctypedef void (*Kind)(unsigned char *mask, Bytes data, Py_ssize_t width) noexcept nogil

cdef extern from "windows.h" nogil:
    void fold_mask(unsigned char *mask, Py_ssize_t width) noexcept
    void letters_mask(unsigned char *mask, Bytes data, Py_ssize_t width) noexcept
    void graphic_mask(unsigned char *mask, Bytes data, Py_ssize_t width) noexcept
    void textual_mask(unsigned char *mask, Bytes data, Py_ssize_t width) noexcept


cdef enum:
    BLOCK = 4096
    EIGHT = 8


cdef struct Windows:
    Kind kind
    Py_ssize_t base  # of the block that is looked at
    Py_ssize_t stop  # places of it that are known
    unsigned char mask[4160]  # the block, seven more, and whole lanes


cdef inline void begin(Windows *windows, Kind kind) noexcept nogil:
    windows.kind = kind
    windows.base = windows.stop = 0


cdef inline Py_ssize_t following(Windows *windows, Bytes data, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """The next place, `at` or after it, from which eight bytes are of the kind; `size` when there is none."""
    cdef Py_ssize_t width
    cdef void *found
    while at + EIGHT <= size:
        if not windows.base <= at < windows.base + windows.stop:
            width = min(size - at, BLOCK + EIGHT - 1)
            windows.kind(windows.mask, data + at, width)
            fold_mask(windows.mask, width)
            windows.base, windows.stop = at, width - EIGHT + 1
        found = memchr(windows.mask + (at - windows.base), 1, windows.base + windows.stop - at)
        if found != NULL:
            return windows.base + (<unsigned char *> found - windows.mask)
        at = windows.base + windows.stop
    return size
