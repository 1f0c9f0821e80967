"""Keys and salts that a person brought: what a maker's program holds, read out of it by whoever examined it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import tomllib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from backtalk.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers

LINE = re.compile(r"\s*([\w.-]+)\s*=\s*(\S.*?)\s*")
HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
PEM = "-----BEGIN "
FORMAT = "Write `name = VALUE` a line, VALUE being hex, base64, or text after `text:`; or TOML of the same."
TABLE = frozenset(("key", "iv", "iv_field", "tag_field"))


class Key(Struct, frozen=True, kw_only=True):
    """One key with the name that findings call it by. A PEM block stays as it is written.

    `iv` is a vector or nonce that always goes with it; `iv_field` and `tag_field` name the
    fields beside a value that hold its vector and its tag.
    """

    name: str
    data: bytes
    iv: bytes = b""
    iv_field: str = ""
    tag_field: str = ""

    @property
    def fingerprint(self) -> str:
        """What tells the key from others and does not give it away: 16 digits of its SHA-256."""
        return hashlib.sha256(self.data).hexdigest()[:16]


class Keyring(Struct, frozen=True, kw_only=True):
    """The keys of one case, in the order in which they were given."""

    keys: tuple[Key, ...] = ()


def joined(rings: Iterable[Keyring]) -> Keyring:
    """All keys together. UsageError for one name of two keys, which it tells by their fingerprints."""
    keys: dict[str, Key] = {}
    for ring in rings:
        for key in ring.keys:
            if (other := keys.setdefault(key.name, key)) != key:
                raise UsageError(
                    f"the keys {other.fingerprint} and {key.fingerprint} have one name.",
                    remedy="Give each key a name of its own.",
                )
    return Keyring(keys=tuple(keys.values()))


def parse(text: str, name: str = "key", file: str = "the file of keys") -> Keyring:
    """The keys that a file lists: TOML of strings, or `name = value` a line, `#` before remarks; or one PEM block.

    A value says how it is written (`hex:`, `base64:`, `text:`); without that, what can be
    hex is hex, then base64, and a PEM block is itself. A TOML table holds `key`, and `iv`,
    `iv_field` or `tag_field` as in Key. `name` is for a PEM block that stands alone.
    UsageError for what is neither, for a name twice, and for an empty key: it names the
    file and the place, never what stands there, which may be a key wherever it stands.
    """
    named: Iterable[tuple[str, object]]
    if text.lstrip().startswith(PEM):
        named = [(name, text)]
    else:
        try:
            named = tomllib.loads(text).items()
        except tomllib.TOMLDecodeError:
            named = [_line(number, line, file) for number, line in enumerate(text.splitlines(), 1) if _said(line)]
    keys: dict[str, Key] = {}
    for number, (called, value) in enumerate(named, 1):
        which = f"key {number} of {file}"
        if called in keys:
            raise UsageError(f"{which} has the name of one before it.", remedy="Give each key a name of its own.")
        keys[called] = _key(called, value, which)
    return Keyring(keys=tuple(keys.values()))


def private(pem: bytes) -> RSAPrivateNumbers | None:
    """The numbers of an RSA private key in PEM without a passphrase; None for anything else."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if not pem.lstrip().startswith(PEM.encode()):
        return None
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key.private_numbers() if isinstance(key, RSAPrivateKey) else None


def _key(name: str, value: object, which: str) -> Key:
    said = value if isinstance(value, dict) else {"key": value}
    table = {word: one for word, one in said.items() if isinstance(one, str)}
    if not said.keys() <= TABLE or len(table) < len(said):
        raise UsageError(f"{which} says something else than {', '.join(sorted(TABLE))}.", remedy=FORMAT)
    data = _data(table.get("key", ""))
    if not data:
        raise UsageError(f"{which} is neither hex nor base64.", remedy=FORMAT)
    if data.lstrip().startswith(PEM.encode()) and private(data) is None:
        raise UsageError(
            f"{which} is no RSA private key without a passphrase.",
            remedy="Write it as PEM with `openssl pkey -in KEY -out PLAIN`.",
        )
    iv = _data(table["iv"]) if table.get("iv") else b""
    if iv is None:
        raise UsageError(f"the vector of {which} is neither hex nor base64.", remedy=FORMAT)
    return Key(name=name, data=data, iv=iv, iv_field=table.get("iv_field", ""), tag_field=table.get("tag_field", ""))


def _said(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _line(number: int, line: str, file: str) -> tuple[str, object]:
    match = LINE.fullmatch(line)
    if match is None:
        raise UsageError(f"line {number} of {file} is no key.", remedy=FORMAT)
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
