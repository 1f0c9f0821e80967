"""Base58, as one large number."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.codecs.letters import Letters

LONGEST = 512
"""Letters; what is longer takes time that grows with the square of its length."""
BITCOIN = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
FLICKR = b"123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"


def pairs(alphabet: bytes) -> dict[bytes, int]:
    """The value of each pair of an alphabet's letters."""
    base = len(alphabet)
    return {
        bytes((high, low)): base * left + right
        for left, high in enumerate(alphabet)
        for right, low in enumerate(alphabet)
    }


def number(letters: bytes, values: dict[bytes, int], alphabet: bytes) -> int:
    """The number that digits of an alphabet stand for; ValueError when one is none of them."""
    base = len(alphabet)
    square, odd = base * base, len(letters) % 2
    value = alphabet.index(letters[:1]) if odd else 0
    try:
        for at in range(odd, len(letters), 2):
            value = value * square + values[letters[at : at + 2]]
    except KeyError as error:
        raise ValueError("not a letter of the alphabet") from error
    return value


class Base58(Letters):
    ID: ClassVar[str] = "base58"
    RUNS: ClassVar[str] = "base58"
    REFERENCES: ClassVar[tuple[str, ...]] = ("draft-msporny-base58-03",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "runs under 12 or over 512 letters, or with letters of one case only",
        "runs that hold neither text nor gzip or zstd data",
        "checksums (base58check) stay in what is decoded, which then must hold more text",
    )
    VARIANTS: ClassVar[tuple[str, ...]] = ("", "flickr", "ripple")
    ALPHABETS: ClassVar[dict[str, bytes]] = {"": BITCOIN, "flickr": FLICKR, "ripple": RIPPLE}
    PAIRS: ClassVar[dict[str, dict[bytes, int]]] = {name: pairs(letters) for name, letters in ALPHABETS.items()}

    def worth_trying(self, letters: bytes) -> bool:
        return len(letters) <= LONGEST and not (letters.isdigit() or letters.islower() or letters.isupper())

    def decoded(self, letters: bytes, variant: str) -> bytes:
        if len(letters) > LONGEST:
            raise ValueError("too long")
        alphabet = self.ALPHABETS[variant]
        value = number(letters, self.PAIRS[variant], alphabet)
        zeros = len(letters) - len(letters.lstrip(alphabet[:1]))
        return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")
