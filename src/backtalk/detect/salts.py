"""Salts: keys that a person brought, and what stands beside a digest in the same exchange."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from backtalk.detect import hashes
from backtalk.detect.forms import Form
from backtalk.detect.made import SPELLED, Index, Made, run
from backtalk.detect.values import sent
from backtalk.model.capture import Exchange
from backtalk.model.decoding import Span
from backtalk.model.keyring import Keyring

SEPARATORS = ("", ":", "|", "-", "_", ".", "&")
"""What stands between a salt and what is salted."""

NEIGHBOURS = 24
"""Values of the same exchange that are tried as salts of one part's digests: the nearest ones."""

WORD = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_.:+/=-]{2,62}[A-Za-z0-9=]")
REACH = 2048
"""Bytes around a digest in which values are taken for its salt."""

INNER = ("md5", "sha1", "sha256")
"""Digests that are salted and hashed once more, in hex."""


class Salt(Struct, frozen=True):
    """One salt: what findings call it, and its bytes."""

    name: str
    data: bytes


def of_keyring(keyring: Keyring) -> Iterator[Salt]:
    """Each key as bytes and as it is written."""
    for key in keyring.keys:
        yield Salt(f"key {key.name}", key.data)
        for name, spell in SPELLED.items():
            yield Salt(f"{name}(key {key.name})", spell(key.data))


def salted_index(forms: Sequence[Form], keyring: Keyring) -> Index:
    """All digests of the forms, and of their digests in hex, with the keyring's keys as salts."""
    inner = [
        Form(f"hex({name}({form.name}))", hashes.ALL[name](form.data).hex().encode(), form.canaries)
        for form in forms
        for name in INNER
    ]
    makings = [
        made
        for form in (*forms, *inner)
        for salt in dict.fromkeys(of_keyring(keyring))
        for name in hashes.SALTED
        for made in _salted(form, salt, name)
    ]
    return Index(((code, made.digest()) for code, made in enumerate(makings)), makings.__getitem__)


def near(buffer: bytes, span: Span) -> tuple[Salt, ...]:
    """Values that stand around a digest in its buffer, the nearest first, each once."""
    low, high = max(0, span[0] - REACH), span[1] + REACH
    words = [match for match in WORD.finditer(buffer, low, high) if match.end() <= span[0] or match.start() >= span[1]]
    words.sort(key=lambda word: (min(abs(word.start() - span[1]), abs(span[0] - word.end())), word.start()))
    return tuple(
        Salt(f"value {word.decode()!r}", word) for word in islice(dict.fromkeys(word[0] for word in words), NEIGHBOURS)
    )


def neighbours(nearest: Sequence[Salt], exchange: Exchange) -> list[Salt]:
    """Those that stand near, and then the values that the exchange sends in its URL, headers and body, each once."""
    found = {salt.data: salt for salt in nearest}
    for _, _, field, value in sent(exchange):
        if len(found) >= NEIGHBOURS:
            break
        found.setdefault(value.encode(), Salt(f"field {field!r}", value.encode()))
    return list(found.values())


class Salted:
    """Digests of a few forms with salts that are not known beforehand; each salt's are worked out once."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._forms = forms
        self._of = lru_cache(maxsize=2048)(self._worked_out)

    def made(self, data: bytes, salts: Sequence[Salt]) -> Iterator[Made]:
        """The makings that give exactly these bytes."""
        for name in hashes.SALTED:
            if len(data) == SIZES[name]:
                for salt in salts:
                    yield from (made for made in self._of(salt, name).get(data[:8], ()) if made.digest() == data)

    def _worked_out(self, salt: Salt, name: str) -> dict[bytes, list[Made]]:
        found: dict[bytes, list[Made]] = {}
        for form in self._forms:
            for made in _salted(form, salt, name):
                found.setdefault(run((name,), made.preimage, made.key)[:8], []).append(made)
        return found


def _salted(form: Form, salt: Salt, name: str) -> Iterator[Made]:
    def made(told: str, preimage: bytes, key: bytes = b"") -> Made:
        return Made(canaries=form.canaries, chain=(name,), form=form.name, preimage=preimage, salt=told, key=key)

    for mark in SEPARATORS:
        between = f" + {mark!r} + " if mark else " + "
        yield made(f"{salt.name}{between}{{}}", salt.data + mark.encode() + form.data)
        yield made(f"{{}}{between}{salt.name}", form.data + mark.encode() + salt.data)
    if name in HMACS:
        yield made(salt.name, form.data, salt.data)


SIZES = {name: len(hashes.ALL[name](b"")) for name in hashes.SALTED}
HMACS = frozenset(hashes.SALTED) & frozenset(hashes.PROMISED)
