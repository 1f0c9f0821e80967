"""Where some bytes of one kind may stand in a row, found block by block."""

from libc.stdint cimport uint64_t
from libc.string cimport memcpy

ctypedef const unsigned char* Bytes
ctypedef void (*Kind)(uint64_t *mask, Bytes data, Py_ssize_t width) noexcept nogil

cdef extern from "windows.h" nogil:
    void fold_mask(uint64_t *mask, Py_ssize_t width, int row) noexcept
    void letters_mask(uint64_t *mask, Bytes data, Py_ssize_t width) noexcept
    void graphic_mask(uint64_t *mask, Bytes data, Py_ssize_t width) noexcept
    void textual_mask(uint64_t *mask, Bytes data, Py_ssize_t width) noexcept
    Py_ssize_t next_gap(const uint64_t *mask, Py_ssize_t at, Py_ssize_t stop) noexcept
    Py_ssize_t next_bit(const uint64_t *mask, Py_ssize_t at, Py_ssize_t stop) noexcept


cdef enum:
    BLOCK = 4096
    EIGHT = 8


cdef struct Windows:
    Kind kind
    int row  # how many bytes
    Py_ssize_t base  # of the block that is looked at
    Py_ssize_t stop  # places of it that are known
    Py_ssize_t width  # bytes of it that are known
    uint64_t each[66]  # the block, some more, and a word of nothing
    uint64_t mask[66]  # the same, where so many are in a row


cdef inline void begin(Windows *windows, Kind kind, int row) noexcept nogil:
    windows.kind = kind
    windows.row = row
    windows.base = windows.stop = windows.width = 0


cdef inline Py_ssize_t following(Windows *windows, Bytes data, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """The next place, `at` or after it, from which so many bytes are of the kind; `size` when there is none."""
    cdef Py_ssize_t width, found
    while at + windows.row <= size:
        if not windows.base <= at < windows.base + windows.stop:
            width = min(size - at, BLOCK + windows.row - 1)
            windows.kind(windows.each, data + at, width)
            memcpy(windows.mask, windows.each, (width + 63) // 64 * sizeof(uint64_t))
            fold_mask(windows.mask, width, windows.row)
            windows.base, windows.stop, windows.width = at, width - windows.row + 1, width
        found = next_bit(windows.mask, at - windows.base, windows.stop)
        if found < windows.stop:
            return windows.base + found
        at = windows.base + windows.stop
    return size


cdef inline Py_ssize_t ending(Windows *windows, Py_ssize_t at) noexcept nogil:
    """Where the row ends that goes on at a place in the block; the end of what is known when it may go on there."""
    return windows.base + next_gap(windows.each, at - windows.base, windows.width)
