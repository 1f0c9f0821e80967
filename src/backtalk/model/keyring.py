"""Keys and salts that a person brought: what a maker's program holds, read out of it by whoever examined it."""

from __future__ import annotations

import base64
import binascii
import re
import tomllib

from msgspec import Struct

from backtalk.errors import UsageError

LINE = re.compile(r"\s*([\w.-]+)\s*=\s*(\S.*?)\s*")
HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
PEM = "-----BEGIN "
FORMAT = "Write `name = VALUE` a line, VALUE being hex, base64, or text after `text:`; or TOML of the same."


class Key(Struct, frozen=True, kw_only=True):
    """One key with the name that findings call it by. A PEM block stays as it is written."""

    name: str
    data: bytes


class Keyring(Struct, frozen=True, kw_only=True):
    """The keys of one case, in the order in which they were given."""

    keys: tuple[Key, ...] = ()


def parse(text: str) -> Keyring:
    """The keys that a file lists: TOML of strings, or `name = value` a line, `#` before remarks.

    A value says how it is written (`hex:`, `base64:`, `text:`); without that, what can be
    hex is hex, then base64, and a PEM block is itself. UsageError for what is neither, for a
    name twice, and for an empty key.
    """
    try:
        named = [(name, value) for name, value in tomllib.loads(text).items()]
    except tomllib.TOMLDecodeError:
        named = [_line(number, line) for number, line in enumerate(text.splitlines(), 1) if _said(line)]
    keys: dict[str, Key] = {}
    for name, value in named:
        if not isinstance(value, str) or not (data := _data(value)):
            raise UsageError(f"key {name!r} is neither hex nor base64.", remedy=FORMAT)
        if name in keys:
            raise UsageError(f"the keys name {name!r} twice.", remedy="Give each key a name of its own.")
        keys[name] = Key(name=name, data=data)
    return Keyring(keys=tuple(keys.values()))


def _said(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _line(number: int, line: str) -> tuple[str, object]:
    match = LINE.fullmatch(line)
    if match is None:
        raise UsageError(f"line {number} of the keys is no key: {line.strip()[:40]!r}.", remedy=FORMAT)
    return match[1], match[2].strip("\"'")


def _data(value: str) -> bytes | None:
    """The key's bytes; None where the value is not what it says, or nothing that is known."""
    said, colon, rest = value.partition(":")
    if colon and said in {"hex", "base64", "text"}:
        return rest.encode() if said == "text" else _hex(rest) if said == "hex" else _base64(rest)
    if value.lstrip().startswith(PEM):
        return value.encode()
    return _hex(value) or _base64(value)


def _hex(value: str) -> bytes | None:
    digits = "".join(value.split())
    return bytes.fromhex(digits) if HEX.fullmatch(digits) else None


def _base64(value: str) -> bytes | None:
    letters = "".join(value.split()).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
