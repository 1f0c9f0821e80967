"""From views to verdicts: composes expectation, origin, coverage and claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from backtalk.assess.claim import Claim
from backtalk.assess.claims import CLAIMS
from backtalk.assess.copies import Copies
from backtalk.assess.observation import Observation
from backtalk.assess.sessions import session_result
from backtalk.assess.verdict import Weighed, weigh
from backtalk.errors import UsageError
from backtalk.model.finding import Finding, Sighting, Verdict
from backtalk.model.result import ClaimShown
from backtalk.model.view import CaseView, Judgement, SessionView


def annotated(view: SessionView) -> tuple[Sighting, ...]:
    """The session's sightings with origin, expectation, moment and mode filled in, in the same order."""
    return Observation(view).sightings


def judge(case: CaseView) -> Judgement:
    """Every claim of the plan (all, where it names none) about every subject under every condition.

    UsageError if the plan names a claim that does not exist. Deterministic, totally ordered.
    """
    claims = _chosen(case.plan.claims)
    peers = Counter(view.session.script.session.subject.id for view in case.sessions)
    sessions = [
        Observation(view, case.joins, peers[view.session.script.session.subject.id] - 1) for view in case.sessions
    ]
    copies = Copies(sessions)
    weighed: list[Weighed] = []
    for subject in case.plan.subjects:
        for condition in case.plan.conditions:
            own = _own(sessions, subject.id, condition.id)
            for claim in claims:
                if subject.id in case.skipped and not own:
                    weighed.append(_skipped(claim, subject.id, condition.id, case.skipped[subject.id]))
                else:
                    weighed.append(weigh(claim, subject.id, condition.id, condition.mode, own, copies))
    verdicts = tuple(one.verdict for one in weighed)
    made: dict[str, Finding] = {finding.id: finding for one in weighed for finding in one.findings}
    return Judgement(
        claims=tuple(_shown(claim) for claim in claims),
        verdicts=verdicts,
        findings=tuple(made.values()),
        sessions=tuple(session_result(one, copies) for one in sorted(sessions, key=lambda each: each.id)),
        not_tested=tuple(
            f"{one.subject}, {one.condition}: {one.claim}: {one.reason}"
            for one in verdicts
            if one.verdict == "not tested"
        ),
    )


def _chosen(names: Sequence[str]) -> tuple[Claim, ...]:
    unknown = sorted(set(names) - {claim.ID for claim in CLAIMS})
    if unknown:
        raise UsageError(
            f"the plan names a claim that does not exist: {unknown[0]!r}.",
            remedy=f"Known claims: {', '.join(claim.ID for claim in CLAIMS)}.",
        )
    return tuple(claim for claim in CLAIMS if not names or claim.ID in names)


def _own(sessions: Sequence[Observation], subject: str, condition: str) -> list[Observation]:
    own = [
        one
        for one in sessions
        if (one.view.session.script.session.subject.id, one.view.session.script.session.condition.id)
        == (subject, condition)
    ]
    return sorted(own, key=lambda one: (one.id, one.view.session.attempt))


def _skipped(claim: Claim, subject: str, condition: str, why: str) -> Weighed:
    return Weighed(
        verdict=Verdict(
            claim=claim.ID, subject=subject, condition=condition, verdict="not tested", reason=why, sessions=0
        )
    )


def _shown(claim: Claim) -> ClaimShown:
    return ClaimShown(id=claim.ID, statement=claim.STATEMENT, tested_by=claim.TESTED_BY, limitations=claim.LIMITATIONS)
