# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""How long a key may be that was repeated over bytes: seen at once, without trying any."""

from libc.string cimport memchr

from backtalk.decode.native.windows cimport Bytes

cdef extern from "keys.h" nogil:
    Py_ssize_t equal_bytes(Bytes data, Py_ssize_t distance, Py_ssize_t width) noexcept
    void refused_mask(
        unsigned char *mask, Bytes data, Py_ssize_t distance, unsigned char refused, Py_ssize_t width
    ) noexcept

cdef enum:
    LONGEST = 24
    TURNS = 3
    LEAST_COINCIDENT = 3
    SEVEN = 7
    BLOCK = 4096

cdef double COINCIDENT = 0.02

LONGEST_KEY = LONGEST
PROOF = SEVEN
"""Bytes of a needle beyond the key's length that must fit: by chance once in 2**56 places."""


def lengths(bytes sample not None, Py_ssize_t longest):
    """Of keys up to a length, those at whose distance enough bytes are equal, over three turns of the key.

    In noise 0.004 of them are, in text 0.05 and more: 0.02 are asked for, and three bytes.
    """
    cdef Py_ssize_t equal[LONGEST + 1]
    cdef Py_ssize_t lag, length, count, pairs, size = len(sample)
    cdef list found = []
    for lag in range(1, LONGEST + 1):
        equal[lag] = equal_bytes(sample, lag, size - lag) if lag < size else 0
    for length in range(1, min(longest, LONGEST) + 1):
        count = pairs = 0
        for lag in range(length, min(LONGEST, TURNS * length) + 1, length):
            count += equal[lag]
            pairs += size - lag
        if count >= max(COINCIDENT * pairs, <double> LEAST_COINCIDENT):
            found.append(length)
    return found


def varying(literals):
    """The bits in which some byte of a literal differs from another of it."""
    cdef unsigned char all_of, some_of, found = 0
    cdef Bytes raw
    cdef bytes literal
    cdef Py_ssize_t at
    for literal in literals:
        raw = literal
        all_of, some_of = 0xFF, 0
        for at in range(len(literal)):
            all_of &= raw[at]
            some_of |= raw[at]
        found |= some_of & ~all_of
    return found


def lags(bytes data not None, Py_ssize_t longest, unsigned char bits):
    """The distances at which seven bytes in a row differ in none but those bits, as those of packed literals do."""
    cdef unsigned char mask[BLOCK + SEVEN]
    cdef Bytes raw = data
    cdef Py_ssize_t lag, at, width, size = len(data)
    cdef list found = []
    for lag in range(1, min(longest, size - SEVEN) + 1):
        at = 0
        while at + SEVEN <= size - lag:
            width = min(size - lag - at, BLOCK + SEVEN - 1)
            refused_mask(mask, raw + at, lag, ~bits & 0xFF, width)
            if memchr(mask, 0, width - SEVEN + 1) != NULL:
                found.append(lag)
                break
            at += width - SEVEN + 1
    return found
