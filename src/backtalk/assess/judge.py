"""From views to verdicts: composes expectation, origin, coverage and claims."""

from __future__ import annotations

from backtalk.model.finding import Sighting
from backtalk.model.view import CaseView, Judgement, SessionView


def annotated(view: SessionView) -> tuple[Sighting, ...]:
    """The session's sightings with origin, expectation, moment and mode filled in, in the same order."""
    raise NotImplementedError


def judge(case: CaseView) -> Judgement:
    """Every claim of the plan (all, where it names none) about every subject under every condition.

    UsageError if the plan names a claim that does not exist. Deterministic, totally ordered.
    """
    raise NotImplementedError
