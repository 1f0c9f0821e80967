"""Where eight bytes of one kind may stand in a row, found block by block."""

from libc.stdint cimport uint64_t

ctypedef const unsigned char* Bytes
ctypedef void (*Kind)(uint64_t *mask, Bytes data, Py_ssize_t width) noexcept nogil

cdef extern from "windows.h" nogil:
    void fold_mask(uint64_t *mask, Py_ssize_t width) noexcept
    void letters_mask(uint64_t *mask, Bytes data, Py_ssize_t width) noexcept
    void graphic_mask(uint64_t *mask, Bytes data, Py_ssize_t width) noexcept
    void textual_mask(uint64_t *mask, Bytes data, Py_ssize_t width) noexcept
    Py_ssize_t next_bit(const uint64_t *mask, Py_ssize_t at, Py_ssize_t stop) noexcept


cdef enum:
    BLOCK = 4096
    EIGHT = 8


cdef struct Windows:
    Kind kind
    Py_ssize_t base  # of the block that is looked at
    Py_ssize_t stop  # places of it that are known
    uint64_t mask[66]  # the block, seven more, and a word of nothing


cdef inline void begin(Windows *windows, Kind kind) noexcept nogil:
    windows.kind = kind
    windows.base = windows.stop = 0


cdef inline Py_ssize_t following(Windows *windows, Bytes data, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """The next place, `at` or after it, from which eight bytes are of the kind; `size` when there is none."""
    cdef Py_ssize_t width, found
    while at + EIGHT <= size:
        if not windows.base <= at < windows.base + windows.stop:
            width = min(size - at, BLOCK + EIGHT - 1)
            windows.kind(windows.mask, data + at, width)
            fold_mask(windows.mask, width)
            windows.base, windows.stop = at, width - EIGHT + 1
        found = next_bit(windows.mask, at - windows.base, windows.stop)
        if found < windows.stop:
            return windows.base + found
        at = windows.base + windows.stop
    return size
