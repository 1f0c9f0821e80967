from backtalk.decode.native.windows cimport Bytes

cdef bint worth_opening(Bytes run, Py_ssize_t size) noexcept nogil
cdef bint hexadecimal(Bytes digits, Py_ssize_t size)
cdef bint base32(Bytes letters, Py_ssize_t size) noexcept nogil
cdef bint big(Bytes letters, Py_ssize_t size, int base) noexcept nogil
cdef bint base85(Bytes letters, Py_ssize_t size) noexcept nogil
cdef bint lzstring(Bytes letters, Py_ssize_t size) noexcept nogil
cdef bint ordered(Bytes letters, Py_ssize_t size) noexcept nogil
