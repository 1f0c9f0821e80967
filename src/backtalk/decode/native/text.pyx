# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What bytes are: text, readable stretches in binary data, fillings, and letters that look random.

Every loop is bounded by the size it is given; nothing is read past it.
"""

from libc.stdint cimport uint64_t
from libc.string cimport memcmp, memcpy, memset

from backtalk.decode.native.windows cimport EIGHT, Windows, begin, following, textual_mask

cdef enum:
    CONTROLS_PER_TEXT = 32
    SHORTEST_READ = 8
    SHORTEST_UNREAD = 16

cdef enum:
    IS_LOWER = 1
    IS_UPPER = 2
    IS_DIGIT = 4
    IS_HEX_LOWER = 8
    IS_HEX_UPPER = 16
    IS_VOWEL = 32

cdef unsigned char CLASS[256]
cdef unsigned char WHOLE[256]  # a bit for each kind of token that the letter may stand in
cdef unsigned char PAIR[26][26]

LOWER = bytes(range(97, 123))
HEXADECIMAL, MOMENT = b"0123456789abcdefABCDEF-", b"0123456789TZ_-"

COMMON_PAIRS = (
    b"ab ac ad ag ai al am an ap ar as at ba be bi bl bo ca ce ch ci ck cl co cr ct cu da dd de di do ds du ea ec "
    b"ed ee ef eg el em en ep eq er es et ev ex fa fe ff fi fo fr ge gi gr ha he hi ho ia ib ic id ie if ig il im "
    b"in io ip ir is it iv iz ke la ld le li ll lo ls lt lu ly ma me mi mo mp ms na nc nd ne nf ng ni no ns nt oc "
    b"od ol om on oo op or os ot ou ow pa pe pi pl po pp pr ps pt qu ra rc rd re ri rm rn ro rr rs rt sa sc se sh "
    b"si sl so sp ss st su ta tc te th ti tl to tr ts tt tu ty ub ue ul um un up ur us ut va ve vi wa wi xt yp "
    b"ze"
)
"""The 180 commonest pairs of letters in the words of Python's own library: 84 % of its pairs, 27 % of random ones."""


cdef void _fill():
    cdef int byte
    for byte in range(256):
        CLASS[byte] = WHOLE[byte] = 0
    for byte in range(ord("a"), ord("z") + 1):
        CLASS[byte] = IS_LOWER
        CLASS[byte - 32] = IS_UPPER
    for byte in range(ord("0"), ord("9") + 1):
        CLASS[byte] = IS_DIGIT | IS_HEX_LOWER | IS_HEX_UPPER
    for byte in range(ord("a"), ord("f") + 1):
        CLASS[byte] |= IS_HEX_LOWER
        CLASS[byte - 32] |= IS_HEX_UPPER
    for byte in b"aeiouyAEIOUY":
        CLASS[byte] |= IS_VOWEL
    for letters, bit in ((HEXADECIMAL, 1), (LOWER, 2), (LOWER.upper(), 4), (MOMENT, 8)):
        for byte in letters:
            WHOLE[byte] |= bit
    for pair in COMMON_PAIRS.split():
        PAIR[pair[0] - 97][pair[1] - 97] = 1


_fill()


cdef inline Py_ssize_t utf8(Bytes data, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """Bytes of the character at `at`, whose first byte is over 0x7f; 0: none; -1: the end comes within it."""
    cdef unsigned char first = data[at]
    cdef Py_ssize_t more, left = size - at
    cdef unsigned char low = 0x80, high = 0xBF
    if first < 0xC2 or first > 0xF4:
        return 0
    if first < 0xE0:
        more = 1
    elif first < 0xF0:
        more = 2
        low = 0xA0 if first == 0xE0 else 0x80
        high = 0x9F if first == 0xED else 0xBF
    else:
        more = 3
        low = 0x90 if first == 0xF0 else 0x80
        high = 0x8F if first == 0xF4 else 0xBF
    if left < 2:
        return -1
    if data[at + 1] < low or data[at + 1] > high:
        return 0
    if more == 1:
        return 2
    if left < 3:
        return -1
    if data[at + 2] & 0xC0 != 0x80:
        return 0
    if more == 2:
        return 3
    if left < 4:
        return -1
    return 4 if data[at + 3] & 0xC0 == 0x80 else 0


cdef int decodes(Bytes data, Py_ssize_t size) noexcept nogil:
    """1: UTF-8; 0: none; -1: UTF-8 but for a character that the end cuts."""
    cdef Py_ssize_t at = 0, width
    cdef uint64_t word
    while at < size:
        if at + 8 <= size:
            memcpy(&word, data + at, 8)
            if not word & 0x8080808080808080ULL:
                at += 8
                continue
        if data[at] < 0x80:
            at += 1
            continue
        width = utf8(data, at, size)
        if width <= 0:
            return <int> width
        at += width
    return 1


cdef Py_ssize_t controls(Bytes data, Py_ssize_t size) noexcept nogil:
    """How many control characters there are, save tab and the ends of lines."""
    cdef Py_ssize_t at = 0, stop, count = 0
    cdef unsigned char some, byte
    while at < size:
        stop = min(at + 255, size)
        some = 0
        while at < stop:
            byte = data[at]
            some += ((byte < 32) & (byte != 9) & (byte != 10) & (byte != 13)) | (byte == 127)
            at += 1
        count += some
    return count


cdef bint text(Bytes data, Py_ssize_t size) noexcept nogil:
    return decodes(data, size) != 0 and controls(data, size) * CONTROLS_PER_TEXT <= size


cdef bint printable(Bytes data, Py_ssize_t size) noexcept nogil:
    """UTF-8 without any control character."""
    return decodes(data, size) == 1 and controls(data, size) == 0


cdef bint certain(Bytes data, Py_ssize_t size) noexcept nogil:
    """Whether compressed data begins here that says so in at least 24 bits."""
    return (size >= 3 and memcmp(data, b"\x1f\x8b\x08", 3) == 0) or (
        size >= 4 and memcmp(data, b"\x28\xb5\x2f\xfd", 4) == 0
    )


cdef bint zlib(Bytes data, Py_ssize_t size) noexcept nogil:
    """Whether a zlib stream may begin here."""
    return size >= 2 and data[0] == 0x78 and (
        data[1] == 0x01 or data[1] == 0x5E or data[1] == 0x9C or data[1] == 0xDA
    )


cdef bint magic(Bytes data, Py_ssize_t size) noexcept nogil:
    return certain(data, size) or zlib(data, size)


cdef inline Py_ssize_t character(Bytes data, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """Bytes of the readable character there; 0: none. Which of the longer ones are assigned is not asked."""
    cdef unsigned char first = data[at]
    cdef Py_ssize_t width, place
    if first < 0x80:
        return 1 if (32 <= first < 127) or first == 9 or first == 10 or first == 13 else 0
    width = 2 if 0xC2 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 4 if 0xF0 <= first < 0xF5 else 0
    if not width or at + width > size:
        return 0
    for place in range(at + 1, at + width):
        if data[place] & 0xC0 != 0x80:
            return 0
    return width


cdef bint stretch(
    Windows *windows, Bytes data, Py_ssize_t *start, Py_ssize_t *end, Py_ssize_t size
) noexcept nogil:
    """Find the next stretch of eight readable characters and more after `end`; whether there is one."""
    cdef Py_ssize_t at = end[0], width, count
    while True:
        # What stands before this place is known not to go on as a stretch: no character is longer than the gap.
        start[0] = at = following(windows, data, at, size)
        if at >= size:
            return False
        count = 0
        while at < size:
            width = character(data, at, size)
            if not width:
                break
            count += 1
            at += width
        if count >= SHORTEST_READ:
            end[0] = at
            return True
        at += 1


cdef Py_ssize_t any_readable(Bytes data, Py_ssize_t size) noexcept nogil:
    """Bytes in readable stretches."""
    cdef Py_ssize_t start = 0, end = 0, total = 0
    cdef Windows windows
    begin(&windows, textual_mask, EIGHT)
    while stretch(&windows, data, &start, &end, size):
        total += end - start
    return total


cdef bint sense(Bytes data, Py_ssize_t size) noexcept nogil:
    if not size:
        return False
    if magic(data, size) or text(data, size):
        return True
    return size >= SHORTEST_UNREAD and any_readable(data, size) * 2 >= size


def is_text(bytes data not None):
    """Whether the bytes are UTF-8 text; a character cut at the end is forgiven, a few control characters too."""
    return text(data, len(data))


def makes_sense(bytes data not None):
    """Whether decoded bytes are what somebody packed: text, half of them text, or the beginning of compressed data."""
    return sense(data, len(data))


def readable(bytes data not None):
    """The stretches of at least eight characters of UTF-8 text."""
    cdef Py_ssize_t start = 0, end = 0, size = len(data)
    cdef Bytes raw = data
    cdef list found = []
    cdef Windows windows
    begin(&windows, textual_mask, EIGHT)
    while stretch(&windows, raw, &start, &end, size):
        found.append((start, end))
    return found


def stretch_around(bytes data not None, Py_ssize_t start, Py_ssize_t end, bytes delimiters not None):
    """The range, widened to the nearest of some bytes before it and after it; these excluded."""
    cdef Bytes raw = data
    cdef unsigned char ends[256]
    cdef unsigned char byte
    start, end = min(max(start, 0), len(data)), min(max(end, 0), len(data))
    memset(ends, 0, sizeof(ends))
    for byte in delimiters:
        ends[byte] = 1
    while start and not ends[raw[start - 1]]:
        start -= 1
    while end < len(data) and not ends[raw[end]]:
        end += 1
    return start, end


def constant(bytes data not None):
    """The stretches of at least 16 bytes that are one byte over and over."""
    cdef Py_ssize_t at = 0, end, size = len(data)
    cdef Bytes raw = data
    cdef list found = []
    at = SHORTEST_UNREAD - 1
    while at < size:  # a stretch of sixteen covers one place in sixteen, and the one before it
        if raw[at] != raw[at - 1]:
            at += SHORTEST_UNREAD - 1
            continue
        end = at
        while at and raw[at - 1] == raw[end]:
            at -= 1
        while end + 1 < size and raw[end + 1] == raw[at]:
            end += 1
        if end + 1 - at >= SHORTEST_UNREAD:
            found.append((at, end + 1))
        at = end + SHORTEST_UNREAD - 1
    return found


def various(bytes data not None, Py_ssize_t start, Py_ssize_t end):
    """Whether more than two bytes occur in a range."""
    cdef Py_ssize_t at
    cdef int kinds = 0
    cdef unsigned char one, other
    cdef Bytes raw = data
    if start < 0 or end > len(data) or start >= end:
        return False
    one = other = raw[start]
    for at in range(start, end):
        if raw[at] != one and raw[at] != other:
            if one != other:
                return True
            other = raw[at]
    return False


cdef bint _spoken(Bytes piece, Py_ssize_t size) noexcept nogil:
    """Whether letters can be a word: vowels among them, few consonants in a row, and pairs as languages have them."""
    cdef Py_ssize_t at, same = 1, silent = 0, vowels = 0, usual = 0
    cdef unsigned char left, right
    for at in range(size):
        if at and (piece[at] | 32) == (piece[at - 1] | 32):
            same += 1
        else:
            same = 1
        if CLASS[piece[at]] & IS_VOWEL:
            silent = 0
            vowels += 1
        else:
            silent += 1
        if same >= 4 or silent >= 5:
            return False
        if at:
            left = (piece[at - 1] | 32) - 97
            right = (piece[at] | 32) - 97
            usual += PAIR[left][right]
    if not vowels:
        return False
    return size >= 6 or usual * 10 >= 6 * (size - 1)


cdef bint _noisy_part(Bytes part, Py_ssize_t size) noexcept nogil:
    """Whether letters and digits look random."""
    cdef Py_ssize_t at, end, changes = 0, wordy = 0
    cdef unsigned char all_of = 0xFF, kind
    cdef bint tail_lower = True
    if size <= 3:
        return False
    for at in range(size):
        kind = CLASS[part[at]]
        all_of &= kind
        if at and not kind & IS_LOWER:
            tail_lower = False
        if at and (kind & IS_DIGIT != 0) != (CLASS[part[at - 1]] & IS_DIGIT != 0):
            changes += 1
    if all_of & (IS_HEX_LOWER | IS_HEX_UPPER | IS_LOWER | IS_UPPER):
        return False
    if tail_lower and CLASS[part[0]] & (IS_UPPER | IS_LOWER):
        return False
    if changes * 10 >= 3 * size:
        return True
    at = 0
    while at < size:
        end = at + 1
        kind = CLASS[part[at]]
        if kind & IS_DIGIT:
            while end < size and CLASS[part[end]] & IS_DIGIT:
                end += 1
            if end - at >= 5:
                wordy += end - at
        elif kind & IS_LOWER:
            while end < size and CLASS[part[end]] & IS_LOWER:
                end += 1
            if end - at >= 3 and _spoken(part + at, end - at):
                wordy += end - at
        else:
            while end < size and CLASS[part[end]] & IS_LOWER:
                end += 1
            if end - at < 3:
                end = at + 1
                while end < size and CLASS[part[end]] & IS_UPPER:
                    end += 1
                if end - at < 4:
                    end = at + 1
                    at = end
                    continue
            if _spoken(part + at, end - at):
                wordy += end - at
        at = end
    return wordy * 2 < size


cdef bint _plain(Bytes body, Py_ssize_t size) noexcept nogil:
    """Whether it is hexadecimal digits and hyphens, a word, a number or a time as a whole."""
    cdef Py_ssize_t at
    cdef unsigned char kinds = 0xFF
    for at in range(size):
        kinds &= WHOLE[body[at]]
        if not kinds:
            return False
    return True


cdef bint noisy(Bytes token, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t at = 0, end, noise = 0, letters = 0
    while size and token[size - 1] == 61:
        size -= 1
    if size < SHORTEST_UNREAD or _plain(token, size):
        return False
    while at < size:
        if not CLASS[token[at]]:
            at += 1
            continue
        end = at
        while end < size and CLASS[token[end]]:
            end += 1
        letters += end - at
        if _noisy_part(token + at, end - at):
            noise += end - at
            if noise >= SHORTEST_UNREAD:
                return True
        at = end
    return noise * 10 >= 3 * letters


def is_noise(bytes token not None):
    """Whether a run of base64 letters looks random rather than like words, numbers or hex digits.

    Judged part by part, as names and paths are written: `net/main-page/title-v2/18c7861f-0c9d`.
    """
    return noisy(token, len(token))
