"""JSON with the place of every value: documents one after another, also when the end is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from backtalk.decode.codecs import BY_ID
from backtalk.decode.codecs.json import Json
from backtalk.model.decoding import Span

TOKEN = re.compile(rb'"((?:[^"\\]++|\\.)*+)(?:"|\Z)|[{}\[\]:,]|[^\s{}\[\]:,"]++', re.DOTALL)
SCALAR = re.compile(rb"-?\d[\d.eE+-]*|true|false|null")
INDEX = re.compile(r"\[\d+\]")
DEEPEST = 40
"""Levels of nesting; what lies deeper is no telemetry."""
MOST_TOKENS = 400_000
LONGEST_NAME = 100


@lru_cache(maxsize=1)
def _codec() -> Json:
    codec = BY_ID["json"]
    assert isinstance(codec, Json)
    return codec


def text_of(packed: bytes) -> str:
    """A string's text, its escapes undone."""
    return _codec().substitute(packed, {}).decode("utf-8", "replace")


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A path with the places in lists left open."""
    return INDEX.sub("[]", name)


class Item:
    """One value: a scalar (`text`), an object (`members`) or a list (`items`).

    `span` is a string's inside, and all of any other value.
    """

    __slots__ = ("items", "members", "quoted", "span", "text")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.text = ""
        self.quoted = False
        self.members: dict[str, Item] | None = None
        self.items: list[Item] | None = None

    def get(self, *path: str) -> Item | None:
        """The member at the end of the path; None where there is none."""
        here: Item | None = self
        for name in path:
            here = here.members.get(name) if here is not None and here.members is not None else None
        return here

    def has(self, *names: str) -> bool:
        """Whether it is an object with all these members."""
        return self.members is not None and all(name in self.members for name in names)

    def string(self, *path: str) -> str:
        """The string at the end of the path; empty where there is none."""
        found = self.get(*path)
        return found.text if found is not None and found.quoted else ""

    def objects(self) -> list[Item]:
        """The objects of a list; of an object, itself."""
        if self.members is not None:
            return [self]
        return [item for item in self.items or () if item.members is not None]

    def listed(self, name: str) -> list[Item]:
        """The objects in the list of this name."""
        found = self.get(name)
        return found.objects() if found is not None and found.items is not None else []

    def leaves(self, within: str, left_out: set[int]) -> Iterator[tuple[str, Item]]:
        """Every scalar with its path."""
        if id(self) in left_out:
            return
        if self.members is not None:
            for name, item in self.members.items():
                yield from item.leaves(f"{within}.{name}" if within else name, left_out)
        elif self.items is not None:
            for place, item in enumerate(self.items):
                yield from item.leaves(f"{within}[{place}]", left_out)
        else:
            yield within, self


def documents(data: bytes) -> tuple[Item, ...]:
    """The JSON documents that fill the bytes, white space between them; the last may be cut short. Else none."""
    reader = Reader(data)
    at = 0
    for count, token in enumerate(TOKEN.finditer(data)):
        if data[at : token.start()].strip() or count > MOST_TOKENS or not reader.take(token):
            return ()
        at = token.end()
    return tuple(reader.roots)


class Reader:
    """Documents being read, token by token; `take` says whether it is still JSON."""

    def __init__(self, data: bytes) -> None:
        self.roots: list[Item] = []
        self._size = len(data)
        self._stack: list[Item] = []
        self._key: str | None = None

    def take(self, token: re.Match[bytes]) -> bool:
        kind = token[0][:1]
        top = self._stack[-1] if self._stack else None
        if kind in b",:":
            return top is not None
        if kind in b"}]":
            return self._close(token, top)
        if top is not None and top.members is not None and self._key is None:
            self._key = text_of(token[1][: LONGEST_NAME * 6])[:LONGEST_NAME] if kind == b'"' else None
            return self._key is not None
        item = self._item(token)
        return item is not None and self._put(item, top)

    def _close(self, token: re.Match[bytes], top: Item | None) -> bool:
        if top is None or (token[0] == b"}") != (top.members is not None):
            return False
        top.span = (top.span[0], token.end())
        self._stack.pop()
        self._key = None
        return True

    def _item(self, token: re.Match[bytes]) -> Item | None:
        """The value that begins with this token; a container runs to the end until it is closed."""
        kind = token[0][:1]
        if kind in b"{[":
            item = Item((token.start(), self._size))
            item.members, item.items = ({}, None) if kind == b"{" else (None, [])
        elif kind == b'"':
            item = Item(token.span(1))
            item.text, item.quoted = text_of(token[1]), True
        elif SCALAR.fullmatch(token[0]) or token.end() == self._size:
            item = Item(token.span())
            item.text = token[0].decode("utf-8", "replace")
        else:
            return None
        return item

    def _put(self, item: Item, top: Item | None) -> bool:
        """Put a value where it belongs; only objects and lists are documents, and not too deep."""
        container = item.members is not None or item.items is not None
        if top is None:
            self.roots.append(item)
        elif top.members is not None and self._key is not None:
            top.members[self._key] = item
            self._key = None
        elif top.items is not None:
            top.items.append(item)
        if container:
            self._stack.append(item)
        return len(self._stack) <= DEEPEST and (container or top is not None)
