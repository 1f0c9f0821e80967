"""Subject and condition against claims: the table that holds the answer."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from backtalk.model.finding import Verdict
from backtalk.model.result import ClaimShown, Result, SessionResult
from backtalk.report.text import count
from backtalk.report.words import SIGNS, gravity


class Row(Struct, frozen=True, kw_only=True):
    """One subject under one condition; `verdicts` has one place a claim, None where none was given."""

    subject: str
    condition: str
    verdicts: tuple[Verdict | None, ...]


def claims(result: Result) -> tuple[ClaimShown, ...]:
    """The claims in the result's order; one that only a verdict names stands for itself at the end."""
    known = {claim.id for claim in result.claims}
    strays = dict.fromkeys(verdict.claim for verdict in result.verdicts if verdict.claim not in known)
    return result.claims + tuple(ClaimShown(id=stray, statement=stray, tested_by="") for stray in strays)


def rows(result: Result) -> tuple[Row, ...]:
    """All pairs of subject and condition that have a session or a verdict, in the order they first appear."""
    given = {(one.subject, one.condition, one.claim): one for one in result.verdicts}
    held: list[SessionResult | Verdict] = [*result.verdicts, *result.sessions]
    pairs = dict.fromkeys((one.subject, one.condition) for one in held)
    columns = claims(result)
    return tuple(
        Row(
            subject=subject, condition=condition, verdicts=tuple(given.get((subject, condition, c.id)) for c in columns)
        )
        for subject, condition in pairs
    )


def graves_first(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    """The verdicts, contradicted first; otherwise in the order given."""
    return sorted(verdicts, key=lambda one: gravity(one.verdict))


def answer(result: Result) -> str:
    """The whole outcome in one or two plain sentences."""
    counted = [session for session in result.sessions if not session.excluded]
    if not counted:
        return "Nothing was investigated: no session gave evidence. That is not the same as clean."
    tally: Counter[str] = Counter(one.verdict for one in result.verdicts)
    wrong = dict.fromkeys(one.claim for one in result.verdicts if one.verdict == "contradicted")
    rest = ", ".join(f"{tally[word]} {word}" for word in SIGNS if word != "contradicted" and tally[word])
    if wrong:
        first = (
            f"{len(wrong)} of {count(len(claims(result)), 'claim')} {'is' if len(wrong) == 1 else 'are'} contradicted"
        )
        where = f"{tally['contradicted']} of {count(len(result.verdicts), 'verdict')}"
        return f"{first}, in {where}." + (f" The other verdicts: {rest}." if rest else "")
    told = f" The verdicts: {rest}." if rest else ""
    return f"No claim was contradicted in {count(len(counted), 'session')}. That alone proves nothing.{told}"
