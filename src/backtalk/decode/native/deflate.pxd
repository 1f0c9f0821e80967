from backtalk.decode.native.windows cimport Bytes

cdef bint stumbles(Bytes data, Py_ssize_t size, bint strictly) noexcept nogil
