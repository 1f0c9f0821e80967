"""The one document from which everything is shown."""

from __future__ import annotations

from msgspec import Struct

from backtalk.model.capture import Gap
from backtalk.model.finding import Finding, Origin, Verdict
from backtalk.model.plan import Action, Mode
from backtalk.model.session import Configuration


class Coverage(Struct, frozen=True, kw_only=True):
    """What could be read of a session, and what could not. Counts of bytes are of outgoing parts."""

    exchanges: int
    bytes_read: int
    bytes_opaque: int
    opaque: tuple[OpaqueGroup, ...] = ()
    gaps: tuple[Gap, ...] = ()
    cut: int = 0


class OpaqueGroup(Struct, frozen=True, kw_only=True):
    """Unread outgoing payload to one recipient for one reason."""

    host: str
    part: str
    reason: str
    count: int
    bytes: int
    cleared: str = ""


class Recipient(Struct, frozen=True, kw_only=True):
    """Who was spoken to in a session, how often, and when."""

    host: str
    origin: Origin
    exchanges: int
    sent: int
    at: tuple[float, ...]
    expected: str = ""


class StimulusShown(Struct, frozen=True, kw_only=True):
    """A stimulus as it took place; `screenshot` is relative to the case folder."""

    id: str
    action: Action
    how: str
    mode: Mode
    text: str
    begun: float
    submitted: float
    ended: float
    screenshot: str = ""
    failed: str = ""


class SessionResult(Struct, frozen=True, kw_only=True):
    """What one session gave."""

    id: str
    subject: str
    condition: str
    repeat: int
    state: str
    began: float
    ended: float
    configuration: Configuration | None
    stimuli: tuple[StimulusShown, ...]
    recipients: tuple[Recipient, ...]
    coverage: Coverage
    decoys: int
    decoy_sightings: int
    spikes_sent: int
    spikes_recovered: int
    control_seen: bool
    excluded: str = ""
    """Why the session does not count, if it does not."""


class ClaimShown(Struct, frozen=True, kw_only=True):
    """A claim as the reader sees it."""

    id: str
    statement: str
    tested_by: str
    limitations: tuple[str, ...] = ()


class Result(Struct, frozen=True, kw_only=True):
    """derived/result.json: all that the report, the terminal and other programs render from."""

    v: int = 1
    backtalk: str
    case: str
    plan: str
    seed: int
    claims: tuple[ClaimShown, ...]
    sessions: tuple[SessionResult, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[str, ...] = ()
    """Subjects that were not investigated, and why."""
    not_tested: tuple[str, ...] = ()
    rules: str = ""
    """SHA-256 in hex of the rules by which it was derived; empty in results that are older than this field."""
