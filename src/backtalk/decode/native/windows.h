/* Where eight bytes of one kind stand in a row: masks of whole blocks, without a branch on any byte. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
#define WIDE __attribute__((noinline, unused, target_clones("avx2", "default")))
#else
#define WIDE __attribute__((unused))
#endif

typedef uint8_t Lanes __attribute__((vector_size(32)));
enum { LANES = 32 };

/* Each is 0xff where it holds, 0 elsewhere. */
#define IS(byte, value) ((Lanes)((byte) == (uint8_t)(value)))
#define IN(byte, low, high) ((Lanes)((Lanes)((byte) - (uint8_t)(low)) <= (uint8_t)((high) - (low))))

/* A mask of 0 and 1 from what KIND says of 32 bytes at once; the last ones are looked at in a copy. */
#define MASK(name, KIND)                                                                       \
    WIDE static void name(uint8_t *restrict mask, const uint8_t *restrict data, ptrdiff_t width) \
    {                                                                                          \
        uint8_t rest[LANES] = {0};                                                             \
        for (ptrdiff_t at = 0; at < width; at += LANES) {                                      \
            Lanes byte;                                                                        \
            if (width - at >= LANES) {                                                         \
                memcpy(&byte, data + at, LANES);                                               \
            } else {                                                                           \
                memcpy(rest, data + at, (size_t)(width - at));                                 \
                memcpy(&byte, rest, LANES);                                                    \
            }                                                                                  \
            byte = (KIND) & (uint8_t)1;                                                        \
            memcpy(mask + at, &byte, LANES);                                                   \
        }                                                                                      \
    }

/* Base64's letters, in both its alphabets. */
MASK(letters_mask,
     IN(byte | (uint8_t)32, 'a', 'z') | IN(byte, '0', '9') | IS(byte, '+') | IN(byte, '-', '-') | IS(byte, '/')
         | IS(byte, '_'))

/* Printable ASCII, save space and the double quote. */
MASK(graphic_mask, IN(byte, 33, 126) & ~IS(byte, '"'))

/* Printable ASCII, ends of lines, tabs, and bytes of longer characters. */
MASK(shown_mask, IN(byte, 32, 126) | IN(byte, 9, 10) | IS(byte, 13) | IN(byte, 0x80, 0xF4))

/* From one place each to eight places from each on; the last seven say nothing. */
WIDE static void fold_mask(uint8_t *mask, ptrdiff_t width)
{
    for (ptrdiff_t at = 0; at < width - 1; at++) mask[at] &= mask[at + 1];
    for (ptrdiff_t at = 0; at < width - 3; at++) mask[at] &= mask[at + 2];
    for (ptrdiff_t at = 0; at < width - 7; at++) mask[at] &= mask[at + 4];
}

/* Of what `shown_mask` tells, what can be a piece of a longer character by its neighbours. */
WIDE static void textual_mask(uint8_t *restrict mask, const uint8_t *restrict data, ptrdiff_t width)
{
    shown_mask(mask, data, width);
    for (ptrdiff_t at = 1; at < width - 1; at++) {
        uint8_t before = data[at - 1], byte = data[at], after = data[at + 1];
        uint8_t plain = byte < 0x80, leads = byte >= 0xC2, more = (after & 0xC0) == 0x80;
        uint8_t follows = byte < 0xC0, longer = (before & 0xC0) == 0x80, led = before >= 0xC2;
        mask[at] &= plain | (leads & more) | (follows & (longer | led));
    }
}
