"""Sightings, findings and verdicts."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backtalk.model.canary import CanaryKind, Match
from backtalk.model.decoding import Span, Step
from backtalk.model.plan import Mode

Origin = Literal["page", "native", "lab", "unknown"]
"""`page`: in the stimulus page's own manifest. `lab`: a spike. `native`: all else."""


class Sighting(Struct, frozen=True, kw_only=True):
    """A canary found again. The source's hash, part and steps replay it.

    `text` is what was found, as text (for a prefix: the letters that left); `field` names
    the query parameter, form or JSON field, or header it stood in, where there is one.
    `at` is in UTC epoch seconds. `during` is the stimulus under way, `stimulus` the one
    that planted the canary.
    """

    canary: str
    kind: CanaryKind
    stimulus: str
    session: str
    match: Match
    source: str
    exchange: int
    host: str
    part: str
    found: Span
    steps: tuple[Step, ...] = ()
    field: str = ""
    text: str = ""
    url: str = ""
    at: float = 0.0
    during: str = ""
    mode: Mode = "normal"
    origin: Origin = "unknown"
    expected: str = ""
    """The rule that makes this recipient expected; empty when none does."""


class Finding(Struct, frozen=True, kw_only=True):
    """A statement with counts, carried by evidence that can be replayed.

    `id` is a content hash. `stimuli` is (m of n), `sessions` (k of r). `strength` is how
    sure the evidence is; `reach` how much it tells about the person: two scales, never one.
    `evidence` names exchanges for findings about contact, which have no canary.
    """

    id: str
    claim: str
    subject: str
    condition: str
    category: str
    recipient: str
    where: str
    statement: str
    stimuli: tuple[int, int]
    sessions: tuple[int, int]
    strength: Literal["single", "repeated"]
    reach: Literal["contact", "host", "typed text", "page", "identity"]
    sightings: tuple[Sighting, ...] = ()
    contacts: tuple[Contact, ...] = ()


class Contact(Struct, frozen=True, kw_only=True):
    """One exchange that matters by having happened."""

    session: str
    source: str
    exchange: int
    host: str
    url: str
    at: float
    during: str
    sent: int
    """Bytes in the request's body."""


VerdictWord = Literal["contradicted", "consistent", "inconclusive", "not tested", "not testable", "not applicable"]


class Verdict(Struct, frozen=True, kw_only=True):
    """One claim about one subject under one condition.

    `bound` is the largest share of sessions in which a leak could still hide, at 95 %;
    `missing` says what an inconclusive verdict lacks; `cleared` names what was unread and
    why it cannot carry the canary; `preliminary` marks bounds weaker than 10 %.
    """

    claim: str
    subject: str
    condition: str
    verdict: VerdictWord
    reason: str
    sessions: int
    bound: float = 1.0
    preliminary: bool = True
    horizon: float = 0.0
    """Seconds from the last canary to the end of recording."""
    missing: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
