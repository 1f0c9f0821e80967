# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What runs of letters stand for, and which of them give sense: the same bytes that Python's codecs give, or less work.

The codecs decide what is a layer. What is told here is only what cannot be one, and for
base64 and hexadecimal digits which letters of a run are worth opening.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport int8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc

cdef extern from "math.h" nogil:
    double frexp(double, int *)
    double ldexp(double, int)

from backtalk.decode.native.codes cimport followed, shown
from backtalk.decode.native.text cimport certain, decodes, printable, sense, text, zlib

cdef enum:
    SHORTEST = 8
    BINARY = 16
    SHIFTED = 24
    LONG_PIECE = 64
    RECURRING = 256
    BINARY_HEX = 20
    LONGEST_NUMBER = 512
    MOST_LIMBS = 104
    KNOWN_DIGITS = 10
    MOST_GROUPS = 16
    LZ_KNOWN = 48
    GROUPS = 2
    GROUP85 = 52200625  # 85 to the fourth
    GZIP85 = 10
    ZSTD85 = 13
    MOST_ORDERS = 128
    ORDER_GROUPS = 6

cdef double EDGE = 1e-14
"""By how much the first bytes of a number are known too little, rounding included; ten digits know it to 1e-15."""
cdef double POWERS[2][512]
cdef int EXPONENTS[2][512]
"""Powers of 58 and of 62: a number between a half and one, times a power of two."""

cdef int8_t SIXTY_FOUR[256]
cdef int8_t SIXTEEN[256]
cdef int8_t THIRTY_TWO[3][256]
cdef int8_t NUMBERS[2][3][256]
cdef int8_t EIGHTY_FIVE[3][256]


cdef void _digits(int8_t *table, bytes alphabet):
    cdef int place
    cdef Bytes letters = alphabet
    for place in range(256):
        table[place] = -1
    for place in range(<int> len(alphabet)):
        table[letters[place]] = <int8_t> place


cdef bytes LOWER = b"abcdefghijklmnopqrstuvwxyz"
cdef bytes UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
cdef bytes DIGITS = b"0123456789"


cdef bytes SIGNS = b"+/"
cdef bytes USUAL = UPPER + LOWER + DIGITS + SIGNS

ORDERS = {
    "lower-first": LOWER + UPPER + DIGITS + SIGNS,
    "digits-first": DIGITS + UPPER + LOWER + SIGNS,
    "digits-lower-first": DIGITS + LOWER + UPPER + SIGNS,
    "upper-digits": UPPER + DIGITS + LOWER + SIGNS,
    "lower-digits": LOWER + DIGITS + UPPER + SIGNS,
    "signs-first": SIGNS + UPPER + LOWER + DIGITS,
    "crypt": b"./" + DIGITS + UPPER + LOWER,
    "bcrypt": b"./" + UPPER + LOWER + DIGITS,
    "dotted": UPPER + LOWER + DIGITS + b"._",
    "xxencode": b"+-" + DIGITS + UPPER + LOWER,
    "backwards": USUAL[::-1],
    **{f"turned-{turn}": USUAL[turn:] + USUAL[:turn] for turn in range(1, 64)},
}
"""Alphabets of base64 other than the usual one. Where one has a plus and a slash, hyphen and underscore mean the same."""
cdef int8_t ORDERED[MOST_ORDERS][256]
cdef int COUNT = len(ORDERS)
cdef uint64_t ADMITTED[4][256][2]
"""By the place of a letter among four: a bit for each of the orders in which it may be part of ASCII text."""
cdef unsigned char LEADS[256]
"""A bit for each alphabet of 85 in which a letter may begin a group that is ASCII text."""


cdef inline bint _plain(int byte) noexcept nogil:
    """Whether it is printable ASCII, a tab or the end of a line."""
    return byte < 127 and shown(byte)


cdef void _admit(int number, int8_t *table):
    """Note the letters that one order has at each place of text."""
    cdef int letter, digit, other
    cdef bint fits[4]
    for letter in range(256):
        digit = table[letter]
        if digit < 0:
            continue
        fits[0] = fits[1] = fits[2] = fits[3] = False
        for other in range(64):
            fits[0] |= _plain(digit << 2 | other >> 4)
            fits[1] |= _plain((digit & 15) << 4 | other >> 2)
            fits[2] |= _plain((digit & 3) << 6 | other)
            fits[3] |= _plain((other & 3) << 6 | digit)
        for other in range(4):
            if fits[other]:
                ADMITTED[other][letter][number // 64] |= (<uint64_t> 1) << (number % 64)


cdef void _lead(int number, int8_t *table):
    """Note the letters with which a group of five of one alphabet begins in text."""
    cdef int letter, byte
    cdef uint64_t first, low, high
    for letter in range(256):
        for byte in range(127):
            first = (<uint64_t> byte) << 24
            low, high = first // GROUP85, (first + 0xFFFFFF) // GROUP85
            if table[letter] >= 0 and _plain(byte) and low <= <uint64_t> table[letter] <= high:
                LEADS[letter] |= 1 << number


cdef void _fill():
    cdef int number, place
    cdef object power
    for number in range(2):
        power = 1
        for place in range(LONGEST_NUMBER):
            EXPONENTS[number][place] = power.bit_length()
            POWERS[number][place] = float(power << 64 >> power.bit_length()) / 2.0**64
            power = power * (62 if number else 58)
    for number, order in enumerate(ORDERS.values()):
        _digits(ORDERED[number], order)
        if b"+" in order and b"/" in order:
            ORDERED[number][45], ORDERED[number][95] = ORDERED[number][43], ORDERED[number][47]
        _admit(number, ORDERED[number])
    _digits(SIXTY_FOUR, UPPER + LOWER + DIGITS + b"+/")
    SIXTY_FOUR[45], SIXTY_FOUR[95] = 62, 63
    _digits(SIXTEEN, DIGITS + b"abcdef")
    for place in range(6):
        SIXTEEN[65 + place] = <int8_t> (10 + place)
    _digits(THIRTY_TWO[0], LOWER + b"234567")
    _digits(THIRTY_TWO[1], DIGITS + LOWER[:22])
    _digits(THIRTY_TWO[2], DIGITS + b"abcdefghjkmnpqrstvwxyz")
    for number in range(3):
        for place in range(65, 91):
            THIRTY_TWO[number][place] = THIRTY_TWO[number][place + 32]
    _digits(NUMBERS[0][0], b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    _digits(NUMBERS[0][1], b"123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ")
    _digits(NUMBERS[0][2], b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz")
    _digits(NUMBERS[1][0], DIGITS + UPPER + LOWER)
    _digits(NUMBERS[1][1], DIGITS + LOWER + UPPER)
    _digits(NUMBERS[1][2], UPPER + LOWER + DIGITS)
    _digits(EIGHTY_FIVE[0], bytes(range(0x21, 0x76)))
    _digits(EIGHTY_FIVE[1], DIGITS + UPPER + LOWER + b"!#$%&()*+-;<=>?@^_`{|}~")
    _digits(EIGHTY_FIVE[2], DIGITS + LOWER + UPPER + b".-:+=^!/*?&<>()[]{}@%$#")
    for number in range(3):
        _lead(number, EIGHTY_FIVE[number])


_fill()


cdef Py_ssize_t _from64(Bytes letters, Py_ssize_t size, unsigned char *out) noexcept nogil:
    """Decode letters of both alphabets; how many bytes they gave. A single letter at the end gives none."""
    cdef Py_ssize_t at = 0, count = 0
    cdef uint32_t four
    while at + 4 <= size:
        four = (
            (<uint32_t> SIXTY_FOUR[letters[at]]) << 18 | (<uint32_t> SIXTY_FOUR[letters[at + 1]]) << 12
            | (<uint32_t> SIXTY_FOUR[letters[at + 2]]) << 6 | (<uint32_t> SIXTY_FOUR[letters[at + 3]])
        )
        out[count] = four >> 16 & 0xFF
        out[count + 1] = four >> 8 & 0xFF
        out[count + 2] = four & 0xFF
        count += 3
        at += 4
    if size - at >= 2:
        four = (<uint32_t> SIXTY_FOUR[letters[at]]) << 18 | (<uint32_t> SIXTY_FOUR[letters[at + 1]]) << 12
        out[count] = four >> 16 & 0xFF
        count += 1
        if size - at == 3:
            four |= (<uint32_t> SIXTY_FOUR[letters[at + 2]]) << 6
            out[count] = four >> 8 & 0xFF
            count += 1
    return count


cdef inline Py_ssize_t _whole(Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """The end without a last letter that no base64 has."""
    return end - 1 if (end - start) % 4 == 1 else end


cdef bint _sensible(Bytes run, Py_ssize_t start, Py_ssize_t end, unsigned char *out) noexcept nogil:
    """Whether letters make sense; of many, the first ones tell."""
    cdef Py_ssize_t stop = _whole(start, min(end, start + RECURRING))
    return sense(out, _from64(run + start, stop - start, out))


cdef inline Py_ssize_t _until(Bytes run, Py_ssize_t at, Py_ssize_t size, int alphabet) noexcept nogil:
    """Where a letter stands that only the other alphabet has."""
    cdef unsigned char one = 43 if alphabet else 45, other = 47 if alphabet else 95
    while at < size and run[at] != one and run[at] != other:
        at += 1
    return at


cdef inline bint _is_piece(
    Bytes run, Py_ssize_t start, Py_ssize_t end, Py_ssize_t size, unsigned char *out
) noexcept nogil:
    """Whether letters between those are sensible base64 of their own."""
    return (
        end - start >= SHORTEST and end - start != size and (size <= RECURRING or end - start >= LONG_PIECE)
        and _sensible(run, start, end, out)
    )


cdef tuple _pieces(Bytes run, Py_ssize_t size, unsigned char *out):
    """Sensible base64 within a run, between the other alphabet's letters or after a prefix: the most of it."""
    cdef list best = [], found
    cdef Py_ssize_t most = 0, total, at, end, shift
    cdef int alphabet
    for alphabet in range(2):
        found, total, at = [], 0, 0
        while at < size:
            end = _until(run, at, size, alphabet)
            if _is_piece(run, at, end, size, out):
                found.append((at, _whole(at, end)))
                total += _whole(at, end) - at
            at = end + 1
        if total > most:
            best, most = found, total
    if size >= SHIFTED:
        for shift in range(1, 4):
            if size - shift > most and (size <= RECURRING or size - shift >= LONG_PIECE):
                if _sensible(run, shift, size, out) and _whole(shift, size) - shift > most:
                    best, most = [(shift, _whole(shift, size))], _whole(shift, size) - shift
    return tuple(best)


cdef bint _cased(Bytes run, Py_ssize_t size) noexcept nogil:
    """Whether letters of both cases, or of one case and no other letter, are there: no number, no word."""
    cdef bint lower = False, upper = False, other = False
    cdef Py_ssize_t at
    for at in range(size):
        if 97 <= run[at] <= 122:
            lower = True
        elif 65 <= run[at] <= 90:
            upper = True
        elif not 48 <= run[at] <= 57:
            other = True
        if lower and upper:
            return True
    return other and not lower and not upper


cdef bint worth_opening(Bytes run, Py_ssize_t size) noexcept nogil:
    """Whether any of base64's letters of a run can be worth opening; of many, the first ones tell."""
    cdef unsigned char out[RECURRING]
    cdef Py_ssize_t count, at, end, shift
    cdef int alphabet
    if size < SHORTEST:
        return False
    if size >= BINARY and _cased(run, size):
        return True
    count = _from64(run, _whole(0, min(size, RECURRING)), out)
    if certain(out, count) or decodes(out, count) != 0 or zlib(out, count):
        return True
    for alphabet in range(2):
        at = 0
        while at < size:
            end = _until(run, at, size, alphabet)
            if _is_piece(run, at, end, size, out):
                return True
            at = end + 1
    if size >= SHIFTED:
        for shift in range(1, 4):
            if _sensible(run, shift, size, out):
                return True
    return False


def base64_readings(bytes run not None):
    """Which letters of a run of base64's without padding are worth opening."""
    cdef Bytes raw = run
    cdef Py_ssize_t size = len(run), end = _whole(0, size), count
    cdef unsigned char few[RECURRING]
    cdef unsigned char *out = few
    cdef tuple found
    if size < SHORTEST:
        return ()
    if size > RECURRING:
        if certain(out, _from64(raw, 8, out)):
            return ((0, end),)
        out = <unsigned char *> malloc(size)
        if out == NULL:
            raise MemoryError
    try:
        count = _from64(raw, end, out)
        if certain(out, count) or text(out, count):
            return ((0, end),)
        found = _pieces(raw, size, out)
        return (*found, (0, end)) if zlib(out, count) or (size >= BINARY and _cased(raw, size)) else found
    finally:
        if out != few:
            free(out)


def from_base64(bytes letters not None):
    """The bytes that base64 letters without padding stand for; ValueError when they are none."""
    cdef Bytes raw = letters
    cdef Py_ssize_t at, size = len(letters), count = size // 4 * 3 + (size % 4 * 3) // 4
    cdef bint wrong = False
    cdef bytes out
    for at in range(size):
        wrong |= SIXTY_FOUR[raw[at]] < 0
    if wrong:
        raise ValueError("not base64")
    if size % 4 == 1:
        raise ValueError("no base64 has this length")
    out = PyBytes_FromStringAndSize(NULL, count)
    _from64(raw, size, <unsigned char *> PyBytes_AS_STRING(out))
    return out


cdef bint hexadecimal(Bytes digits, Py_ssize_t size):
    """Whether digits are worth opening: many, or such as give sense."""
    cdef unsigned char out[BINARY_HEX]
    cdef Py_ssize_t shift, at, count
    if size >= BINARY_HEX:
        return True
    for shift in range(1 + size % 2):
        count = 0
        at = shift
        while at + 2 <= size:
            out[count] = SIXTEEN[digits[at]] << 4 | SIXTEEN[digits[at + 1]]
            count += 1
            at += 2
        if sense(out, count):
            return True
    return False


cdef bint base32(Bytes letters, Py_ssize_t size) noexcept nogil:
    """Whether letters of one case may be text, or compressed data, in an alphabet of 32."""
    cdef unsigned char out[16]
    cdef Py_ssize_t at, count
    cdef uint32_t bits
    cdef int number, width
    cdef int8_t digit
    for number in range(3):
        bits, width, count, digit = 0, 0, 0, 0
        for at in range(size):
            digit = THIRTY_TWO[number][letters[at]]
            if digit < 0:
                break
            if count < 16:
                bits = bits << 5 | <uint32_t> digit
                width += 5
                if width >= 8:
                    width -= 8
                    out[count] = bits >> width & 0xFF
                    count += 1
        if digit >= 0 and (certain(out, count) or decodes(out, count) != 0 and _no_control(out, count)):
            return True
    return False


cdef bint _no_control(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(size):
        if not shown(data[at]):
            return False
    return True


cdef bint _begins_well(Bytes letters, Py_ssize_t size, int base, int8_t *table) noexcept nogil:
    """Whether the first three bytes of a number of that many digits may be text, or compressed data.

    They depend on the first ten digits alone, but where what follows could carry over into them.
    """
    cdef uint64_t value = 0, low, high
    cdef Py_ssize_t at, known = min(size, KNOWN_DIGITS)
    cdef double least, most
    cdef int least_bits, most_bits, power
    cdef unsigned char out[3]
    for at in range(known):
        if table[letters[at]] < 0:
            return False
        value = value * <uint64_t> base + <uint64_t> table[letters[at]]
    if table[letters[0]] == 0:
        return False  # a byte of zero, which neither text nor compressed data begins with
    if size <= known:
        return True
    least = <double> value * POWERS[base == 62][size - known] * (1 - EDGE)
    most = <double> (value + 1) * POWERS[base == 62][size - known] * (1 + EDGE)
    frexp(least, &least_bits)
    frexp(most, &most_bits)
    if least_bits != most_bits:
        return True
    power = 24 - (least_bits + EXPONENTS[base == 62][size - known] + 7) // 8 * 8
    low = <uint64_t> ldexp(least, EXPONENTS[base == 62][size - known] + power)
    high = <uint64_t> ldexp(most, EXPONENTS[base == 62][size - known] + power)
    if low != high:
        return True
    out[0], out[1], out[2] = low >> 16 & 0xFF, low >> 8 & 0xFF, low & 0xFF
    return certain(out, 3) or out[0] == 0x28 or (decodes(out, 3) != 0 and _no_control(out, 3))


cdef bint big(Bytes letters, Py_ssize_t size, int base) noexcept nogil:
    """Whether letters may be text, or compressed data, as digits of one large number of base 58 or 62."""
    cdef uint32_t limbs[MOST_LIMBS]
    cdef unsigned char out[LONGEST_NUMBER]
    cdef Py_ssize_t at, place, count, used
    cdef uint64_t carry
    cdef unsigned char byte
    cdef int number
    cdef int8_t digit
    cdef int8_t *table
    if size > LONGEST_NUMBER:
        return False
    for number in range(3):
        table = NUMBERS[1 if base == 62 else 0][number]
        if not _begins_well(letters, size, base, table):
            continue
        used, digit = 0, 0
        for at in range(size):
            digit = table[letters[at]]
            if digit < 0:
                break
            carry = <uint64_t> digit
            for place in range(used):
                carry += <uint64_t> limbs[place] * <uint64_t> base
                limbs[place] = <uint32_t> carry
                carry >>= 32
            if carry:
                limbs[used] = <uint32_t> carry
                used += 1
        if digit < 0:
            continue
        count = 0
        for place in range(used - 1, -1, -1):
            for at in range(4):
                byte = limbs[place] >> (24 - 8 * at) & 0xFF
                if count or byte:
                    out[count] = byte
                    count += 1
        if certain(out, count) or printable(out, count):
            return True
    return False


cdef bint base85(Bytes letters, Py_ssize_t size) noexcept nogil:
    """Whether groups of five letters, the first sixteen, are text, or compressed data, in an alphabet of 85."""
    cdef unsigned char out[64]
    cdef uint64_t value
    cdef int number, group, place, groups = <int> min(size // 5, MOST_GROUPS)
    cdef int8_t digit = 0
    cdef unsigned char leads
    if groups < GROUPS:
        return False
    # Whatever is no text begins as certain compressed data does.
    leads = LEADS[letters[0]] & LEADS[letters[5]]
    for number in range(3):
        digit = EIGHTY_FIVE[number][letters[0]]
        if not leads >> number & 1 and digit != GZIP85 and digit != ZSTD85:
            digit = -1
            continue
        for group in range(groups):
            value = 0
            for place in range(5):
                digit = EIGHTY_FIVE[number][letters[5 * group + place]]
                if digit < 0:
                    break
                value = value * 85 + <uint64_t> digit
            if digit < 0 or value >> 32:
                digit = -1
                break
            for place in range(4):
                out[4 * group + place] = value >> (24 - 8 * place) & 0xFF
            if group == GROUPS - 1 and not certain(out, 4 * GROUPS) and not _ascii(out, 4 * GROUPS):
                digit = -1
                break
        if digit >= 0 and (
            certain(out, 4 * groups) or (decodes(out, 4 * groups) != 0 and _no_control(out, 4 * groups))
        ):
            return True
    return False


cdef bint _ascii(Bytes data, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(size):
        if not _plain(data[at]):
            return False
    return True


cdef int _bits(Bytes letters, Py_ssize_t bits, Py_ssize_t at, int width) noexcept nogil:
    """A number of so many bits, its lowest first, in letters of six bits each; -1 past the end."""
    cdef int value = 0, place
    cdef Py_ssize_t bit
    if at + width > bits:
        return -1
    for place in range(width):
        bit = at + place
        value |= (SIXTY_FOUR[letters[bit // 6]] >> (5 - bit % 6) & 1) << place
    return value


cdef bint lzstring(Bytes letters, Py_ssize_t size) noexcept nogil:
    """Whether letters may be a text of lz-string whose first letter is ASCII: what its first codes tell fits."""
    cdef Py_ssize_t bits = 6 * min(size, LZ_KNOWN), end
    cdef int first
    if SIXTY_FOUR[letters[0]] < 0 or SIXTY_FOUR[letters[0]] >= 16:
        return False
    first = _bits(letters, bits, 2, 8)
    if first > 126 or not shown(first):
        return False
    end = followed(_bits, letters, bits)
    return end < 0 or (end > 0 and (size > LZ_KNOWN or bits - end < 32))


cdef bint ordered(Bytes letters, Py_ssize_t size) noexcept nogil:
    """Whether the first six groups of letters are ASCII text in one of the other orders."""
    cdef uint64_t left[2]
    cdef Py_ssize_t at
    cdef int number, half
    if size < 4 * ORDER_GROUPS:
        return False
    left[0] = left[1] = ~(<uint64_t> 0)
    for at in range(4 * ORDER_GROUPS):
        left[0] &= ADMITTED[at % 4][letters[at]][0]
        left[1] &= ADMITTED[at % 4][letters[at]][1]
        if not (left[0] | left[1]):
            return False
    for number in range(COUNT):
        half = number // 64
        if left[half] >> (number % 64) & 1 and _in_order(letters, ORDERED[number]):
            return True
    return False


cdef bint _in_order(Bytes letters, int8_t *table) noexcept nogil:
    """Whether the first six groups are ASCII text in one order, which has all their letters."""
    cdef int group, a, b, c, d
    for group in range(ORDER_GROUPS):
        a, b = table[letters[4 * group]], table[letters[4 * group + 1]]
        c, d = table[letters[4 * group + 2]], table[letters[4 * group + 3]]
        if not (_plain(a << 2 | b >> 4) and _plain((b & 15) << 4 | c >> 2) and _plain((c & 3) << 6 | d)):
            return False
    return True
