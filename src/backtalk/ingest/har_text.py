"""Turns the text in a HAR back into the bytes that were on the wire.

HAR has no way to write a request's bytes, so each program found one of its own. What is
undone here is undone without loss and counted as a repair; U+FFFD is a loss and says so.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Sequence

from msgspec import Struct

from backtalk.model.decoding import Span, Step

CODEC, VERSION = "har-text", 1

LATIN = "bodies of bytes written as Latin-1 text"
ESCAPED = "bodies of bytes written as UTF-8 with surrogate escapes"
LONE = "texts with lone surrogates"
BASE64 = "payloads written in base64"
NOT_BASE64 = "payloads said to be base64 that are not, taken as text"

AS = {
    LATIN: "latin-1",
    ESCAPED: "surrogate-escapes",
    LONE: "lone-surrogates",
    BASE64: "base64",
    NOT_BASE64: "text-said-to-be-base64",
}
"""Each repair as a step's parameter."""

_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_FROM_URL_SAFE = str.maketrans("-_", "+/")


class Original(Struct, frozen=True):
    """The bytes, how they were turned back (empty: as written), and whether some are lost for good."""

    data: bytes
    repair: str = ""
    lost: bool = False


def from_text(text: str) -> Original:
    """The bytes that stand behind a text."""
    if text.isascii():
        return Original(text.encode("ascii"))
    lost = "\ufffd" in text
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        return _from_surrogates(text, lost)
    try:
        narrow = text.encode("latin-1")
    except UnicodeEncodeError:
        return Original(data, lost=lost)
    # Text proper has no control characters, and hardly ever reads as UTF-8 when written as Latin-1.
    if _NOT_TEXT.search(text) or _is_utf8(narrow):
        return Original(narrow, LATIN)
    return Original(data)


def from_base64(text: str) -> Original:
    """The bytes that stand behind base64 of either alphabet, padded or not."""
    bare = "".join(text.split()).rstrip("=").translate(_FROM_URL_SAFE)
    try:
        return Original(binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True), BASE64)
    except (binascii.Error, ValueError):
        as_text = from_text(text)
        return Original(as_text.data, NOT_BASE64, as_text.lost)


def step(original: Original, way: Sequence[str | int], span: Span) -> Step:
    """How these bytes come from the file: `span` is the entry's, `way` leads from the entry to the text."""
    params = {"at": "/".join(map(str, way)), "as": AS[original.repair]}
    return Step(codec=CODEC, version=VERSION, span=span, params=dict(params))


def undo(file: bytes, origin: Step) -> bytes:
    """The bytes again, from the raw bytes of the HAR and the step. ValueError if they do not give them."""
    if origin.codec != CODEC or origin.version != VERSION:
        raise ValueError("no step of this reader")
    found: object = json.loads(file[slice(*origin.span)].decode("utf-8", "surrogateescape"))
    for name in str(origin.params["at"]).split("/"):
        if isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, dict) and name in found:
            found = found[name]
        else:
            raise ValueError(f"the entry has no {origin.params['at']}")
    if not isinstance(found, str):
        raise ValueError(f"{origin.params['at']} is no text")  # noqa: TRY004 -- the file is at fault, not the caller
    coded = origin.params["as"] in {AS[BASE64], AS[NOT_BASE64]}
    original = from_base64(found) if coded else from_text(found)
    if AS.get(original.repair) != origin.params["as"]:
        raise ValueError(f"{origin.params['at']} does not stand for bytes as {origin.params['as']}")
    return original.data


def _from_surrogates(text: str, lost: bool) -> Original:
    try:
        return Original(text.encode("utf-8", "surrogateescape"), ESCAPED, lost)
    except UnicodeEncodeError:
        return Original(text.encode("utf-8", "surrogatepass"), LONE, lost)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
