"""Verifies a case: every raw byte, the custody chain, then the derivation."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from backtalk.errors import BacktalkError
from backtalk.evidence import Case, Verification, verify
from backtalk.pipeline.analyze import RESULT, analyze, encoded

Derivation = Literal["same", "absent", "differs", "other version", "not derived"]


class Checked(Struct, frozen=True, kw_only=True):
    """What verifying a case gave.

    `derivation` compares result.json with the one derived again. The same rules must give
    the same bytes, or it `differs`. Where other rules made it, `same` says that these come
    to the same result, `other version` that they do not, which is no fault. `not derived`:
    the raw evidence is at fault, or there is none.
    """

    v: int = 1
    raw: Verification
    derivation: Derivation
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.raw.ok and self.derivation != "differs"


def check(case: Case, head: str | None = None) -> Checked:
    """Check the raw evidence against custody, then derive result.json again and compare it."""
    raw = verify(case, head)
    if not raw.ok:
        return Checked(raw=raw, derivation="not derived", detail="the raw evidence is at fault")
    kept = case.path / RESULT
    if not kept.exists():
        return Checked(raw=raw, derivation="absent", detail=f"{RESULT} is not there; `backtalk analyze` makes it")
    data = kept.read_bytes()
    try:
        again = analyze(case)
    except BacktalkError as error:
        return Checked(raw=raw, derivation="not derived", detail=str(error))
    if data == encoded(again):
        return Checked(raw=raw, derivation="same")
    written = _written(data)
    if written is None or written == _Written(backtalk=again.backtalk, rules=again.rules):
        return Checked(raw=raw, derivation="differs", detail=f"{RESULT} is not what the raw evidence gives")
    by = f"{RESULT} was derived by {_named(written)}; this is {_named(_Written(again.backtalk, again.rules))}"
    if data == encoded(msgspec.structs.replace(again, backtalk=written.backtalk, rules=written.rules)):
        return Checked(raw=raw, derivation="same", detail=f"{by}, which come to the same result")
    detail = f"{by}, which come to another result: judge again with `backtalk analyze`, and compare"
    return Checked(raw=raw, derivation="other version", detail=detail)


class _Written(Struct, frozen=True):
    """Who wrote a result."""

    backtalk: str
    rules: str = ""


def _written(data: bytes) -> _Written | None:
    try:
        return msgspec.json.decode(data, type=_Written)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _named(written: _Written) -> str:
    rules = f"rules {written.rules[:16]!r}" if written.rules else "rules that it does not name"
    return f"version {written.backtalk[:40]!r} by {rules}"
