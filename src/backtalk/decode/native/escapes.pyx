# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Undoing escapes in text: all of a buffer, or only what stands around each, to see whether anything is behind them."""

from html.entities import html5

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport int8_t
from libc.stdlib cimport free, malloc
from libc.string cimport memchr, memcpy

from backtalk.decode.native.spans cimport Spans
from backtalk.decode.native.windows cimport Bytes

JSON, SCRIPT, PERCENT, FORM, ENTITIES = 0, 1, 2, 3, 4
"""Backslashes as JSON has them; with two hexadecimal digits as well; percent signs; with plus signs; references."""

cdef enum:
    _JSON = 0
    _SCRIPT = 1
    _PERCENT = 2
    _FORM = 3
    _ENTITIES = 4
    LONGEST_NAME = 32
    LONGEST_FIELD_NAME = 256
    STARTS_BODY = 1
    ENDS_BODY_NAME = 2
    ENDS_BODY_VALUE = 4
    STARTS_QUERY = 8
    ENDS_QUERY_NAME = 16
    ENDS_QUERY_VALUE = 32

cdef dict NAMES = {name.removesuffix(";").encode(): text.encode() for name, text in html5.items() if name.endswith(";")}
cdef int8_t HEX[256]
cdef unsigned char FIELD[256]
"""What a character does to the fields of a form."""


cdef void _fill():
    cdef int place, does
    cdef unsigned char letter
    for place in range(256):
        HEX[place], FIELD[place] = -1, 0
    for place in range(10):
        HEX[48 + place] = <int8_t> place
    for place in range(6):
        HEX[65 + place] = HEX[97 + place] = <int8_t> (10 + place)
    for letters, does in (
        (b"&\n", STARTS_BODY),
        (b"=&\r\n", ENDS_BODY_NAME),
        (b"&\r\n", ENDS_BODY_VALUE),
        (b"?&", STARTS_QUERY),
        (b"=&?# \t\n\r\f\v\"'<>\\", ENDS_QUERY_NAME),
        (b"&# \t\n\r\f\v\"'<>\\", ENDS_QUERY_VALUE),
    ):
        for letter in letters:
            FIELD[letter] |= <unsigned char> does


_fill()


cdef inline Py_ssize_t _put(unsigned char *out, Py_ssize_t at, int letter) noexcept nogil:
    """Write a code point in UTF-8, surrogates too."""
    if letter < 0x80:
        out[at] = letter & 0xFF
        return at + 1
    if letter < 0x800:
        out[at] = 0xC0 | letter >> 6
        out[at + 1] = 0x80 | (letter & 0x3F)
        return at + 2
    if letter < 0x10000:
        out[at] = 0xE0 | letter >> 12
        out[at + 1] = 0x80 | (letter >> 6 & 0x3F)
        out[at + 2] = 0x80 | (letter & 0x3F)
        return at + 3
    out[at] = 0xF0 | letter >> 18
    out[at + 1] = 0x80 | (letter >> 12 & 0x3F)
    out[at + 2] = 0x80 | (letter >> 6 & 0x3F)
    out[at + 3] = 0x80 | (letter & 0x3F)
    return at + 4


cdef inline int _hex(Bytes data, Py_ssize_t at, Py_ssize_t size, int count) noexcept nogil:
    """The number that so many hexadecimal digits write; -1 when they are none."""
    cdef int value = 0, place
    if at + count > size:
        return -1
    for place in range(count):
        if HEX[data[at + place]] < 0:
            return -1
        value = value << 4 | HEX[data[at + place]]
    return value


cdef Py_ssize_t _units(Bytes data, Py_ssize_t at, Py_ssize_t size, unsigned char *out, Py_ssize_t *end) noexcept nogil:
    r"""Undo a run of \uXXXX or %uXXXX; surrogates in a row are one letter."""
    cdef Py_ssize_t count = 0
    cdef unsigned char mark = data[at]
    cdef int unit, low
    while at + 6 <= size and data[at] == mark and data[at + 1] == 117:
        unit = _hex(data, at + 2, size, 4)
        if unit < 0:
            break
        at += 6
        if unit & 0xFC00 == 0xD800 and at + 6 <= size and data[at] == mark and data[at + 1] == 117:
            low = _hex(data, at + 2, size, 4)
            if low >= 0 and low & 0xFC00 == 0xDC00:
                unit = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF)
                at += 6
        count = _put(out, count, unit)
    end[0] = at
    return count


cdef Py_ssize_t _slashes(
    Bytes data, Py_ssize_t at, Py_ssize_t size, unsigned char *out, Py_ssize_t *end, bint script
) noexcept nogil:
    cdef unsigned char kind
    cdef Py_ssize_t count = 0
    end[0] = at
    if at + 2 > size:
        return 0
    kind = data[at + 1]
    if kind == 117:
        return _units(data, at, size, out, end)
    if kind == 120 and script:
        while at + 4 <= size and data[at] == 92 and data[at + 1] == 120 and _hex(data, at + 2, size, 2) >= 0:
            out[count] = _hex(data, at + 2, size, 2) & 0xFF
            count += 1
            at += 4
        end[0] = at
        return count
    if kind == 92:
        while at + 2 <= size and data[at] == 92 and data[at + 1] == 92:
            out[count] = 92
            count += 1
            at += 2
        end[0] = at
        return count
    if kind == 98:
        out[0] = 8
    elif kind == 102:
        out[0] = 12
    elif kind == 110:
        out[0] = 10
    elif kind == 114:
        out[0] = 13
    elif kind == 116:
        out[0] = 9
    elif kind == 34 or kind == 47:
        out[0] = kind
    else:
        return 0
    end[0] = at + 2
    return 1


cdef Py_ssize_t _percent(Bytes data, Py_ssize_t at, Py_ssize_t size, unsigned char *out, Py_ssize_t *end) noexcept nogil:
    cdef Py_ssize_t count = 0
    if data[at] == 43:
        out[0] = 32
        end[0] = at + 1
        return 1
    if at + 1 < size and data[at + 1] == 117:
        return _units(data, at, size, out, end)
    while at < size and data[at] == 37 and _hex(data, at + 1, size, 2) >= 0:
        out[count] = _hex(data, at + 1, size, 2) & 0xFF
        count += 1
        at += 3
    end[0] = at
    return count


cdef Py_ssize_t _entity(Bytes data, Py_ssize_t at, Py_ssize_t size, unsigned char *out, Py_ssize_t *end) except -1:
    """A reference that names nothing stands for itself."""
    cdef Py_ssize_t stop = at + 1, digits
    cdef int value = 0
    cdef bytes inside
    end[0] = at
    if stop < size and data[stop] == 35:
        stop += 1
        if stop < size and data[stop] | 32 == 120:
            stop += 1
            digits = stop
            while stop < size and stop - digits < 7 and HEX[data[stop]] >= 0:
                value = value << 4 | HEX[data[stop]]
                stop += 1
            if not 1 <= stop - digits <= 6:
                return 0
        else:
            digits = stop
            while stop < size and stop - digits < 8 and 48 <= data[stop] <= 57:
                value = value * 10 + data[stop] - 48
                stop += 1
            if not 1 <= stop - digits <= 7:
                return 0
        if stop >= size or data[stop] != 59 or value >= 0x110000:
            return 0
        end[0] = stop + 1
        return _put(out, 0, value)
    digits = stop
    while stop < size and stop - digits <= LONGEST_NAME and (
        65 <= (data[stop] & 0xDF) <= 90 or (stop > digits and 48 <= data[stop] <= 57)
    ):
        stop += 1
    if stop >= size or data[stop] != 59 or not 2 <= stop - digits <= LONGEST_NAME:
        return 0
    inside = NAMES.get(PyBytes_FromStringAndSize(<char *> data + digits, stop - digits))
    if inside is None:
        return 0
    memcpy(out, PyBytes_AS_STRING(inside), len(inside))
    end[0] = stop + 1
    return len(inside)


cdef Py_ssize_t _one(
    Bytes data, Py_ssize_t at, Py_ssize_t size, int kind, unsigned char *out, Py_ssize_t *end
) except -1:
    """Undo the escape at `at`: how many bytes it gives, and where it ends; at `at` itself when it is none."""
    end[0] = at
    if kind == _ENTITIES:
        return _entity(data, at, size, out, end)
    if kind == _JSON or kind == _SCRIPT:
        return _slashes(data, at, size, out, end, kind == _SCRIPT)
    return _percent(data, at, size, out, end)


cdef inline Py_ssize_t _next(Bytes data, Py_ssize_t at, Py_ssize_t size, int kind) noexcept nogil:
    """Where the next sign stands that an escape may begin with; `size` when there is none."""
    cdef void *found
    if kind == _FORM:
        while at < size and data[at] != 37 and data[at] != 43:
            at += 1
        return at
    found = memchr(data + at, 38 if kind == _ENTITIES else 92 if kind <= _SCRIPT else 37, size - at)
    return size if found == NULL else <Bytes> found - data


def undo(bytes data not None, int kind):
    """The text with every escape of a kind undone."""
    cdef Bytes raw = data
    cdef Py_ssize_t size = len(data), at = _next(raw, 0, size, kind), done = 0, end = 0, count = 0, given
    cdef unsigned char *out
    if at == size:
        return data
    out = <unsigned char *> malloc(2 * size + 64)
    if out == NULL:
        raise MemoryError
    try:
        while at < size:
            memcpy(out + count, raw + done, at - done)
            count += at - done
            given = _one(raw, at, size, kind, out + count, &end)
            if end == at:
                out[count] = raw[at]
                given, end = 1, at + 1
            count += given
            done = end
            at = _next(raw, done, size, kind)
        memcpy(out + count, raw + done, size - done)
        return PyBytes_FromStringAndSize(<char *> out, count + size - done)
    finally:
        free(out)


def origins(bytes data not None, Py_ssize_t start, Py_ssize_t end, int kind, spans):
    """Where in `data` those bytes come from that a stretch gives without its escapes; within one, in proportion."""
    cdef Bytes raw = data
    cdef Spans before = Spans(), after = Spans(), found = Spans()
    cdef Py_ssize_t at, stop, given, grown = 0
    cdef unsigned char *out
    cdef Spans asked = spans if isinstance(spans, Spans) else Spans(spans)
    if not 0 <= start <= end <= len(data):
        raise ValueError("no such stretch")
    out = <unsigned char *> malloc(2 * (end - start) + 64)
    if out == NULL:
        raise MemoryError
    before.add(start, start)
    after.add(0, 0)
    try:
        at = _next(raw, start, end, kind)
        while at < end:
            given = _one(raw, at, end, kind, out, &stop)
            if stop == at:
                at = _next(raw, at + 1, end, kind)
                continue
            before.add(at, stop)
            after.add(at - start + grown, at - start + grown + given)
            grown += given - (stop - at)
            at = _next(raw, stop, end, kind)
    finally:
        free(out)
    for at in range(asked._count):
        found.add(
            _origin(before, after, asked._bounds[2 * at], False), _origin(before, after, asked._bounds[2 * at + 1], True)
        )
    return found


cdef Py_ssize_t _origin(Spans before, Spans after, Py_ssize_t offset, bint end) noexcept:
    cdef Py_ssize_t low = 0, high = after._count, middle, packed, given
    while high - low > 1:
        middle = (low + high) // 2
        if after._bounds[2 * middle] < offset or (not end and after._bounds[2 * middle] == offset):
            low = middle
        else:
            high = middle
    if offset >= after._bounds[2 * low + 1]:
        return before._bounds[2 * low + 1] + offset - after._bounds[2 * low + 1]
    packed = before._bounds[2 * low + 1] - before._bounds[2 * low]
    given = after._bounds[2 * low + 1] - after._bounds[2 * low]
    return before._bounds[2 * low] + ((offset - after._bounds[2 * low]) * packed + (given - 1 if end else 0)) // given


cdef class Undone:
    """What stands around the escapes of a text, with these undone; each stretch is a line of `data`, after an empty one."""

    cdef readonly bytes data
    cdef Spans _before, _after
    """The escapes, and where each stretch begins as one that is empty; in the text and in `data`."""

    def touched(self, Py_ssize_t start, Py_ssize_t end):
        """Whether an escape gave some of those bytes of `data`, or a byte beside them."""
        cdef Py_ssize_t place = self._last(start)
        while place > 0 and self._after._bounds[2 * place - 1] >= start:
            place -= 1
        while place < self._after._count and self._after._bounds[2 * place] <= end:
            if (
                self._after._bounds[2 * place + 1] >= start
                and self._before._bounds[2 * place] < self._before._bounds[2 * place + 1]
            ):
                return True
            place += 1
        return False

    cdef Py_ssize_t _last(self, Py_ssize_t offset):
        """The last escape that begins at an offset or before it; the first one begins at 0."""
        cdef Py_ssize_t low = 0, high = self._after._count, middle
        while high - low > 1:
            middle = (low + high) // 2
            if self._after._bounds[2 * middle] <= offset:
                low = middle
            else:
                high = middle
        return low

    def origins(self, spans):
        """Where in the text those bytes of `data` come from; the whole of each escape that gave some."""
        cdef Py_ssize_t start, end
        return [(self._start(start), max(self._end(end), self._start(start))) for start, end in spans]

    cdef Py_ssize_t _start(self, Py_ssize_t offset):
        cdef Py_ssize_t place = self._last(offset)
        if offset < self._after._bounds[2 * place + 1]:
            return self._before._bounds[2 * place]
        return self._before._bounds[2 * place + 1] + offset - self._after._bounds[2 * place + 1]

    cdef Py_ssize_t _end(self, Py_ssize_t offset):
        cdef Py_ssize_t place = self._last(max(offset - 1, 0))
        if offset <= self._after._bounds[2 * place + 1]:
            return self._before._bounds[2 * place + 1]
        return self._before._bounds[2 * place + 1] + offset - self._after._bounds[2 * place + 1]


cdef inline bint _graphic(unsigned char byte) noexcept nogil:
    return byte > 32 and byte != 34 and byte != 127


def around(bytes data not None, int kind, Py_ssize_t reach):
    """What stands around each escape of a kind, undone: its whole run without spaces and quotes, or `reach` bytes.

    None when there is no escape.
    """
    cdef Bytes raw = data
    cdef Py_ssize_t size = len(data), at = _next(raw, 0, size, kind), done = 0, end = 0, count = 0, given
    cdef Py_ssize_t start, stop, run = 0
    cdef unsigned char *out
    cdef unsigned char *tried
    cdef Undone found
    if at == size:
        return None
    out = <unsigned char *> malloc(4 * size + 128)
    if out == NULL:
        raise MemoryError
    tried = out + 2 * size + 64  # what an escape gives before it is known where that is to stand
    found = Undone()
    found._before, found._after = Spans(), Spans()
    stop = -1  # where the stretch that is being copied ends
    try:
        while at < size:
            _one(raw, at, size, kind, tried, &end)
            if end == at:
                at = _next(raw, at + 1, size, kind)
                continue
            start = at
            while start > done and _graphic(raw[start - 1]):
                start -= 1
            start = max(min(start, at - reach), done)
            if stop >= 0 and start <= stop:
                start = done
            else:
                if stop >= 0:
                    memcpy(out + count, raw + done, stop - done)
                    count += stop - done
                out[count] = 10
                count += 1
                found._before.add(start, start)
                found._after.add(count, count)
            memcpy(out + count, raw + start, at - start)
            count += at - start
            given = _one(raw, at, size, kind, out + count, &end)
            found._before.add(at, end)
            found._after.add(count, count + given)
            count += given
            done = end
            run = max(run, end)  # a run that goes on beyond this escape was followed to its end before
            while run < size and _graphic(raw[run]):
                run += 1
            stop = min(max(run, end + reach), size)
            at = _next(raw, end, size, kind)
        if stop < 0:
            return None
        memcpy(out + count, raw + done, stop - done)
        count += stop - done
        found.data = PyBytes_FromStringAndSize(<char *> out, count)
        return found
    finally:
        free(out)



cdef Py_ssize_t _quoted(Bytes data, Py_ssize_t at, Py_ssize_t end) noexcept nogil:
    """Bytes of the quoted-printable escape whose equals sign is there; 0: none."""
    cdef Py_ssize_t stop = at + 1
    if at + 2 < end and HEX[data[at + 1]] >= 0 and HEX[data[at + 2]] >= 0:
        return 3
    while stop < end and (data[stop] == 32 or data[stop] == 9):
        stop += 1
    if stop < end and data[stop] == 13:
        stop += 1
    return stop + 1 - at if stop < end and data[stop] == 10 else 0


def quoted_lines(bytes data not None, Py_ssize_t start, Py_ssize_t end):
    """Whole lines within a range in which each equals sign is an escape of quoted-printable, and one at least is."""
    cdef Bytes raw = data
    cdef Py_ssize_t at, stop, lone, first, width
    cdef void *found
    cdef list blocks = []
    end = min(end, len(data))
    start = lone = max(start, 0)
    if start and start < end and raw[start - 1] != 10:
        start = _line_after(raw, start, end)
    at, first = start, end
    while at < end:
        found = memchr(raw + at, 61, end - at)
        stop = end if found == NULL else <Bytes> found - raw
        lone = max(lone, at)
        while lone < stop and (raw[lone] != 13 or (lone + 1 < end and raw[lone + 1] == 10)):
            found = memchr(raw + lone + 1, 13, stop - lone - 1)
            lone = stop if found == NULL else <Bytes> found - raw
        width = _quoted(raw, stop, end) if lone == stop < end else 0
        if width:
            first = min(first, stop)
            at = stop + width
            continue
        at = stop = min(stop, lone)
        if at == end:
            break
        while raw[at] == 61 and stop > start and raw[stop - 1] != 10:
            stop -= 1
        if first < stop:
            blocks.append((start, stop))
        start = at = _line_after(raw, at, end)
        first = end
    if first < end:
        blocks.append((start, end))
    return blocks


cdef inline Py_ssize_t _line_after(Bytes raw, Py_ssize_t at, Py_ssize_t end) noexcept nogil:
    """Where the next line begins; `end` when there is none."""
    cdef void *found = memchr(raw + at, 10, end - at)
    return end if found == NULL else <Bytes> found - raw + 1


def fields(bytes data not None, Py_ssize_t start, Py_ssize_t end, bint query):
    """Where names and values of a form are in a range: of a body's, between ampersands and ends of lines; of queries."""
    cdef Bytes raw = data
    cdef Py_ssize_t at = max(start, 0), name, middle, size = min(end, len(data))
    cdef unsigned char begins = STARTS_QUERY if query else STARTS_BODY
    cdef unsigned char named = ENDS_QUERY_NAME if query else ENDS_BODY_NAME
    cdef unsigned char valued = ENDS_QUERY_VALUE if query else ENDS_BODY_VALUE
    cdef bint first = not query and (at == 0 or FIELD[raw[at - 1]] & begins)
    cdef list found = []
    while at < size:
        if not first:
            while at < size and not FIELD[raw[at]] & begins:
                at += 1
            at += 1
        first = False
        name = middle = at
        while middle < size and not FIELD[raw[middle]] & named:
            middle += 1
        if middle < size and raw[middle] == 61 and 0 < middle - name <= LONGEST_FIELD_NAME:
            at = middle + 1
            while at < size and not FIELD[raw[at]] & valued:
                at += 1
            found.append(((name, middle), (middle + 1, at)))
    return found
