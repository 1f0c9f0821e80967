# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What a whole buffer may be that has no magic: the formats whose structure holds from its first byte to its last."""

from backtalk.decode.native cimport blocks, deflate, records
from backtalk.decode.native.windows cimport Bytes

KINDS = (
    "protobuf", "delimited", "msgpack", "cbor", "bson", "thrift-compact", "thrift-binary",
    "lz4", "snappy", "lz-string", "deflate",
)


def shapes(bytes data not None):
    """The kinds of which the buffer may be."""
    cdef Bytes raw = data
    cdef Py_ssize_t size = len(data)
    cdef int found = (
        records.protobuf(raw, size)
        | records.delimited(raw, size) << 1
        | records.msgpack(raw, size) << 2
        | records.cbor(raw, size) << 3
        | records.bson(raw, size) << 4
        | records.thrift_compact(raw, size) << 5
        | records.thrift_binary(raw, size) << 6
        | blocks.lz4(raw, size) << 7
        | blocks.snappy(raw, size) << 8
        | blocks.lzstring(raw, size) << 9
        | (not deflate.stumbles(raw, size, True)) << 10
    )
    return tuple([kind for place, kind in enumerate(KINDS) if found >> place & 1]) if found else ()
