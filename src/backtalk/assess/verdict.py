"""One claim about one subject under one condition, weighed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from backtalk.assess.bound import bound, preliminary
from backtalk.assess.claim import Bearing, Claim
from backtalk.assess.controls import controls
from backtalk.assess.copies import Copies
from backtalk.assess.coverage import gap
from backtalk.assess.findings import findings, noted
from backtalk.assess.observation import Observation
from backtalk.assess.payloads import Payload, payloads
from backtalk.assess.services import RANDOM_FIELDS
from backtalk.model.finding import Finding, Verdict, VerdictWord

SEEN_ONCE = "seen once: needs a second session"


class Weighed(Struct, frozen=True, kw_only=True):
    """A verdict, and every finding that was made on the way."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()


def weigh(
    claim: Claim, subject: str, condition: str, mode: str, sessions: Sequence[Observation], copies: Copies
) -> Weighed:
    """The verdict by DESIGN's rule.

    Contradicted: evidence with different canaries in two independent sessions whose
    controls passed. Consistent: none in any session, and nothing missing that could hide
    some. Everything else says what is missing.
    """
    if mode not in claim.APPLIES:
        return _plain(claim, subject, condition, "not applicable", f"It says nothing about {mode} mode.")
    bearings = [(session, claim.bearing(session)) for session in sessions]
    counted = [(session, one) for session, one in bearings if not session.excluded]
    excluded = [(session, one) for session, one in bearings if session.excluded]
    silent = [one.inapplicable for _, one in counted if one.inapplicable]
    if silent and len(silent) == len(counted):
        return _plain(claim, subject, condition, "not applicable", f"{silent[0][:1].upper()}{silent[0][1:]}.")
    tested = [(session, one) for session, one in counted if one.acts]
    set_aside = [f"{session.id} does not count" for session, _ in excluded]
    set_aside += [f"{session.id}, not counted, saw evidence against it" for session, one in excluded if one.against]
    if not tested:
        word: VerdictWord = "inconclusive" if any(one.against for _, one in excluded) else "not tested"
        reason = "No session that counts put it to the test."
        return _plain(claim, subject, condition, word, reason, missing=tuple(set_aside))
    made = findings(claim, subject, condition, tested)
    told = noted(claim, subject, condition, tested)
    against = [(session, one) for session, one in tested if one.against]
    sound = [(session, one) for session, one in against if not controls(session).failed]
    lacking = _lacking(tested, excluded, against, sound)
    unread, cleared = _hidden(tested, copies)
    number = len(tested)
    missing: tuple[str, ...] = ()
    contact = not any(one.hidden for _, one in tested)
    if _independent(sound):
        word = "contradicted"
        reason = f"Seen in {len(sound)} of {_sessions(number)}, each time with other canaries; the controls passed."
        if contact:
            reason = f"Somebody was contacted in {len(sound)} of {_sessions(number)}; the controls passed."
    elif against or lacking or unread:
        word, missing = "inconclusive", (*lacking, *unread)
        reason = _open(against=bool(against), lacking=bool(lacking), unread=bool(unread))
    else:
        word = "consistent"
        reason = f"Nothing speaks against it in {_sessions(number)}, and nothing that stayed unread could."
        if contact:
            reason = f"Nobody was contacted in {_sessions(number)}."
    return Weighed(
        verdict=Verdict(
            claim=claim.ID,
            subject=subject,
            condition=condition,
            verdict=word,
            reason=reason,
            sessions=number,
            bound=1.0 if against else bound(number),
            preliminary=True if against else preliminary(number),
            horizon=round(min(one.horizon for _, one in tested), 3),
            missing=(*missing, *set_aside) if word == "inconclusive" else missing,
            cleared=cleared,
            findings=tuple(finding.id for finding in made),
        ),
        findings=made + told,
    )


def _independent(sound: Sequence[tuple[Observation, Bearing]]) -> bool:
    """Whether two sessions tell of it, each with a canary of its own."""
    names = {session.id for session, _ in sound}
    keys = frozenset[str]().union(*(one.keys(session.id) for session, one in sound))
    return len(names) > 1 and len(keys) > 1


def _lacking(
    tested: Sequence[tuple[Observation, Bearing]],
    excluded: Sequence[tuple[Observation, Bearing]],
    against: Sequence[tuple[Observation, Bearing]],
    sound: Sequence[tuple[Observation, Bearing]],
) -> tuple[str, ...]:
    """What else would be needed, other than to read what was not."""
    lacking: list[str] = []
    if len(sound) == 1:
        lacking.append(SEEN_ONCE)
    elif len(sound) > 1:
        lacking.append("seen with one canary only: needs a session with another")
    lacking += [f"{session.id}: seen, but {problem}" for session, _ in against for problem in controls(session).failed]
    quiet = {session.id for session, _ in against}
    for session, one in tested:
        state = controls(session)
        problems = [*one.missing, *state.deaf, *(state.failed if session.id not in quiet else ())]
        lacking += [f"{session.id}: {problem}" for problem in problems]
    lacking += [f"{session.id}: seen in a session that does not count" for session, one in excluded if one.against]
    return tuple(lacking)


def _hidden(tested: Iterable[tuple[Observation, Bearing]], copies: Copies) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What could hide evidence, and what is cleared of it, both in words."""
    sums: dict[tuple[str, str], list[int]] = {}
    missing: list[str] = []
    cleared: list[str] = []
    for session, one in tested:
        for gone in session.view.gaps:
            if not one.hidden and gone.kind == "tls-failed":
                continue  # each is an exchange of its own, which counts as contact
            words, blocks = gap(gone, session, one.since)
            (missing if blocks else cleared).append(f"{session.id}: {words}")
        if not one.hidden:
            continue
        for payload in payloads(session):
            if payload.origin in {"native", "unknown"}:
                why = copies.clearing(payload.digest, payload.size, payload.left, session, one.since)
                sums.setdefault((_unread(payload), why), []).append(payload.size)
    for (words, why), sizes in sorted(sums.items()):
        if why:
            cleared.append(f"{words}, {len(sizes)} times, {sum(sizes)} bytes: {why}")
        else:
            missing.append(words)
    return tuple(missing), tuple(cleared)


def _unread(payload: Payload) -> str:
    """What stayed shut, in words that are the same wherever the same did."""
    who = f"{payload.host} ({payload.function})" if payload.function else payload.host
    what = f"{payload.field} in {payload.part}" if payload.field else payload.part
    random = RANDOM_FIELDS.get(payload.field.lower(), "")
    return f"unread: {what} to {who}: {random or payload.reason}"


def _open(*, against: bool, lacking: bool, unread: bool) -> str:
    """Why there is no answer; what exactly is missing is listed beside it."""
    told = ["Something was seen, but not enough to contradict."] if against else []
    told += ["The test is not complete."] if lacking and not against else []
    told += ["What left and could not be read could carry it."] if unread else []
    return " ".join(told)


def _sessions(number: int) -> str:
    return f"{number} session" if number == 1 else f"{number} sessions"


def _plain(
    claim: Claim, subject: str, condition: str, word: VerdictWord, reason: str, missing: tuple[str, ...] = ()
) -> Weighed:
    return Weighed(
        verdict=Verdict(
            claim=claim.ID,
            subject=subject,
            condition=condition,
            verdict=word,
            reason=reason,
            sessions=0,
            missing=missing,
        )
    )
