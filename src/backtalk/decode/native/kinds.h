/* Of which kinds the letters of a run are, and whether some may be text in base64: without a branch on any letter. */

#pragma once

#include "windows.h"

enum { KIND_LOWER = 2, KIND_UPPER = 4, KIND_DIGIT = 8, KIND_NO_HEX = 16, KIND_SIGN = 32 };
enum { KIND_ALNUM = KIND_LOWER | KIND_UPPER | KIND_DIGIT };

/* Sixteen bytes of which so many count; `room` are there at least. */
static inline Lanes loaded(const uint8_t *data, ptrdiff_t count, ptrdiff_t room)
{
    Lanes byte = {0};
    if (room >= LANES) {
        memcpy(&byte, data, LANES);
    } else {
        memcpy(&byte, data, (size_t)count);
    }
    return byte;
}

/* The kinds of so many letters of base64, one at least, where `room` bytes are. */
static inline unsigned char kinds_of(const uint8_t *data, ptrdiff_t size, ptrdiff_t room)
{
    Lanes lower = {0}, upper = {0}, digit = {0}, beyond = {0}, sign = {0};
    uint64_t counts = size < LANES ? ((uint64_t)1 << size) - 1 : ~(uint64_t)0;
    for (ptrdiff_t at = 0; at < size; at += LANES) {
        /* Of the last letters, those before them are looked at once more. */
        ptrdiff_t from = at + LANES > size && size >= LANES ? size - LANES : at;
        Lanes byte = loaded(data + from, size, room);
        Lanes small = IN(byte, 'a', 'z'), large = IN(byte, 'A', 'Z'), number = IN(byte, '0', '9');
        lower |= small;
        upper |= large;
        digit |= number;
        beyond |= (small | large) & IN(byte | (uint8_t)32, 'g', 'z');
        sign |= ~(small | large | number);
    }
    return (bits_of(lower) & counts ? KIND_LOWER : 0) | (bits_of(upper) & counts ? KIND_UPPER : 0)
           | (bits_of(digit) & counts ? KIND_DIGIT : 0) | (bits_of(beyond) & counts ? KIND_NO_HEX : 0)
           | (bits_of(sign) & counts ? KIND_SIGN : 0);
}

/* Whether some eight letters of base64 are six bytes of ASCII text: of three bytes, the first letter stands for 8 to 31,
   the second for 2 to 7 and a multiple of 16, the third for a multiple of 4 or one more; the fourth may be any. */
static inline int ascii_inside(const uint8_t *data, ptrdiff_t size, ptrdiff_t room)
{
    for (ptrdiff_t start = 0; start + 8 <= size; start += WORD_BITS - 7) {
        ptrdiff_t left = size - start < WORD_BITS ? size - start : WORD_BITS;
        uint64_t first = 0, eights = 0, fours = 0, twos = 0, letters = 0;
        for (ptrdiff_t at = 0; at < left; at += LANES) {
            Lanes byte = loaded(data + start + at, left - at, room - start - at);
            Lanes small = IN(byte, 'a', 'z'), large = IN(byte, 'A', 'Z'), number = IN(byte, '0', '9');
            Lanes value = byte + ((small & (uint8_t)-71) | (large & (uint8_t)-65) | (number & (uint8_t)4));
            first |= bits_of(IN(value, 8, 31) & (small | large)) << at;
            letters |= bits_of(small | large | number) << at;
            twos |= bits_of(IS(value & (uint8_t)2, 2)) << at;
            fours |= bits_of(IS(value & (uint8_t)4, 4)) << at;
            eights |= bits_of(IS(value & (uint8_t)8, 8)) << at;
        }
        uint64_t second = letters & ~eights & (twos | fours), third = letters & ~twos;
        uint64_t found = first & second >> 1 & third >> 2 & first >> 4 & second >> 5 & third >> 6;
        if (found << (WORD_BITS + 7 - left)) return 1;
    }
    return 0;
}
