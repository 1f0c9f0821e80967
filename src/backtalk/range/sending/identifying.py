"""The identifiers of a build, kept and renewed as its file says.

`never rotating` is the fault that Palant found in 2020: the stamp that the days are counted from is written anew at
every read, so that the identifier changes only after so many days without use.
"""

from __future__ import annotations

import uuid

from msgspec import Struct

from backtalk.model.draw import Draw
from backtalk.range.builds import Identifier
from backtalk.range.handset.identities import Identities

SIGNER = "mirage-platform"
"""Who signed the maker's programs: they see one android_id."""
DAY = 86_400


class Kept(Struct, frozen=True):
    """What a program keeps of one identifier; `stamp` is what its age is counted from, in Unix seconds."""

    value: str
    stamp: float


class Identifying:
    """All identifiers of all of the maker's programs on one handset. `seed` gives the random ones."""

    def __init__(self, identifiers: tuple[Identifier, ...], seed: int) -> None:
        self._known = {one.id: one for one in identifiers}
        self._draw = Draw(seed, "range identifiers")
        self._kept: dict[tuple[str, str], Kept] = {}

    def forget(self, app: str) -> None:
        """The program's data was erased."""
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] != app}

    def forget_all(self) -> None:
        """The handset's data was erased."""
        self._kept.clear()

    def read(self, app: str, name: str, moment: float, own: Identities) -> str:
        """The identifier as the program reads it now; empty where there is none."""
        one = self._known[name]
        match one.kind:
            case "android_id":
                return own.android_id_for(SIGNER)
            case "account":
                return own.account[:255]
            case "none":
                return ""
            case _:
                return self._renewed(app, one, moment)

    def _renewed(self, app: str, one: Identifier, moment: float) -> str:
        kept = self._kept.get((app, one.id))
        old = kept is not None and one.kind != "random" and moment - kept.stamp >= one.days * DAY
        if kept is None or old:
            kept = Kept(self._uuid(), moment)
        elif one.kind == "never rotating":
            kept = Kept(kept.value, moment)
        self._kept[app, one.id] = kept
        return kept.value

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._draw.below(1 << 64) << 64 | self._draw.below(1 << 64), version=4))
