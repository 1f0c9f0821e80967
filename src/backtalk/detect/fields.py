"""The name of the field in which something stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote_plus

from backtalk.model.capture import PartName
from backtalk.model.decoding import Span, Step

NAMING = ("field", "path", "name")
"""Step parameters that name a field, in order of preference."""

HEADERS = frozenset({"request.header", "response.header"})

REACH = 4096
"""Bytes before a place in which its JSON key is looked for."""

JSON_KEY = re.compile(rb'"((?:[^"\\]|\\.){1,100})"\s*:\s*"(?:[^"\\]|\\.)*\Z', re.DOTALL)
JSON_MEMBER = re.compile(r"(?:\.([^.\[\]]+)|\['(.*)'\])(?:\[\d+\])*\Z")
FORM = re.compile(rb"[\w.~$*%\[\]+-]{1,128}=")


def field(part: PartName, found: Span, steps: Sequence[Step], buffer: Callable[[tuple[Step, ...]], bytes]) -> str:
    """The query parameter, form or JSON field, or header that holds the place; empty where none does.

    In a header it is the header's name. Else the innermost name counts, told by the bytes
    around the place or by the step that led there; but not those of the query of a URL
    that is itself a value. A JSON field is named by its last member.
    """
    if part in HEADERS:
        return _of_header(buffer(()), steps[0].span[0] if steps else found[0])
    for depth in range(len(steps), -1, -1):
        data = buffer(tuple(steps[:depth]))
        position = steps[depth].span[0] if depth < len(steps) else found[0]
        if depth == 0 and steps and steps[0].span == (0, len(data)):
            return ""
        name = _of_structure(data, position) if depth or part not in NAMES else NAMES[part](data, position)
        if not name and depth and not (depth > 1 and _in_url(buffer(tuple(steps[: depth - 1])), steps[depth - 1])):
            name = _of_step(steps[depth - 1])
        if name:
            return name
    return ""


def query_values(url: bytes) -> list[tuple[str, Span]]:
    """Each query parameter's name and the span of its value, as sent, in the URL."""
    start = url.find(b"?") + 1
    end = url.find(b"#", start) if b"#" in url[start:] else len(url)
    if not start:
        return []
    values = []
    for piece in url[start:end].split(b"&"):
        name, equals, value = piece.partition(b"=")
        if equals:
            at = start + len(name) + 1
            values.append((unquote_plus(name.decode("latin-1")), (at, at + len(value))))
        start += len(piece) + 1
    return values


def _of_url(url: bytes, position: int) -> str:
    scheme = url.find(b"://")
    host_ends = min((place for mark in b"/?#" if (place := url.find(mark, scheme + 3)) >= 0), default=len(url))
    if position < host_ends:
        return "host"
    query, fragment = url.find(b"?"), url.find(b"#")
    if 0 <= fragment < position:
        return "fragment"
    if not 0 <= query < position:
        return "path"
    start = max(url.rfind(b"&", query, position), query) + 1
    ends = [place for mark in b"=&#" if (place := url.find(mark, start)) >= 0]
    return unquote_plus(url[start : min(ends, default=len(url))].decode("latin-1"))


def _of_header(block: bytes, position: int) -> str:
    start = block.rfind(b"\n", 0, position) + 1
    name, colon, _ = block[start:].partition(b":")
    return name.decode("latin-1").strip() if colon and start + len(name) < position else ""


def _in_url(data: bytes, step: Step) -> bool:
    return step.codec == "form" and b"://" in data[: step.span[0]]


def _of_dns(name: bytes, position: int) -> str:
    del name, position
    return "host"


def _of_structure(data: bytes, position: int) -> str:
    key = JSON_KEY.search(data, max(0, position - REACH), position)
    if key:
        return key[1].decode("utf-8", "replace")
    if FORM.match(data):
        start = data.rfind(b"&", 0, position) + 1
        name, equals, _ = data[start:].partition(b"=")
        return unquote_plus(name.decode("latin-1")) if equals and start + len(name) < position else ""
    return ""


def _of_step(step: Step) -> str:
    names = [value for key in NAMING if isinstance(value := step.params.get(key), str) and value]
    if not names or not names[0].startswith("$"):
        return names[0] if names else ""
    member = JSON_MEMBER.search(names[0])
    return str(member[1] or member[2]) if member else ""


NAMES: dict[str, Callable[[bytes, int], str]] = {
    "request.url": _of_url,
    "dns.name": _of_dns,
    "tls.sni": _of_dns,
}
"""How the place in an undecoded part of each kind is named."""
