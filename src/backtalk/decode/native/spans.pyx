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
        """Where ranges of `inside` bytes lie in proportion in the `whole` bytes that begin at `start`, merged."""
        cdef Spans found = Spans()
        cdef Py_ssize_t at, low, high
        for at in range(self._count):
            low = start + self._bounds[2 * at] * whole // inside
            high = start + (self._bounds[2 * at + 1] * whole + inside - 1) // inside
            if found._count and low <= found._bounds[2 * found._count - 1]:
                found._bounds[2 * found._count - 1] = max(high, found._bounds[2 * found._count - 1])
            else:
                found.add(low, high)
        return found
