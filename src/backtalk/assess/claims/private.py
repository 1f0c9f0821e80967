"""What is done in private reaches nobody unexpected, and nothing joins it to the rest."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from backtalk.assess.claim import Bearing, Claim, tested
from backtalk.assess.observation import Observation
from backtalk.model.capture import OUTGOING
from backtalk.model.plan import Mode
from backtalk.model.view import Join


class Private(Claim):
    ID: ClassVar[str] = "private"
    STATEMENT: ClassVar[str] = (
        "What you do in private mode reaches nobody but the site or search engine it is meant for, "
        "and nothing joins it to what you do otherwise."
    )
    TESTED_BY: ClassVar[str] = (
        "Words and addresses that exist nowhere else are entered in a private window only, in a profile that is used "
        "in normal mode before and after. Any of them that reaches somebody else speaks against it; so does a value "
        "sent in normal mode that is sent again, in private, to somebody who got something of what was done there."
    )
    APPLIES: ClassVar[tuple[Mode, ...]] = ("private",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "A value that joins both modes, but went to nobody who got what was done in private, does not contradict.",
        "Identifiers below 32 bits, in packaged bodies, in TLS or in timing are not seen, nor is fingerprinting.",
    )
    REFERENCES: ClassVar[tuple[str, ...]] = ("BroDroid, WWW 2024: rules for private mode",)

    def bearing(self, session: Observation) -> Bearing:
        """What left of what was done in private, and what joins it to the normal mode."""
        base = tested(session, lambda stimulus: bool(stimulus.canaries), lambda _one, _act: True)
        if not base.acts:
            return base
        told = [join for one in session.joins if (join := _spoken(session, one)) is not None]
        confidants = _confidants(session)
        counted = tuple(one for one in told if any(bearer.host in confidants for bearer in one.private))
        alone = () if session.peers else ("another session of this subject, to tell identifiers from constants",)
        return msgspec.structs.replace(
            base,
            joins=counted,
            noted=tuple(one for one in told if one not in counted),
            missing=base.missing + alone,
        )


def _confidants(session: Observation) -> frozenset[str]:
    """The hosts that got, while the private mode was in use, something of what was done in it."""
    return frozenset(
        one.host
        for one in session.sightings
        if one.match != "prefix"
        and one.part in OUTGOING
        and one.part != "dns.name"
        and (act := session.planters.get(one.canary)) is not None
        and act.stimulus.mode == "private"
        and session.timeline.mode(one.at) == "private"
    )


def _spoken(session: Observation, join: Join) -> Join | None:
    """The join as far as the subject sent it, without the lab's own exchanges; None if that is not in both modes."""
    private, normal = (
        tuple(one for one in bearers if session.origins.get((one.source, one.exchange)) in {"native", "page"})
        for bearers in (join.private, join.normal)
    )
    return msgspec.structs.replace(join, private=private, normal=normal) if private and normal else None
