"""Google Analytics 4 on the web: a query, further events one a line of the body."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.decode.formats.query import Pair
from backtalk.model.message import Message

OWN = ("ep.", "epn.", "up.", "upn.")
"""How the names of an event's and a user's own parameters begin."""


class GoogleAnalytics4(Format):
    ID: ClassVar[str] = "ga4"
    TITLE: ClassVar[str] = "Google Analytics 4"
    SIGNS: ClassVar[str] = (
        "a query or form with `v=2`, `tid` and `cid`; or lines of forms, each beginning with `en` "
        "and holding `_et`, `_ee`, `ep.…`, `epn.…` or `up.…`"
    )
    FIELDS: ClassVar[Names] = {
        "en": "event",
        "cid": "identifier",
        "_fid": "identifier",
        "ecid": "identifier",
        "uid": "account",
        "sid": "session",
        "dl": "url",
        "dr": "url",
        "dt": "screen",
        "ep.search_term": "search",
        "sr": "device",
        "ul": "device",
        "uaa": "device",
        "uam": "device",
        "uap": "device",
        "uapv": "device",
        "uafvl": "app",
        "tid": "project",
        "gtm": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "developers.google.com/analytics/devguides/collection/ga4/reference/events",
        "published descriptions of the parameters of `/g/collect`",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "built from published descriptions: Google has no reference of the parameters",
        "events in a body have no identifier of their own; those in the query of the same exchange are theirs",
    )

    def read(self, buffer: Buffer) -> Message | None:
        first = buffer.first
        if first.get("v") == "2" and {"tid", "cid"} <= first.keys():
            named = "en" in first
            return self.message(
                shared=() if named else self.of_pairs(buffer.pairs), events=[self.hit(buffer.pairs)] if named else ()
            )
        lines = [tuple(line) for _, line in groupby(buffer.pairs, key=lambda pair: pair.line)]
        if not lines or buffer.path[0] or not all(_event(line) for line in lines):
            return None
        return self.message(events=map(self.hit, lines))


def _event(line: tuple[Pair, ...]) -> bool:
    return line[0].name == "en" and any(_own(pair.name) for pair in line)


def _own(name: str) -> bool:
    return name in {"_et", "_ee"} or name.startswith(OWN)
