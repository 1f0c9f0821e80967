# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Where JSON's strings lie, and by which path: a reader that forgives, of documents that may be none."""

from libc.stdlib cimport free, realloc

from backtalk.decode.native.spans cimport Spans
from backtalk.decode.native.windows cimport Bytes

cdef enum:
    DEEPEST = 1000
    LONGEST_PATH = 512


cdef struct Frame:
    bint is_object
    bint wants_key
    Py_ssize_t index
    Py_ssize_t key_start  # of the member's name; equal to its end when there is none yet
    Py_ssize_t key_end


cdef inline bint _space(unsigned char byte) noexcept nogil:
    return byte == 32 or 9 <= byte <= 13


cdef inline bint _plain(unsigned char byte) noexcept nogil:
    """Whether a byte is of a number, a word, or of what has no place in JSON."""
    return not (
        _space(byte) or byte == 123 or byte == 125 or byte == 91 or byte == 93 or byte == 58 or byte == 44 or byte == 34
    )


cdef Py_ssize_t _string_end(Bytes data, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """Where the string that begins at `at` ends, its quote or the end of all; -1 when a last backslash hides it."""
    while at < size:
        if data[at] == 34:
            return at
        if data[at] == 92:
            if at + 1 >= size:
                return -1
            at += 1
        at += 1
    return size


cdef str _path(bytes data, Frame *frames, Py_ssize_t count, str base, member, dict known):
    cdef Py_ssize_t at
    cdef str path = base
    cdef bytes key
    for at in range(count):
        if len(path) > LONGEST_PATH:
            return path
        if not frames[at].is_object:
            path = f"{path}[{frames[at].index}]"
        elif frames[at].key_end > frames[at].key_start:
            key = data[frames[at].key_start:frames[at].key_end]
            name = known.get(key)
            if name is None:
                name = known[key] = member(key)
            path = path + <str> name
        elif frames[at].key_end:
            path = path + <str> member(b"")
    return path


def strings(bytes data not None, places not None, member):
    """Each string that touches one of the ordered ranges: (start, end, path, whether it is a name).

    `member` writes a name in a path.
    """
    cdef Bytes raw = data
    cdef Spans wanted = places if isinstance(places, Spans) else Spans(places)
    cdef Py_ssize_t size = len(data), at = 0, end, count = 0, room = 0, begins = 0, place = 0
    cdef Frame *frames = NULL
    cdef Frame *frame
    cdef void *grown
    cdef unsigned char byte
    cdef str base = "$"
    cdef dict known = {}
    cdef list found = []
    while begins < size and _space(raw[begins]):
        begins += 1
    try:
        while at < size:
            while place < wanted._count and wanted._bounds[2 * place + 1] <= at:
                place += 1
            if place == wanted._count:
                break
            byte = raw[at]
            frame = frames + count - 1 if count else NULL
            if _space(byte):
                at += 1
            elif byte == 34:
                end = _string_end(raw, at + 1, size)
                if end < 0:
                    at += 1
                    continue
                if frame == NULL:
                    if at == begins and end >= wanted._bounds[2 * place]:
                        found.append((at + 1, end, "$", False))
                else:
                    if frame.wants_key:
                        frame.key_start, frame.key_end = at + 1, end
                    if end >= wanted._bounds[2 * place]:
                        found.append((at + 1, end, _path(data, frames, count, base, member, known), frame.wants_key))
                at = end + 1
            elif byte == 123 or byte == 91:
                if count >= DEEPEST:
                    base = _path(data, frames, count, base, member, known)
                    count = 0
                elif not count:
                    base = "$"
                if count == room:
                    grown = realloc(frames, (2 * room + 16) * sizeof(Frame))
                    if grown == NULL:
                        raise MemoryError
                    frames = <Frame *> grown
                    room = 2 * room + 16
                frames[count].is_object = frames[count].wants_key = byte == 123
                frames[count].index = frames[count].key_start = frames[count].key_end = 0
                count += 1
                at += 1
            elif not _plain(byte):
                if frame != NULL:
                    if byte == 44:
                        frame.index += 1
                        frame.wants_key = frame.is_object
                    elif byte == 58:
                        frame.wants_key = False
                    else:
                        count -= 1
                at += 1
            else:
                end = at
                while end < size and _plain(raw[end]):
                    end += 1
                if frame != NULL:
                    if raw[end - 1] == 92:
                        count = 0  # a quote escaped outside a string: JSON inside some other string
                    elif frame.wants_key:
                        frame.key_start, frame.key_end = at, end
                at = end
        return found
    finally:
        free(frames)
