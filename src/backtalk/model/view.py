"""What `detect` leaves and `assess` judges: one view a session, one a case."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backtalk.model.canary import CanaryKind
from backtalk.model.capture import Exchange, Gap, PartName
from backtalk.model.decoding import Span, Step
from backtalk.model.finding import Finding, Sighting, Verdict
from backtalk.model.plan import Plan
from backtalk.model.result import ClaimShown, SessionResult
from backtalk.model.session import Session, StimulusEvent

Place = tuple[str, int]
"""An exchange by its source and index: what names it in a case."""

RESOLVER = "the configured resolver"
"""Who receives a DNS query, whatever the name asked for."""


def recipient(part: str, host: str) -> str:
    """Who receives what stands in a part of an exchange with `host`."""
    return RESOLVER if part == "dns.name" else host


FEWEST_PREFIXES, FEWEST_LETTERS = 3, 6
"""The prefix rule: growing prefixes that one sequence needs, and letters of its longest."""


class Unread(Struct, frozen=True, kw_only=True):
    """One stretch of bytes that stayed shut: a `Opaque` with what tells it from others.

    `digest` is the SHA-256 in hex of the unread bytes themselves (`buffer(steps)[span]`),
    so that payloads can be compared byte for byte; `size` is their number.
    """

    reason: str
    size: int
    digest: str
    span: Span
    steps: tuple[Step, ...] = ()


class Reading(Struct, frozen=True, kw_only=True):
    """How far one part could be read. `read` and `opaque` count bytes of the part as ingested (see `Walk`)."""

    source: str
    exchange: int
    part: PartName
    read: int
    opaque: int
    unread: tuple[Unread, ...] = ()
    cut: bool = False


class Keystrokes(Struct, frozen=True, kw_only=True):
    """One text that left letter by letter, to one recipient, in one field, while it was typed.

    `sightings` are in the order in which they left, the shorter prefixes sent before the
    first recognisable one included. `text` is what was typed, from the canary on.
    `before` says that all of them left before the submission (or nothing was submitted).
    """

    canary: str
    kind: CanaryKind
    stimulus: str
    session: str
    recipient: str
    part: str
    field: str
    text: str
    sightings: tuple[Sighting, ...]
    before: bool

    @property
    def decoy(self) -> bool:
        return self.kind == "decoy"


class Bearer(Struct, frozen=True, kw_only=True):
    """One place in which an identifier left."""

    source: str
    exchange: int
    host: str
    url: str
    at: float
    part: str
    field: str


class Join(Struct, frozen=True, kw_only=True):
    """A value that left in normal and in private mode of one session, and in no other session.

    `bits` estimates its entropy; the bearers are in order of time.
    """

    session: str
    value: str
    kind: Literal["cookie", "header", "query", "form", "json"]
    bits: float
    normal: tuple[Bearer, ...]
    private: tuple[Bearer, ...]


class SessionView(Struct, frozen=True, kw_only=True):
    """One session with all that was detected in it.

    `sightings` are as detect gave them (origin, expected, during and mode still unset).
    `manifest` holds the absolute URLs that the stimulus pages themselves ask for, the
    visited pages' own included. `folder` is the session's folder relative to the case.
    """

    session: Session
    events: tuple[StimulusEvent, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    keystrokes: tuple[Keystrokes, ...] = ()
    readings: tuple[Reading, ...] = ()
    gaps: tuple[Gap, ...] = ()
    manifest: frozenset[str] = frozenset()
    folder: str = ""


class CaseView(Struct, frozen=True, kw_only=True):
    """A case as it is judged. `skipped` maps a subject's id to why it was not investigated."""

    plan: Plan
    sessions: tuple[SessionView, ...] = ()
    joins: tuple[Join, ...] = ()
    skipped: dict[str, str] = {}


class Judgement(Struct, frozen=True, kw_only=True):
    """All that assess gives: ready to be put into `Result`."""

    claims: tuple[ClaimShown, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    sessions: tuple[SessionResult, ...]
    not_tested: tuple[str, ...] = ()
