from backtalk.decode.native.windows cimport Bytes

cdef bint protobuf(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint delimited(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint msgpack(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint cbor(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint bson(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint thrift_compact(Bytes data, Py_ssize_t size) noexcept nogil
cdef bint thrift_binary(Bytes data, Py_ssize_t size) noexcept nogil
