from backtalk.decode.native.windows cimport Bytes

cdef int decodes(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint text(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint sense(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint printable(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint zlib(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint certain(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint noisy(Bytes token, Py_ssize_t size) noexcept nogil
cdef Py_ssize_t any_readable(Bytes data, Py_ssize_t size) noexcept nogil
