"""Sightings, findings and verdicts."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backtalk.model.canary import CanaryKind, Match
from backtalk.model.decoding import Span, Step
from backtalk.model.message import Setting
from backtalk.model.plan import Mode

Origin = Literal["page", "native", "lab", "unknown"]
"""`page`: in the stimulus page's own manifest. `lab`: a spike. `native`: all else."""


class Digest(Struct, frozen=True, kw_only=True):
    """How a digest that was found is made from the canary, so that anybody can make it again.

    `chain` is read from the left: the first algorithm is given `preimage` (Latin-1), each
    next one what the one before gave; `hex`, `HEX` and `base64` spell it. With `key`
    (Latin-1) the first is an HMAC. `form` names the writing of the canary that was hashed,
    `salt` what was put before or after it. `size` is how many bytes of the result were found,
    from its byte `start` on.
    """

    chain: tuple[str, ...]
    form: str
    preimage: str
    size: int
    start: int = 0
    salt: str = ""
    key: str = ""

    @property
    def formula(self) -> str:
        """The making as one line: `sha256(hex(md5(host)))[:12]`."""
        inner = self.form
        if self.salt:
            inner = f"{self.salt}, {inner}" if self.key else self.salt.replace("{}", inner)
        for number, function in enumerate(self.chain):
            name = f"hmac-{function}" if self.key and not number else function
            inner = f"{name}({inner})"
        return f"{inner}[{self.start or ''}:{self.start + self.size}]"


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
    spelling: str = ""
    """How the canary was written there, where not as itself: `MAC without separators`."""
    digest: Digest | None = None
    """How what was found is made from the canary, where it is one of its digests."""
    pieces: tuple[Span, ...] = ()
    """Where the pieces stand in the last buffer, where the canary was split over several fields."""
    corroborated: tuple[str, ...] = ()
    """32-bit hashes of the canary in the same part, which by themselves would mean nothing."""
    setting: Setting | None = None
    """What a maker's format says of the place; it names, and decides nothing."""


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
