"""The fields of a form or of a URL's query, with the place of every value."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from backtalk.decode.codecs import BY_ID
from backtalk.decode.codecs.form import Form
from backtalk.model.decoding import Span

FORM = re.compile(rb"[\w.~$*%\[\]+-]{1,128}=")
URL = re.compile(rb"(?:https?://[^\s/?#]+)?/?[^\s?#\"'<>=&]*\?", re.IGNORECASE)
PATH = re.compile(rb"(?:https?://[^\s/?#]+)?(/[^\s?#\"'<>]*)", re.IGNORECASE)
LONGEST_HEAD = 2048
"""Bytes in which a query has to begin."""


class Pair(Struct, frozen=True):
    """One field: its name, its value with escapes undone, and where that is written."""

    name: str
    value: str
    span: Span
    line: int = 0


@lru_cache(maxsize=1)
def _codec() -> Form:
    codec = BY_ID["form"]
    assert isinstance(codec, Form)
    return codec


def pairs(data: bytes) -> tuple[Pair, ...]:
    """All fields that have a value, of an urlencoded body (several, one a line) or of a URL; else none."""
    if not FORM.match(data) and not URL.match(data, 0, LONGEST_HEAD):
        return ()
    codec = _codec()
    found = []
    line = at = 0
    for leaf in codec.leaves(data):
        line += data.count(b"\n", at, leaf.span[0])
        at = leaf.span[0]
        value = codec.open(data[slice(*leaf.span)], leaf.params).decode("utf-8", "replace")
        found.append(Pair(str(leaf.params["field"]), value, leaf.span, line))
    return tuple(found)


def path(data: bytes) -> tuple[str, int]:
    """The path of a URL, and where it begins; empty for what is none."""
    match = PATH.match(data, 0, LONGEST_HEAD)
    return (match[1].decode("latin-1"), match.start(1)) if match else ("", 0)
