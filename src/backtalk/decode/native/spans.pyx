# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Half-open byte ranges in order, many of them at little cost."""

from libc.stdlib cimport free, realloc

cdef class Spans:
    """Ranges in the order in which they begin."""

    def __cinit__(self, spans=()):
        for start, end in spans:
            self.add(start, end)

    def __dealloc__(self):
        free(self._bounds)

    def __len__(self):
        return self._count

    def __iter__(self):
        return iter(self.tolist())

    def __eq__(self, other):
        return isinstance(other, Spans) and self.tolist() == other.tolist()

    cdef int add(self, Py_ssize_t start, Py_ssize_t end) except -1:
        cdef Py_ssize_t *bounds
        if self._count == self._room:
            self._room = 2 * self._room + 8
            bounds = <Py_ssize_t *> realloc(self._bounds, 2 * self._room * sizeof(Py_ssize_t))
            if bounds == NULL:
                raise MemoryError
            self._bounds = bounds
        self._bounds[2 * self._count] = start
        self._bounds[2 * self._count + 1] = end
        self._count += 1
        return 0

    def tolist(self):
        """The ranges as pairs."""
        cdef Py_ssize_t at
        return [(self._bounds[2 * at], self._bounds[2 * at + 1]) for at in range(self._count)]

    def size(self):
        """How many bytes they hold, when none overlap."""
        cdef Py_ssize_t at, total = 0
        for at in range(self._count):
            total += self._bounds[2 * at + 1] - self._bounds[2 * at]
        return total

    def moved(self, Py_ssize_t distance):
        """The same ranges, so many bytes further on."""
        cdef Spans found = Spans()
        cdef Py_ssize_t at
        for at in range(self._count):
            found.add(self._bounds[2 * at] + distance, self._bounds[2 * at + 1] + distance)
        return found

    def scaled(self, Py_ssize_t start, Py_ssize_t whole, Py_ssize_t inside):
        """Where ranges of `inside` bytes lie in proportion in the `whole` bytes that begin at `start`."""
        cdef Spans found = Spans()
        cdef Py_ssize_t at
        for at in range(self._count):
            found.add(
                start + self._bounds[2 * at] * whole // inside,
                start + (self._bounds[2 * at + 1] * whole + inside - 1) // inside,
            )
        return found

    def within(self, list free):
        """What of ordered ranges lies in other ordered ranges."""
        cdef Spans found = Spans()
        cdef Py_ssize_t at = 0, low, high
        for low, high in free:
            while at < self._count and self._bounds[2 * at + 1] <= low:
                at += 1
            while at < self._count and self._bounds[2 * at] < high:
                found.add(max(low, self._bounds[2 * at]), min(high, self._bounds[2 * at + 1]))
                if self._bounds[2 * at + 1] > high:
                    break
                at += 1
        return found


def union(list several not None):
    """The bytes of some ordered ranges and of others, as ranges that neither overlap nor touch."""
    cdef Spans one, found = Spans()
    cdef Py_ssize_t at, last = -1
    cdef bint ordered = True
    for one in several:
        for at in range(one._count):
            ordered &= one._bounds[2 * at] >= last
            last = one._bounds[2 * at]
    if not ordered:
        several = [Spans(sorted([span for one in several for span in one.tolist()]))]
    for one in several:
        for at in range(one._count):
            _join(found, one._bounds[2 * at], one._bounds[2 * at + 1])
    return found


cdef int _join(Spans found, Py_ssize_t start, Py_ssize_t end) except -1:
    """Add a range that begins no earlier than the last, so that the two neither overlap nor touch."""
    if found._count and start <= found._bounds[2 * found._count - 1]:
        found._bounds[2 * found._count - 1] = max(end, found._bounds[2 * found._count - 1])
    elif start < end:
        found.add(start, end)
    return 0


def merged(spans):
    """The same bytes as sorted ranges that neither overlap nor touch; empty ranges vanish."""
    cdef Spans found = Spans()
    cdef Py_ssize_t start, end
    for start, end in sorted(spans):
        if start < end:
            _join(found, start, end)
    return found.tolist()


def gaps(Py_ssize_t length, taken):
    """The ranges of [0, length) that none of `taken` covers, in order."""
    cdef list found = []
    cdef Py_ssize_t at = 0, start, end
    for start, end in sorted(taken):
        if start < end:
            if at < min(start, length):
                found.append((at, min(start, length)))
            at = max(at, end)
    if at < length:
        found.append((at, length))
    return found


def common(left not None, right not None):
    """The bytes that lie in both lists of ordered ranges."""
    cdef list found = [], others = list(right)
    cdef Py_ssize_t at = 0, count = len(others), low, high, start, end
    for low, high in left:
        while at < count:
            start, end = others[at]
            if max(low, start) < min(high, end):
                found.append((max(low, start), min(high, end)))
            if high <= end:
                break
            at += 1
    return found


def size(spans not None):
    """How many bytes ranges hold that do not overlap."""
    cdef Py_ssize_t total = 0, start, end
    for start, end in spans:
        total += end - start
    return total
