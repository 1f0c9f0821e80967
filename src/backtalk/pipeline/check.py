"""Verifies a case: every raw byte, the custody chain, then the derivation."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from backtalk import __version__
from backtalk.errors import BacktalkError
from backtalk.evidence import Case, Verification, verify
from backtalk.pipeline.analyze import RESULT, analyze, encoded

Derivation = Literal["same", "absent", "differs", "other version", "not derived"]


class Checked(Struct, frozen=True, kw_only=True):
    """What verifying a case gave.

    `derivation` compares result.json with the one derived again: `differs` only if the same
    version wrote it; `not derived` when the raw evidence is at fault, or there is none.
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
    writer = _writer(data)
    if writer not in {__version__, ""}:
        detail = f"{RESULT} was derived by version {writer[:40]!r}, this is {__version__}"
        return Checked(raw=raw, derivation="other version", detail=detail)
    try:
        again = encoded(analyze(case))
    except BacktalkError as error:
        return Checked(raw=raw, derivation="not derived", detail=str(error))
    if data == again:
        return Checked(raw=raw, derivation="same")
    return Checked(raw=raw, derivation="differs", detail=f"{RESULT} is not what the raw evidence gives")


class _Written(Struct):
    backtalk: str = ""


def _writer(data: bytes) -> str:
    try:
        return msgspec.json.decode(data, type=_Written).backtalk
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
