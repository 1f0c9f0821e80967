"""What keeps claims without an answer, each lack said once for all the verdicts that it holds for."""

from __future__ import annotations

from msgspec import Struct

from backtalk.model.result import Result
from backtalk.report.matrix import claims


class Lack(Struct, frozen=True, kw_only=True):
    """What is missing for the same verdicts: one subject's, under these conditions, on the claims of these numbers."""

    subject: str
    conditions: tuple[str, ...]
    claims: tuple[int, ...]
    missing: tuple[str, ...]


def lacks(result: Result) -> tuple[Lack, ...]:
    """The lacks of all inconclusive verdicts, those first that keep the most open."""
    numbers = {claim.id: number for number, claim in enumerate(claims(result), 1)}
    cells: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for one in result.verdicts:
        if one.verdict == "inconclusive":
            for item in one.missing or (one.reason,):
                cells.setdefault((one.subject, item), []).append((one.condition, numbers[one.claim]))
    alike: dict[tuple[str, tuple[tuple[str, int], ...]], list[str]] = {}
    for (subject, item), held in cells.items():
        alike.setdefault((subject, tuple(held)), []).append(item)
    made = [
        Lack(
            subject=subject,
            conditions=tuple(dict.fromkeys(condition for condition, _ in held)),
            claims=tuple(sorted({number for _, number in held})),
            missing=tuple(items),
        )
        for (subject, held), items in sorted(alike.items(), key=lambda one: -len(one[0][1]))
    ]
    return tuple(made)
