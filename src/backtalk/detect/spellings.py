"""Device identifiers in all the ways in which programs write them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache

from msgspec import Struct

from backtalk.detect.chance import MOST, per_gigabyte

MAC = re.compile(
    r"(?i)[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}"
    r"|(?=.*[a-f])(?=.*[0-9])[0-9a-f]{12}"
)
UUID = re.compile(r"(?i)\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?")
HEX_64 = re.compile(r"(?i)(?=.*[a-f])(?=.*[0-9])[0-9a-f]{16}")
IMEI = re.compile(r"[0-9]{2}-?[0-9]{6}-?[0-9]{6}(?:-?[0-9])?(?:-?[0-9])?")
ICCID = re.compile(r"89[0-9]{17,18}")
PHONE = re.compile(r"\+[0-9][0-9 ()/.-]{6,24}")
E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Spelling(Struct, frozen=True):
    """One way of writing an identifier. `word` says that letters and digits around it make it another value."""

    name: str
    literal: bytes
    word: bool = True


@lru_cache(maxsize=4096)
def spellings(value: str) -> tuple[Spelling, ...]:
    """All ways of writing a known device identifier, its own first; none for a value of no known shape.

    Those that chance gives too often are left out (raw bytes of fewer than 6, numbers of few digits).
    """
    for shape, write in SHAPES:
        if shape.fullmatch(value.strip()):
            own = Spelling("as given", value.encode("utf-8"))
            found = {own.literal.lower(): own}
            for one in write(value.strip()):
                if per_gigabyte(one.literal, apart=one.word) > MOST:
                    continue
                found.setdefault(one.literal.lower() if one.word else one.literal, one)
            return tuple(found.values())
    return ()


def _mac(value: str) -> Iterator[Spelling]:
    digits = re.sub(r"[:.-]", "", value).lower()
    pairs = [digits[at : at + 2] for at in range(0, 12, 2)]
    yield Spelling("MAC without separators", digits.encode())
    yield Spelling("MAC with colons", ":".join(pairs).encode())
    yield Spelling("MAC with hyphens", "-".join(pairs).encode())
    yield Spelling("MAC with dots", ".".join(digits[at : at + 4] for at in (0, 4, 8)).encode())
    yield Spelling("MAC with spaces", " ".join(pairs).encode())
    yield Spelling("MAC as 0x number", b"0x" + digits.encode())
    yield Spelling("MAC backwards, with colons", ":".join(reversed(pairs)).encode())
    yield Spelling("MAC backwards, without separators", "".join(reversed(pairs)).encode())
    short = ":".join(pair.lstrip("0") or "0" for pair in pairs)
    yield Spelling("MAC without leading zeros", short.encode())
    yield Spelling("MAC as a number", str(int(digits, 16)).encode())
    first = f"{int(pairs[0], 16) ^ 2:02x}"
    wide = [first, *pairs[1:3], "ff", "fe", *pairs[3:]]
    yield Spelling("EUI-64 of the MAC", "".join(wide).encode())
    yield Spelling("EUI-64 of the MAC, with colons", ":".join(wide).encode())
    groups = ["".join(wide[at : at + 2]).lstrip("0") or "0" for at in range(0, 8, 2)]
    yield Spelling("MAC in an IPv6 address", ":".join(groups).encode())
    yield Spelling("EUI-64 of the MAC, raw", bytes.fromhex("".join(wide)), word=False)


def _uuid(value: str) -> Iterator[Spelling]:
    one = uuid.UUID(value)
    yield Spelling("UUID with hyphens", str(one).encode())
    yield Spelling("UUID without hyphens", one.hex.encode())
    yield Spelling("UUID with underscores", str(one).replace("-", "_").encode())
    yield Spelling("UUID as a number", str(one.int).encode())
    yield Spelling("UUID, raw", one.bytes, word=False)
    yield Spelling("GUID, raw, first three groups turned", one.bytes_le, word=False)
    yield Spelling("GUID, first three groups turned", one.bytes_le.hex().encode())


def _hex_64(value: str) -> Iterator[Spelling]:
    """An `android_id` and its like."""
    number = int(value, 16)
    yield Spelling("64-bit identifier", value.lower().encode())
    yield Spelling("64-bit identifier without leading zeros", value.lower().lstrip("0").encode())
    yield Spelling("64-bit identifier as 0x number", b"0x" + value.lower().encode())
    yield Spelling("64-bit identifier as a number", str(number).encode())
    if number >> 63:
        yield Spelling("64-bit identifier as a signed number", str(number - (1 << 64)).encode())
    yield Spelling("64-bit identifier, raw", bytes.fromhex(value), word=False)  # turned, it is met as `reversed`


def _imei(value: str) -> Iterator[Spelling]:
    digits = value.replace("-", "")
    body = digits[:14]
    checked = body + luhn(body)
    yield Spelling("IMEI without check digit", body.encode())
    yield Spelling("IMEI with check digit", checked.encode())
    yield Spelling("IMEI with hyphens", f"{body[:2]}-{body[2:8]}-{body[8:]}-{checked[-1]}".encode())
    yield Spelling("IMEI with hyphens, without check digit", f"{body[:2]}-{body[2:8]}-{body[8:]}".encode())
    yield Spelling("IMEI with check digit 0", (body + "0").encode())
    yield Spelling("IMEI as a hexadecimal number", f"{int(checked):x}".encode())
    for number, name in ((checked, "IMEI"), (digits if len(digits) == 16 else body + "00", "IMEISV")):
        filled = number if len(number) == 16 else number + "f"
        yield Spelling(f"{name}, packed digits", bytes.fromhex(filled), word=False)
        yield Spelling(f"{name}, packed digits, turned", bytes.fromhex(_swapped(filled)), word=False)
    yield Spelling("IMEI, identity element of 3GPP TS 24.008", _mobile_identity(checked), word=False)


def _iccid(value: str) -> Iterator[Spelling]:
    body = value[:19] if len(value) == 20 else value if luhn(value[:-1]) != value[-1] else value[:-1]
    yield Spelling("ICCID without check digit", body.encode())
    yield Spelling("ICCID with check digit", (body + luhn(body)).encode())
    filled = (body + luhn(body)).ljust(20, "f")
    yield Spelling("ICCID, packed digits, turned", bytes.fromhex(_swapped(filled)), word=False)


def _phone(value: str) -> Iterator[Spelling]:
    digits = re.sub(r"[^0-9]", "", value)
    yield Spelling("phone number, digits with +", b"+" + digits.encode())
    yield Spelling("phone number, digits", digits.encode())
    yield Spelling("phone number, digits with 00", b"00" + digits.encode())


def _e_mail(value: str) -> Iterator[Spelling]:
    name, _, domain = value.rpartition("@")
    plain = name.partition("+")[0]
    yield Spelling("address without tag", f"{plain}@{domain}".encode())
    yield Spelling("address without tag and dots", f"{plain.replace('.', '')}@{domain}".encode())


def luhn(digits: str) -> str:
    """The check digit of these decimal digits (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def _swapped(digits: str) -> str:
    return "".join(digits[at + 1] + digits[at] for at in range(0, len(digits), 2))


def _mobile_identity(imei: str) -> bytes:
    """Fifteen digits with their type and an odd number of them in the first half byte."""
    return bytes.fromhex(_swapped("a" + imei))


SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], Iterator[Spelling]]], ...] = (
    (MAC, _mac),
    (UUID, _uuid),
    (HEX_64, _hex_64),
    (ICCID, _iccid),
    (IMEI, _imei),
    (PHONE, _phone),
    (E_MAIL, _e_mail),
)
"""What an identifier looks like, and how it is written; the first that fits counts."""
