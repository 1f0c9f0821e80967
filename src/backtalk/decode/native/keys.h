/* What XOR with a repeating key leaves: bytes that equal or resemble those a key's length before. */

#include <stddef.h>
#include <stdint.h>

/* As many as a byte can count, in whole lanes of any width. */
enum { WHOLE = 192 };

/* How many of the first bytes equal those that follow at a distance. */
static ptrdiff_t equal_bytes(const uint8_t *data, ptrdiff_t distance, ptrdiff_t width)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t at = 0; at < width;) {
        ptrdiff_t stop = width - at < WHOLE ? width : at + WHOLE;
        uint8_t some = 0;
        for (; at < stop; at++) some += data[at] == data[at + distance];
        count += some;
    }
    return count;
}

/* Zero where seven bytes in a row differ from those at a distance in none of the refused bits; the last six say nothing. */
static void refused_mask(
    uint8_t *restrict mask, const uint8_t *restrict data, ptrdiff_t distance, uint8_t refused, ptrdiff_t width)
{
    for (ptrdiff_t at = 0; at < width; at++) mask[at] = (data[at] ^ data[at + distance]) & refused;
    for (ptrdiff_t at = 0; at < width - 1; at++) mask[at] |= mask[at + 1];
    for (ptrdiff_t at = 0; at < width - 3; at++) mask[at] |= mask[at + 2];
    for (ptrdiff_t at = 0; at < width - 6; at++) mask[at] |= mask[at + 3];
}
