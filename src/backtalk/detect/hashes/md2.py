"""MD2 (RFC 1319), which no current library has and some old ones still send."""

from __future__ import annotations


def _pi_digits() -> bytes:
    """The substitution of RFC 1319: 0 to 255, shuffled (Fisher-Yates) by the digits of pi."""
    digits = _digits_of_pi(722)
    table = list(range(256))
    taken = 0

    def below(bound: int) -> int:
        nonlocal taken
        while True:
            width = 1 if bound <= 10 else 2 if bound <= 100 else 3
            value = int("".join(map(str, digits[taken : taken + width])))
            taken += width
            top = (1, 10, 100, 1000)[width] // bound * bound
            if value < top:
                return value % bound

    for last in range(2, 257):
        other = below(last)
        table[last - 1], table[other] = table[other], table[last - 1]
    return bytes(table)


def _digits_of_pi(count: int) -> list[int]:
    """The first decimal digits of pi, 3 included (Machin's formula in whole numbers)."""
    unit = int("1" + "0" * (count + 10))

    def arctan(inverse: int) -> int:
        term = unit // inverse
        total, number, sign = term, 3, -1
        while term:
            term //= inverse * inverse
            total += sign * (term // number)
            number, sign = number + 2, -sign
        return total

    return [int(digit) for digit in str(4 * (4 * arctan(5) - arctan(239)))[:count]]


PI = _pi_digits()


def md2(data: bytes) -> bytes:
    """The 16 bytes of MD2."""
    padding = 16 - len(data) % 16
    message = data + bytes([padding]) * padding
    checksum = bytearray(16)
    last = 0
    for at in range(0, len(message), 16):
        for place in range(16):
            checksum[place] ^= PI[message[at + place] ^ last]
            last = checksum[place]
    state = bytearray(48)
    message += bytes(checksum)
    for at in range(0, len(message), 16):
        block = message[at : at + 16]
        state[16:32] = block
        state[32:48] = bytes(one ^ other for one, other in zip(block, state[:16], strict=True))
        value = 0
        for turn in range(18):
            for place in range(48):
                value = state[place] = state[place] ^ PI[value]
            value = (value + turn) & 0xFF
    return bytes(state[:16])
