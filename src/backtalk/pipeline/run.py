"""Records the sessions that a plan asks for, several labs side by side, and resumes what a kill cut short."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from backtalk import __version__, detect
from backtalk.errors import SubjectFailed
from backtalk.evidence import Case, SessionFolder
from backtalk.lab import doctor, recorder, script
from backtalk.lab.job import Doing, Done, Job
from backtalk.lab.spikes import PACKAGINGS
from backtalk.model.plan import Plan, Script, SessionPlan, Stimulus
from backtalk.model.session import Session, SessionState
from backtalk.pipeline import plans

LABS = 2
"""Labs side by side: a session waits for its person most of the time."""

INTERRUPTED = "Backtalk was ended while it recorded this session"


class News(Struct, frozen=True, kw_only=True):
    """Something has happened in a lane: a stimulus has begun, or a session has ended (`stimulus` None).

    `left` is an estimate in seconds, from the sessions that are over.
    """

    lane: int
    session: SessionPlan
    stimulus: Stimulus | None
    done: int
    total: int
    left: float | None
    failed: str = ""
    again: bool = False
    """The lab broke, and the session is recorded anew: once."""


def missing(case: Case, plan: Plan) -> tuple[SessionPlan, ...]:
    """The sessions that the plan asks for and that no sealed session of the case holds, in order.

    A session that failed is among the held: it counts, as excluded with its reason.
    """
    held = {folder.id for folder in case.sessions() if folder.sealed and folder.session().state != "interrupted"}
    return tuple(session for session in script.sessions(plan) if session.id not in held)


def seal_interrupted(case: Case) -> tuple[str, ...]:
    """Seal, as they are on disk, the sessions that a kill left open; gives their folders' names."""
    left = case.interrupted()
    for folder in left:
        session = msgspec.structs.replace(folder.session(), state="interrupted", reason=INTERRUPTED)
        case.seal_session(folder, session)
    return tuple(folder.relative for folder in left)


async def run(case: Case, listen: Callable[[News], None], labs: int = LABS) -> tuple[str, ...]:
    """Record every missing session. EnvironmentNotReady if no subject can be investigated.

    Cancelled (Ctrl-C), it ends the rooms and seals what they had recorded as interrupted.
    UsageError while another run records into the case. Gives why the lab itself broke in
    each session, if it did so in every one that was to be recorded; empty otherwise.
    """
    with case.alone():
        return await _record(case, listen, labs)


async def _record(case: Case, listen: Callable[[News], None], labs: int) -> tuple[str, ...]:
    plan = plans.load(case.plan_bytes())
    seal_interrupted(case)
    todo = _investigable(case, missing(case, plan))
    if not todo:
        return ()
    doctor.require_programs()
    mitmdump = doctor.mitmdump()
    progress = _Progress(len(todo), labs, listen)
    queue = iter(todo)
    async with asyncio.TaskGroup() as group:
        lanes = [
            group.create_task(_lane(case, plan, mitmdump, queue, lane, progress))
            for lane in range(min(labs, len(todo)))
        ]
    broken = [done.failed for lane in lanes for done in lane.result() if done.broken]
    return tuple(broken) if len(broken) == len(todo) else ()


def _investigable(case: Case, todo: tuple[SessionPlan, ...]) -> tuple[SessionPlan, ...]:
    """The sessions whose subjects are installed; the others are written into custody as skipped."""
    subjects = {session.subject.id: session.subject for session in todo}
    absent = {name: reason for name, one in subjects.items() if (reason := doctor.absent(one.driver))}
    for name, reason in sorted(absent.items()):
        case.skip_subject(name, reason)
    if subjects and len(absent) == len(subjects):
        raise SubjectFailed(
            f"none of the plan's subjects is here: {'; '.join(sorted(absent.values()))}.",
            means="Nothing was recorded; no subject is clean for that.",
            remedy="`backtalk doctor` prints the one line that installs everything.",
        )
    return tuple(session for session in todo if session.subject.id not in absent)


async def _lane(
    case: Case, plan: Plan, mitmdump: Path, queue: Iterable[SessionPlan], lane: int, progress: _Progress
) -> list[Done]:
    """How each session that this lane took ended."""
    ended: list[Done] = []
    for planned in queue:
        done = await _attempt(case, plan, mitmdump, planned, lane, progress, last=False)
        if done.broken:
            progress.again(lane, planned, done.failed)
            done = await _attempt(case, plan, mitmdump, planned, lane, progress, last=True)
        progress.over(lane, planned, done.failed)
        ended.append(done)
    return ended


async def _attempt(
    case: Case, plan: Plan, mitmdump: Path, planned: SessionPlan, lane: int, progress: _Progress, *, last: bool
) -> Done:
    """Record one attempt at a session. One that the lab itself broke is interrupted, unless it was the last."""
    mint = detect.Mint(plan.seed, planned.id)
    written = script.script(plan, planned, mint, tuple(PACKAGINGS))
    session = Session(
        id=planned.id,
        attempt=1 + sum(folder.id == planned.id for folder in case.sessions()),
        state="recording",
        plan=case.plan_hash,
        script=written,
        backtalk=__version__,
        began=time.time(),
    )
    folder = case.begin_session(session)
    job = Job(script=written, folder=str(folder.path.resolve()), mitmdump=str(mitmdump), seed=plan.seed)
    try:
        done = await recorder.record(job, progress.listener(lane, written))
    except asyncio.CancelledError:
        _seal(case, folder, session, Done(), "interrupted", INTERRUPTED)
        raise
    state: SessionState = "sealed"
    if done.failed:
        state = "interrupted" if done.broken and not last else "failed"
    _seal(case, folder, session, done, state, done.failed)
    return done


def _seal(case: Case, folder: SessionFolder, session: Session, done: Done, state: SessionState, reason: str) -> None:
    case.seal_session(
        folder,
        msgspec.structs.replace(
            session,
            state=state,
            ended=time.time(),
            configuration=done.configuration,
            tools=done.tools,
            counters=done.counters,
            reason=reason,
        ),
    )


class _Progress:
    def __init__(self, total: int, labs: int, listen: Callable[[News], None]) -> None:
        self._total, self._labs, self._listen = total, labs, listen
        self._done, self._begun = 0, time.monotonic()

    def listener(self, lane: int, written: Script) -> Callable[[Doing], None]:
        stimuli = {stimulus.id: stimulus for stimulus in written.stimuli}
        return lambda doing: self._listen(self._news(lane, written.session, stimuli[doing.stimulus]))

    def again(self, lane: int, session: SessionPlan, failed: str) -> None:
        self._listen(self._news(lane, session, None, failed, again=True))

    def over(self, lane: int, session: SessionPlan, failed: str) -> None:
        self._done += 1
        self._listen(self._news(lane, session, None, failed))

    def _news(
        self, lane: int, session: SessionPlan, stimulus: Stimulus | None, failed: str = "", *, again: bool = False
    ) -> News:
        elapsed = time.monotonic() - self._begun
        left = elapsed / self._done * (self._total - self._done) if self._done else None
        return News(
            lane=lane,
            session=session,
            stimulus=stimulus,
            done=self._done,
            total=self._total,
            left=left,
            failed=failed,
            again=again,
        )
