from backtalk.decode.native.windows cimport Bytes

cdef bint lz4(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint snappy(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint lzstring(Bytes data, Py_ssize_t size) noexcept nogil
