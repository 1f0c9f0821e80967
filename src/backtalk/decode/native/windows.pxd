"""Where eight bytes of one kind may stand in a row, found block by block."""

from backtalk.decode.native.text cimport Bytes

cdef extern from "windows.h" nogil:
    void fold_mask(unsigned char *mask, Py_ssize_t width)
    void letters_mask(unsigned char *mask, Bytes data, Py_ssize_t width)
    void graphic_mask(unsigned char *mask, Bytes data, Py_ssize_t width)
    void textual_mask(unsigned char *mask, Bytes data, Py_ssize_t width)


cdef enum:
    BLOCK = 4096
    EIGHT = 8


cdef struct Windows:
    Py_ssize_t base  # of the block that is looked at
    Py_ssize_t stop  # places of it that are known
    unsigned char mask[4160]  # the block, seven more, and whole lanes


cdef inline void begin(Windows *windows) noexcept nogil:
    windows.base = windows.stop = 0
