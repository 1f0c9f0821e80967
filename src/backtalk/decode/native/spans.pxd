cdef class Spans:
    cdef Py_ssize_t *_bounds
    cdef Py_ssize_t _count, _room

    cdef int add(self, Py_ssize_t start, Py_ssize_t end) except -1
