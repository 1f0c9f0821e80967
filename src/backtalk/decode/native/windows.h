/* Where some bytes of one kind stand in a row: a bit for each place of a block, without a branch on any byte. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t Lanes __attribute__((vector_size(16)));
enum { LANES = 16, WORD_BITS = 64 };

#ifdef __SSE2__
#include <emmintrin.h>
static inline uint64_t bits_of(Lanes lanes) { return (uint32_t)_mm_movemask_epi8((__m128i)lanes); }
#else
static inline uint64_t bits_of(Lanes lanes)
{
    uint64_t bits = 0;
    for (int lane = 0; lane < LANES; lane++) bits |= (uint64_t)(lanes[lane] & 1) << lane;
    return bits;
}
#endif

/* Each is 0xff where it holds, 0 elsewhere. */
#define IS(byte, value) ((Lanes)((byte) == (uint8_t)(value)))
#define IN(byte, low, high) ((Lanes)((Lanes)((byte) - (uint8_t)(low)) <= (uint8_t)((high) - (low))))

/* A bit for each of 64 bytes from what KIND says of one; past the end, of zeros. */
#define WORD(name, KIND)                                                                                             \
    static inline uint64_t name(const uint8_t *data, ptrdiff_t left)                                                 \
    {                                                                                                                \
        uint8_t rest[WORD_BITS] = {0};                                                                               \
        uint64_t word = 0;                                                                                           \
        if (left < WORD_BITS) data = memcpy(rest, data, left > 0 ? (size_t)left : 0);                                \
        for (int at = 0; at < WORD_BITS && at < left; at += LANES) {                                                         \
            Lanes byte;                                                                                              \
            memcpy(&byte, data + at, LANES);                                                                         \
            word |= bits_of(KIND) << at;                                                                             \
        }                                                                                                            \
        return word;                                                                                                 \
    }

#define MASK(name, word)                                                                                             \
    static inline void name(uint64_t *mask, const uint8_t *data, ptrdiff_t width)                                    \
    {                                                                                                                \
        for (ptrdiff_t at = 0; at < width; at += WORD_BITS) mask[at / WORD_BITS] = word(data + at, width - at);      \
    }

/* Base64's letters, in both its alphabets. */
WORD(letters_word,
     IN(byte | (uint8_t)32, 'a', 'z') | IN(byte, '0', '9') | IS(byte, '+') | IS(byte, '-') | IS(byte, '/')
         | IS(byte, '_'))
MASK(letters_mask, letters_word)

/* Printable ASCII, save space and the double quote. */
WORD(graphic_word, IN(byte, 33, 126) & ~IS(byte, '"'))
MASK(graphic_mask, graphic_word)

/* Printable ASCII, ends of lines and tabs; bytes that begin a longer character; bytes that go on with one. */
WORD(plain_word, IN(byte, 32, 126) | IN(byte, 9, 10) | IS(byte, 13))
WORD(lead_word, IN(byte, 0xC2, 0xF4))
WORD(more_word, IN(byte, 0x80, 0xBF))

/* What can be part of readable text by its neighbours; those before and after the block may be any. */
static inline void textual_mask(uint64_t *mask, const uint8_t *data, ptrdiff_t width)
{
    uint64_t before = 1, more = more_word(data, width);
    for (ptrdiff_t at = 0; at < width; at += WORD_BITS) {
        ptrdiff_t left = width - at;
        uint64_t lead = lead_word(data + at, left);
        uint64_t next = left > WORD_BITS ? more_word(data + at + WORD_BITS, left - WORD_BITS) : 0;
        uint64_t after = more >> 1 | (left > WORD_BITS ? next << 63 : (uint64_t)1 << (left - 1));
        mask[at / WORD_BITS] = plain_word(data + at, left) | (lead & after) | (more & ((lead | more) << 1 | before));
        before = (lead | more) >> 63;
        more = next;
    }
}

/* From one place each to so many places from each on; the last ones say nothing. */
static inline void fold_mask(uint64_t *mask, ptrdiff_t width, int row)
{
    ptrdiff_t words = (width + WORD_BITS - 1) / WORD_BITS;
    mask[words] = 0;
    for (int known = 1, step = 1; known < row; known += step) {
        step = known < row - known ? known : row - known;
        for (ptrdiff_t at = 0; at < words; at++) mask[at] &= mask[at] >> step | mask[at + 1] << (WORD_BITS - step);
    }
}

/* The first bit from `at` on, before `stop`; `stop` when there is none. */
static inline ptrdiff_t next_bit(const uint64_t *mask, ptrdiff_t at, ptrdiff_t stop)
{
    ptrdiff_t place = at / WORD_BITS;
    uint64_t word = at < stop ? mask[place] & ~(uint64_t)0 << at % WORD_BITS : 0;
    while (!word && ++place * WORD_BITS < stop) word = mask[place];
    at = word ? place * WORD_BITS + __builtin_ctzll(word) : stop;
    return at < stop ? at : stop;
}

/* The first place from `at` on without a bit, before `stop`; `stop` when there is none. */
static inline ptrdiff_t next_gap(const uint64_t *mask, ptrdiff_t at, ptrdiff_t stop)
{
    ptrdiff_t place = at / WORD_BITS;
    uint64_t word = at < stop ? ~mask[place] & ~(uint64_t)0 << at % WORD_BITS : 0;
    while (!word && ++place * WORD_BITS < stop) word = ~mask[place];
    at = word ? place * WORD_BITS + __builtin_ctzll(word) : stop;
    return at < stop ? at : stop;
}
