# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Whether binary records fill a buffer: their structure, walked to the end without keeping anything.

Each walk says no only where the codec of that name fails as well. Every step takes a byte
at least, and none goes deeper than the codecs do.
"""

from libc.stdint cimport uint64_t
from libc.string cimport memchr

from backtalk.decode.native.text cimport decodes, printable
from backtalk.decode.native.windows cimport Bytes

cdef enum:
    DEEPEST = 64
    LARGEST_TAG = (1 << 29) - 1
    LARGEST_FIELD = (1 << 15) - 1

cdef uint64_t HUGE = <uint64_t> 1 << 62


cdef struct Walk:
    Bytes at
    Bytes end
    int depth
    bint named  # some name was met
    bint over  # the bytes ended before the records did, or are none


cdef inline Walk _begun(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Walk walk
    walk.at, walk.end = data, data + size
    walk.depth = walk.named = walk.over = 0
    return walk


cdef inline bint _fails(Walk *walk) noexcept nogil:
    walk.over = True
    return False


cdef inline bint _take(Walk *walk, uint64_t size) noexcept nogil:
    if size > <uint64_t> (walk.end - walk.at):
        return _fails(walk)
    walk.at += size
    return True


cdef inline int _byte(Walk *walk) noexcept nogil:
    """The next byte; -1 at the end."""
    if walk.at == walk.end:
        _fails(walk)
        return -1
    walk.at += 1
    return (walk.at - 1)[0]


cdef inline uint64_t _big(Walk *walk, int size) noexcept nogil:
    """A number of that many bytes, the highest first."""
    cdef uint64_t value = 0
    cdef int at
    if _take(walk, size):
        for at in range(-size, 0):
            value = value << 8 | walk.at[at]
    return value


cdef inline uint64_t _little(Walk *walk, int size) noexcept nogil:
    cdef uint64_t value = 0
    cdef int at
    if _take(walk, size):
        for at in range(1, size + 1):
            value = value << 8 | walk.at[-at]
    return value


cdef inline uint64_t _varint(Walk *walk) noexcept nogil:
    """A base-128 number of up to ten bytes; HUGE for all that are larger."""
    cdef uint64_t value = 0
    cdef int byte, shift
    for shift in range(0, 70, 7):
        byte = _byte(walk)
        if byte < 0:
            return 0
        if byte & 0x7F and shift >= 56:
            value = HUGE
        elif shift < 56:
            value |= <uint64_t> (byte & 0x7F) << shift
        if byte < 0x80:
            return value
    _fails(walk)
    return 0


cdef inline uint64_t _least_varint(Walk *walk) noexcept nogil:
    """A number of 64 bits in as few bytes as it needs."""
    cdef uint64_t value = 0
    cdef int byte, shift
    for shift in range(0, 70, 7):
        byte = _byte(walk)
        if byte < 0:
            return 0
        if shift == 63 and byte & 0x7E:
            break
        value |= <uint64_t> (byte & 0x7F) << shift
        if byte < 0x80:
            if shift and not byte:
                break
            return value
    _fails(walk)
    return 0


cdef inline bint _text(Walk *walk, uint64_t size) noexcept nogil:
    return _take(walk, size) and (decodes(walk.at - size, size) == 1 or _fails(walk))


cdef inline bint _name(Walk *walk, uint64_t size) noexcept nogil:
    walk.named = True
    return _take(walk, size) and (printable(walk.at - size, size) or _fails(walk))


cdef inline bint _enter(Walk *walk) noexcept nogil:
    walk.depth += 1
    return walk.depth <= DEEPEST or _fails(walk)


cdef bint _message(Walk *walk) noexcept nogil:
    """Fields of Protocol Buffers up to the end; what is within them may be anything."""
    cdef uint64_t tag
    cdef int wire
    while walk.at < walk.end and not walk.over:
        tag = _least_varint(walk)
        wire = tag & 7
        if not 0 < tag >> 3 <= LARGEST_TAG:
            return _fails(walk)
        if wire == 0:
            _least_varint(walk)
        elif wire == 2:
            tag = _least_varint(walk)
            _take(walk, tag)
        elif wire == 1 or wire == 5:
            _take(walk, 8 if wire == 1 else 4)
        else:
            return _fails(walk)
    return not walk.over


cdef bint protobuf(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Walk walk = _begun(data, size)
    return _message(&walk)


cdef bint delimited(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Walk walk = _begun(data, size)
    cdef Walk message
    cdef uint64_t length
    while walk.at < walk.end:
        length = _least_varint(&walk)
        if not length or not _take(&walk, length):
            return False
        message = _begun(walk.at - length, length)
        if not _message(&message):
            return False
    return True


cdef bint _packed(Walk *walk) noexcept nogil:
    """One value of MessagePack."""
    cdef int mark = _byte(walk)
    cdef uint64_t size
    if mark < 0x80 or mark >= 0xE0 or mark == 0xC0 or mark == 0xC2 or mark == 0xC3:
        return not walk.over
    if mark < 0x90 or mark == 0xDE or mark == 0xDF:
        return _packed_map(walk, mark & 15 if mark < 0x90 else _big(walk, 2 << mark - 0xDE))
    if mark < 0xA0 or mark == 0xDC or mark == 0xDD:
        size = mark & 15 if mark < 0xA0 else _big(walk, 2 << mark - 0xDC)
        if not _enter(walk):
            return False
        while size and _packed(walk):
            size -= 1
        walk.depth -= 1
        return not walk.over
    if mark < 0xC0:
        return _text(walk, mark & 31)
    if 0xD9 <= mark <= 0xDB:
        size = _big(walk, 1 << mark - 0xD9)
        return _text(walk, size)
    if 0xC4 <= mark <= 0xC6:
        size = _big(walk, 1 << mark - 0xC4)
        return _take(walk, size)
    if 0xC7 <= mark <= 0xC9:
        size = _big(walk, 1 << mark - 0xC7)
        return _take(walk, size + 1)
    if 0xCA <= mark <= 0xD3:
        return _take(walk, 4 << mark - 0xCA if mark < 0xCC else 1 << (mark & 3))
    if 0xD4 <= mark <= 0xD8:
        return _take(walk, (1 << mark - 0xD4) + 1)
    return _fails(walk)


cdef bint _packed_map(Walk *walk, uint64_t size) noexcept nogil:
    cdef int mark
    cdef uint64_t length
    if not _enter(walk):
        return False
    while size and not walk.over:
        mark = walk.at[0] if walk.at < walk.end else 0xC0
        if 0xA0 <= mark < 0xC0:
            walk.at += 1
            _name(walk, mark & 31)
        elif mark == 0xD9 or mark == 0xDA:
            walk.at += 1
            length = _big(walk, 1 << mark - 0xD9)
            _name(walk, length)
        elif mark < 0x80 or mark >= 0xCC:
            _packed(walk)
        else:
            return _fails(walk)
        _packed(walk)
        size -= 1
    walk.depth -= 1
    return not walk.over


cdef bint msgpack(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Walk walk = _begun(data, size)
    if not (size and (0x80 <= data[0] <= 0x9F or 0xDC <= data[0] <= 0xDF)):
        return False
    while walk.at < walk.end and _packed(&walk):
        pass
    return walk.named and not walk.over


cdef inline int _head(Walk *walk, uint64_t *number) noexcept nogil:
    """The first byte of a CBOR value, with the number that it or what follows tells; -1 for none."""
    cdef int first = _byte(walk)
    cdef int low = first & 31
    number[0] = low
    if first < 0 or low < 24:
        return first
    if low > 27:
        if low == 31 and 2 <= first >> 5 <= 5:
            return first
        _fails(walk)
        return -1
    number[0] = _big(walk, 1 << low - 24)
    return -1 if walk.over else first


cdef bint _value(Walk *walk) noexcept nogil:
    """One value of CBOR."""
    cdef uint64_t number = 0
    cdef int first = _head(walk, &number)
    cdef int kind = first >> 5, low = first & 31
    if first < 0:
        return False
    if kind < 2:
        return True
    if kind < 4:
        if low == 31:
            return _chunks(walk, kind)
        return _take(walk, number) if kind == 2 else _text(walk, number)
    if kind == 7:
        return low != 24 or number >= 32 or _fails(walk)
    if not _enter(walk):
        return False
    if kind == 6:
        _value(walk)
    else:
        _items(walk, kind == 5, number, low == 31)
    walk.depth -= 1
    return not walk.over


cdef bint _items(Walk *walk, bint is_map, uint64_t size, bint is_open) noexcept nogil:
    cdef uint64_t number = 0
    cdef int first
    while (size or is_open) and not walk.over:
        if is_open and walk.at < walk.end and walk.at[0] == 0xFF:
            walk.at += 1
            return True
        if is_map:
            first = _head(walk, &number)
            if first >> 5 == 3 and first != 0x7F:
                _name(walk, number)
            elif first < 0 or first >> 5 > 1:
                return _fails(walk)
        _value(walk)
        size -= 1
    return not walk.over


cdef bint _chunks(Walk *walk, int kind) noexcept nogil:
    cdef uint64_t size = 0
    cdef int first
    while walk.at < walk.end and walk.at[0] != 0xFF:
        first = _head(walk, &size)
        if first < 0 or first >> 5 != kind or first & 31 == 31 or not _take(walk, size):
            return _fails(walk)
    return _byte(walk) >= 0


cdef bint cbor(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Walk walk = _begun(data, size)
    if not (size and 4 <= data[0] >> 5 <= 6):
        return False
    while walk.at < walk.end and _value(&walk):
        pass
    return walk.named and not walk.over


cdef inline Py_ssize_t _zero(Bytes at, Bytes end) noexcept nogil:
    """How far off the next zero is; -1 for none."""
    cdef void *found = memchr(at, 0, end - at) if at < end else NULL
    return <Bytes> found - at if found != NULL else -1


cdef bint _document(Walk *walk) noexcept nogil:
    """One document of BSON."""
    cdef Bytes start = walk.at
    cdef uint64_t length = _little(walk, 4)
    cdef Bytes end
    cdef Py_ssize_t name
    cdef int kind
    if walk.over or not _enter(walk) or length < 5 or length > <uint64_t> (walk.end - start):
        return _fails(walk)
    end = start + length
    if (end - 1)[0]:
        return _fails(walk)
    while walk.at < end - 1 and not walk.over:
        kind = _byte(walk)
        name = _zero(walk.at, end)
        if name < 0 or not _name(walk, name):
            return _fails(walk)
        walk.at += 1
        _element(walk, kind)
    walk.depth -= 1
    return _byte(walk) >= 0 and (walk.at == end or _fails(walk))


cdef bint _element(Walk *walk, int kind) noexcept nogil:
    cdef uint64_t size
    cdef Py_ssize_t stop
    cdef int _
    if kind == 0x03 or kind == 0x04:
        return _document(walk)
    if kind == 0x02 or kind == 0x0D or kind == 0x0E:
        size = _little(walk, 4)
        return size and _text(walk, size - 1) and _take(walk, 1) or _fails(walk)
    if kind == 0x01 or kind == 0x09 or kind == 0x11 or kind == 0x12:
        return _take(walk, 8)
    if kind == 0x05:
        size = _little(walk, 4)
        return _take(walk, size + 1)
    if kind == 0x08 or kind == 0x10 or kind == 0x13 or kind == 0x07:
        return _take(walk, 1 if kind == 0x08 else 4 if kind == 0x10 else 16 if kind == 0x13 else 12)
    if kind == 0x0B:
        for _ in range(2):
            stop = _zero(walk.at, walk.end)
            if stop < 0 or not _text(walk, stop):
                return _fails(walk)
            walk.at += 1
        return True
    if kind == 0x0F:
        size = _little(walk, 4)
        return size >= 4 and _take(walk, size - 4) or _fails(walk)
    return kind == 0x06 or kind == 0x0A or kind == 0xFF or kind == 0x7F or _fails(walk)


cdef bint bson(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Walk walk = _begun(data, size)
    while walk.at < walk.end and _document(&walk):
        pass
    return not walk.over


cdef inline void _unframed(Walk *walk) noexcept nogil:
    """Pass over the length of Thrift's framed transport, where it fits."""
    if walk.end - walk.at > 5:
        if _big(walk, 4) != <uint64_t> (walk.end - walk.at):
            walk.at -= 4


cdef bint _compact_struct(Walk *walk) noexcept nogil:
    cdef int head
    cdef uint64_t number = 0
    if not _enter(walk):
        return False
    while not walk.over:
        head = _byte(walk)
        if head == 0:
            break
        if head >> 4:
            number += head >> 4
        else:
            number = _varint(walk)
            if number & 1:
                return _fails(walk)
            number >>= 1
        if not 0 < number <= LARGEST_FIELD:
            return _fails(walk)
        _compact(walk, head & 15, True)
    walk.depth -= 1
    return not walk.over


cdef bint _compact(Walk *walk, int kind, bint alone) noexcept nogil:
    """One value of Thrift's compact protocol."""
    cdef uint64_t size
    cdef int kinds = 0
    if kind == 1 or kind == 2:
        return alone or _take(walk, 1)
    if kind == 3:
        return _take(walk, 1)
    if 4 <= kind <= 6:
        _varint(walk)
        return not walk.over
    if kind == 7:
        return _take(walk, 8)
    if kind == 8:
        size = _varint(walk)
        return _take(walk, size)
    if kind == 9 or kind == 10:
        kinds = _byte(walk)
        size = _varint(walk) if kinds >> 4 == 15 else kinds >> 4
        return not walk.over and _compact_many(walk, size, -1, kinds & 15)
    if kind == 11:
        size = _varint(walk)
        if size:
            kinds = _byte(walk)
        return not walk.over and _compact_many(walk, size, kinds >> 4, kinds & 15)
    return _compact_struct(walk) if kind == 12 else _fails(walk)


cdef bint _compact_many(Walk *walk, uint64_t size, int key, int kind) noexcept nogil:
    """Values of one kind, or keys and values."""
    if size > <uint64_t> (walk.end - walk.at) or not _enter(walk):
        return _fails(walk)
    while size and (key < 0 or _compact(walk, key, False)) and _compact(walk, kind, False):
        size -= 1
    walk.depth -= 1
    return not walk.over


cdef bint thrift_compact(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Walk walk = _begun(data, size)
    cdef uint64_t length
    _unframed(&walk)
    if walk.at < walk.end and walk.at[0] == 0x82:
        _take(&walk, 2)
        _varint(&walk)
        length = _varint(&walk)
        _name(&walk, length)
    return not walk.over and _compact_struct(&walk) and walk.at == walk.end


cdef bint _binary_struct(Walk *walk) noexcept nogil:
    cdef int kind
    if not _enter(walk):
        return False
    while not walk.over:
        kind = _byte(walk)
        if kind == 0:
            break
        if not 0 < _big(walk, 2) <= LARGEST_FIELD:
            return _fails(walk)
        _binary(walk, kind)
    walk.depth -= 1
    return not walk.over


cdef bint _binary(Walk *walk, int kind) noexcept nogil:
    """One value of Thrift's binary protocol."""
    cdef uint64_t size
    cdef int key = -1
    if kind == 2 or kind == 3:
        return _take(walk, 1)
    if kind == 6:
        return _take(walk, 2)
    if kind == 8:
        return _take(walk, 4)
    if kind == 4 or kind == 10:
        return _take(walk, 8)
    if kind == 11:
        size = _big(walk, 4)
        return _take(walk, size)
    if kind == 12:
        return _binary_struct(walk)
    if not 13 <= kind <= 15:
        return _fails(walk)
    if kind == 13:
        key = _byte(walk)
    kind = _byte(walk)
    size = _big(walk, 4)
    if walk.over or size > <uint64_t> (walk.end - walk.at) or not _enter(walk):
        return _fails(walk)
    while size and (key < 0 or _binary(walk, key)) and _binary(walk, kind):
        size -= 1
    walk.depth -= 1
    return not walk.over


cdef bint thrift_binary(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Walk walk = _begun(data, size)
    cdef uint64_t length
    _unframed(&walk)
    if walk.end - walk.at >= 2 and walk.at[0] == 0x80 and walk.at[1] == 0x01:
        _take(&walk, 4)
        length = _big(&walk, 4)
        _name(&walk, length)
        _take(&walk, 4)
    return not walk.over and _binary_struct(&walk) and walk.at == walk.end
