"""From raw evidence to result.json: decode, detect, assess."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec

from backtalk import __version__, detect
from backtalk.assess import judge
from backtalk.decode import Walker, formats
from backtalk.errors import NoEvidence
from backtalk.evidence import Case, SessionFolder
from backtalk.model.canary import Canary
from backtalk.model.capture import OUTGOING, Exchange, Part
from backtalk.model.decoding import Step, Walk
from backtalk.model.finding import Sighting
from backtalk.model.keyring import Keyring
from backtalk.model.plan import Stimulus
from backtalk.model.result import Result
from backtalk.model.timeline import Timeline
from backtalk.model.view import CaseView, Reading, SessionView, Unread
from backtalk.pipeline import plans
from backtalk.pipeline.buffers import buffers
from backtalk.pipeline.keys import keyring_of
from backtalk.pipeline.rules import rules
from backtalk.pipeline.workers import pool

RESULT = Path("derived") / "result.json"

MOST_SET = 200
"""Sightings of one part of which makers' formats are asked."""

REMEMBERED = 4096
"""Parts whose bytes are known again, at most: a capture may have millions."""


def analyze(case: Case, workers: int = 2) -> Result:
    """Judge a case from its raw evidence alone. NoEvidence if it holds no session.

    The same raw evidence and version give the same result, whatever the number of workers.
    """
    plan = plans.load(case.plan_bytes())
    folders = case.sessions()
    if not folders:
        raise NoEvidence(
            f"{case.path} holds no session.", means="There is nothing to judge.", remedy="Record with `backtalk run`."
        )
    viewed = partial(view, keyring=keyring_of(case))
    if workers > 1 and len(folders) > 1:
        with pool(workers) as processes:
            views = tuple(processes.map(viewed, folders))
    else:
        views = tuple(map(viewed, folders))
    judged = judge(CaseView(plan=plan, sessions=views, joins=detect.joins(views), skipped=case.skipped()))
    return Result(
        backtalk=__version__,
        case=plan.name,
        plan=case.plan_hash,
        seed=plan.seed,
        claims=judged.claims,
        sessions=judged.sessions,
        verdicts=judged.verdicts,
        findings=judged.findings,
        skipped=tuple(f"{subject}: {reason}" for subject, reason in sorted(case.skipped().items())),
        not_tested=judged.not_tested,
        rules=rules(),
    )


def encoded(result: Result) -> bytes:
    """The result as the bytes of result.json: canonical, one line."""
    return msgspec.json.encode(result, order="deterministic") + b"\n"


def write(case: Case, result: Result) -> Path:
    """Put the result where the case keeps it; the folder can be thrown away at any time."""
    return case.write_derived(RESULT.name, encoded(result))


def view(folder: SessionFolder, keyring: Keyring | None = None) -> SessionView:
    """One session with all that can be detected in it, with the keys of its case."""
    session = folder.session()
    script = session.script
    events = folder.events()
    exchanges, gaps = folder.exchanges()
    canaries = (*script.planted, *script.decoys)
    reader = Reader(canaries, session.id, script.stimuli, keyring)
    sightings: list[Sighting] = []
    readings: list[Reading] = []
    for exchange in exchanges:
        for part in exchange.parts:
            seen, reading = reader.read(exchange, part)
            sightings += seen
            readings.append(reading)
    timeline = Timeline.of(script, events)
    return SessionView(
        session=session,
        events=events,
        exchanges=exchanges,
        sightings=tuple(sightings),
        keystrokes=detect.keystrokes(sightings, script, timeline, exchanges),
        readings=tuple(readings),
        gaps=gaps,
        manifest=frozenset(url for stimulus in script.stimuli for url in stimulus.manifest),
        folder=folder.relative,
    )


class Reader:
    """Reads parts for one set of canaries; parts with equal bytes are walked once."""

    def __init__(
        self,
        canaries: Sequence[Canary],
        session: str = "",
        stimuli: Sequence[Stimulus] = (),
        keyring: Keyring | None = None,
    ) -> None:
        self._canaries, self._session, self._stimuli = canaries, session, stimuli
        self._needles = detect.needles(canaries)
        self._walker = Walker(self._needles, keyring=keyring)
        self._keyring = keyring
        self._digests = detect.Digests(canaries, stimuli, keyring, session)
        self._walked: dict[bytes, tuple[Walk, detect.Looked]] = {}

    def read(self, exchange: Exchange, part: Part) -> tuple[tuple[Sighting, ...], Reading]:
        """The sightings in one part, and how far it could be read."""
        digest = hashlib.sha256(part.data).digest()
        buffer = buffers(part.data, self._keyring)
        if digest not in self._walked:
            visited: list[tuple[bytes, tuple[Step, ...]]] = []
            walk = self._walker.walk(part.data, lambda data, steps: visited.append((data, steps)))
            self._walked[digest] = walk, self._digests.look(visited, buffer, hits=bool(walk.hits))
            if len(self._walked) > REMEMBERED:
                del self._walked[next(iter(self._walked))]
        walk, looked = self._walked[digest]
        seen = detect.sightings(
            exchange, part, walk, self._canaries, self._needles, buffer, session=self._session, stimuli=self._stimuli
        )
        seen += self._digests.sightings(exchange, part, looked, buffer)
        seen = self._digests.corroborated(seen, looked)
        url, makers = exchange.part("request.url"), formats.Reader()
        seen = (
            tuple(
                msgspec.structs.replace(
                    one, setting=formats.setting(part.name, one.steps, one.found, buffer, makers, url)
                )
                for one in seen[:MOST_SET]
            )
            + seen[MOST_SET:]
        )
        unread = tuple(
            Unread(
                reason=opaque.reason,
                size=opaque.span[1] - opaque.span[0],
                digest=hashlib.sha256(buffer(opaque.steps)[slice(*opaque.span)]).hexdigest(),
                span=opaque.span,
                steps=opaque.steps,
            )
            for opaque in (walk.opaque if part.name in OUTGOING else ())
        )
        return seen, Reading(
            source=exchange.source,
            exchange=exchange.index,
            part=part.name,
            read=walk.read,
            opaque=walk.opaque_bytes,
            unread=unread,
            cut=walk.cut,
        )
