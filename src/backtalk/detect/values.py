"""The values that an exchange sends, with the field of each, and how much they can tell apart."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import unquote_plus

import msgspec

from backtalk.detect.fields import query_values
from backtalk.model.capture import Exchange, PartName

Kind = Literal["cookie", "header", "query", "form", "json"]
Sent = tuple[Kind, PartName, str, str]
"""Kind, part, field and value."""

TOKEN = re.compile(r"[A-Za-z0-9_.~+/=:{}-]{8,512}")
FORM = re.compile(rb"[\w.~$*%\[\]+-]{1,128}=")
SHARED_HEADERS = frozenset({"host", "cookie", "content-length", "date", "content-type", "referer", "origin"})
"""Headers that are told by other means, or say nothing of the sender."""

DEEPEST = 64


def sent(exchange: Exchange) -> Iterator[Sent]:
    """Every token that leaves in a cookie, a header, the query, a form or JSON. Packaged bodies are not undone."""
    url = exchange.part("request.url")
    for name, (start, end) in query_values(url):
        yield from _tokens("query", "request.url", name, unquote_plus(url[start:end].decode("latin-1")))
    for line in exchange.part("request.header").split(b"\r\n"):
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "cookie":
            for pair in value.split(";"):
                cookie, _, content = pair.strip().partition("=")
                yield from _tokens("cookie", "request.header", cookie, content)
        elif name.lower() not in SHARED_HEADERS:
            yield from _tokens("header", "request.header", name.lower(), value)
    yield from _of_body(exchange.part("request.body"))


def bits(value: str) -> float:
    """An estimate of the value's entropy in bits, from its alphabet and length: low rather than high.

    Letters alone count as language (2 bits a letter); what repeats a few characters counts
    as nothing; a number that may be a time counts as the milliseconds of a day.
    """
    letters = value.replace("-", "")
    if len(set(letters)) < 5:
        return 0.0
    if letters.isdigit():
        return (
            min(len(letters) * math.log2(10), math.log2(86_400_000))
            if len(letters) in {10, 13, 16}
            else len(letters) * math.log2(10)
        )
    if re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", letters):
        return len(letters) * 4.0
    if not any(letter.isdigit() for letter in letters):
        return len(letters) * 2.0
    return len(letters) * 5.0


def _of_body(body: bytes) -> Iterator[Sent]:
    if body[:1] in {b"{", b"["}:
        try:
            document: object = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return
        yield from _leaves(document, "", 0)
    elif FORM.match(body):
        for name, (start, end) in query_values(b"?" + body):
            yield from _tokens("form", "request.body", name, unquote_plus((b"?" + body)[start:end].decode("latin-1")))


def _leaves(value: object, name: str, depth: int) -> Iterator[Sent]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _leaves(member, str(key), depth + 1)
    elif isinstance(value, list):
        for member in value:
            yield from _leaves(member, name, depth + 1)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield from _tokens("json", "request.body", name, str(value))


def _tokens(kind: Kind, part: PartName, name: str, value: str) -> Iterator[Sent]:
    for word in re.split(r"[\s,;\"']+", value):
        if TOKEN.fullmatch(word):
            yield (kind, part, name, word)
