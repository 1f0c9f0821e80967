"""Sessions as tables: what a browser sent at which moment of the real script, read by the real walker."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from urllib.parse import quote, urlsplit

import msgspec

from backtalk import detect
from backtalk.decode import Walker, replay
from backtalk.lab.script import script
from backtalk.lab.spikes import PACKAGINGS
from backtalk.model.canary import Canary
from backtalk.model.capture import OUTGOING, Exchange, Gap, Part
from backtalk.model.decoding import Step, Walk
from backtalk.model.plan import ConditionPlan, Plan, Script, SessionPlan, Stimulus, SubjectPlan
from backtalk.model.session import Configuration, Moment, Session, StimulusEvent
from backtalk.model.timeline import Timeline
from backtalk.model.view import CaseView, Judgement, Reading, SessionView, Unread

EPOCH = 1_800_000_000.0
SLOT = 20.0
"""Seconds from the beginning of one stimulus to that of the next."""

KEY = 0.2
FIRST_KEY, RETURN, END = 1.0, 12.0, 16.0
"""Seconds into a stimulus."""

CONDITIONS = (ConditionPlan(id="normal"), ConditionPlan(id="private", mode="private"))
PLAN = Plan(
    name="test", seed=7, subjects=(SubjectPlan(id="chromium", driver="chromium"),), conditions=CONDITIONS, decoys=40
)
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@cache
def read(canaries: tuple[Canary, ...]) -> tuple[tuple, Walker, dict[bytes, Walk]]:
    needles = detect.needles(canaries)
    return needles, Walker(needles), {}


@cache
def written(condition: str, repeat: int) -> Script:
    chosen = next(one for one in CONDITIONS if one.id == condition)
    plan = SessionPlan(id=f"chromium.{condition}.{repeat}", subject=PLAN.subjects[0], condition=chosen, repeat=repeat)
    return script(PLAN, plan, detect.Mint(PLAN.seed, plan.id), tuple(PACKAGINGS))


class Scene:
    """One session in the making. Times are seconds since its beginning."""

    def __init__(self, condition: str = "normal", repeat: int = 1) -> None:
        self.script = written(condition, repeat)
        self.exchanges: list[Exchange] = []
        self.gaps: list[Gap] = []
        self.lost: set[str] = set()
        self.failed: dict[str, str] = {}
        self.welcome = ""
        self.state = "sealed"
        self.unread: list[tuple[int, str, bytes]] = []
        self.pages: set[str] = set()

    def stimulus(self, action: str, how: str | None = None, mode: str | None = None) -> Stimulus:
        return next(
            one
            for one in self.script.stimuli
            if one.action == action
            and (how is None or one.how == how)
            and one.mode == (mode or self.script.session.condition.mode)
        )

    def begun(self, stimulus: Stimulus) -> float:
        return SLOT * self.script.stimuli.index(stimulus)

    def submitted(self, stimulus: Stimulus) -> float:
        return self.begun(stimulus) + RETURN

    @property
    def ended(self) -> float:
        return SLOT * len(self.script.stimuli)

    def http(
        self,
        at: float,
        url: str,
        *,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        status: int = 200,
        answer: bytes = b"",
        answer_headers: dict[str, str] | None = None,
        complete: bool = True,
    ) -> int:
        def block(fields: dict[str, str]) -> bytes:
            return b"".join(f"{name}: {value}\r\n".encode() for name, value in fields.items())

        host = urlsplit(url).hostname or ""
        parts = [
            Part(name="request.url", data=url.encode()),
            Part(name="request.header", data=block({"Host": host, **(headers or {})})),
        ]
        if body or not complete:
            parts.append(Part(name="request.body", data=body, complete=complete))
        parts.append(Part(name="response.header", data=block(answer_headers or {})))
        if answer:
            parts.append(Part(name="response.body", data=answer))
        method = "POST" if body else "GET"
        return self._add(
            "http",
            at,
            host,
            tuple(parts),
            url=url,
            method=method,
            status=status,
            ended=at + 0.05,
            secure=url.startswith("https"),
        )

    def dns(self, at: float, name: str) -> int:
        return self._add("dns", at, name, (Part(name="dns.name", data=name.encode()),))

    def tls(self, at: float, name: str) -> int:
        return self._add("tls", at, name, (Part(name="tls.sni", data=name.encode()),))

    def opaque(self, at: float, host: str, secret: bytes) -> int:
        """A request whose body nothing can open."""
        index = self.http(at, f"https://{host}/blob", body=secret)
        self.unread.append((index, "request.body", secret))
        return index

    def typing(self, stimulus: Stimulus, url: str, *, since: int = 3, upto: int | None = None) -> None:
        """Every beginning of the text from the letter `since` on, sent to `url` + the beginning, as it is typed."""
        for length in range(since, (upto or len(stimulus.text)) + 1):
            at = self.begun(stimulus) + FIRST_KEY + KEY * length
            self.http(at, url + quote(stimulus.text[:length], safe=""))

    def ordinary(self, engine: str = "https://duckduckgo.com/?t=h_&q=", *, without: tuple[str, ...] = ()) -> Scene:
        """What a browser that claims the truth sends: the pages, the submitted search, the spikes."""
        for stimulus in self.script.stimuli:
            if stimulus.action in without:
                continue
            at = self.submitted(stimulus)
            if stimulus.action in {"visit", "control"}:
                host = urlsplit(stimulus.url).hostname or ""
                self.dns(at + 0.01, host)
                self.http(at + 0.05, stimulus.url, headers=NAVIGATION)
                self.http(at + 0.2, f"https://{host}/favicon.ico", headers={"Referer": stimulus.url})
            elif stimulus.action == "search":
                self.http(at + 0.05, engine + stimulus.text, headers=NAVIGATION)
        for number, spike in enumerate(() if "spike" in without else self.script.spikes):
            self.http(5 + number, spike.url, body=base64.b64encode(f'{{"value":"{spike.canary.value}"}}'.encode()))
        return self

    def view(self) -> SessionView:
        events = tuple(self._events())
        canaries = (*self.script.planted, *self.script.decoys)
        needles, walker, known = read(canaries)
        session = Session(
            id=self.script.session.id,
            attempt=1,
            state=self.state,
            plan="",
            script=self.script,
            backtalk="0",
            began=EPOCH,
            ended=EPOCH + self.ended,
            configuration=Configuration(program="chromium", version="1", welcome=self.welcome),
            reason="" if self.state == "sealed" else "killed",
        )
        sightings, readings = [], []
        for exchange in self.exchanges:
            for part in exchange.parts:
                walk = known.setdefault(part.data, None) or walker.walk(part.data)
                known[part.data] = walk

                def buffer(steps: tuple[Step, ...], data: bytes = part.data) -> bytes:
                    return replay(data, steps)[-1] if steps else data

                sightings += detect.sightings(
                    exchange, part, walk, canaries, needles, buffer, session=session.id, stimuli=self.script.stimuli
                )
                shut = [secret for index, name, secret in self.unread if (index, name) == (exchange.index, part.name)]
                unread = tuple(
                    Unread(
                        reason="binary",
                        size=len(one),
                        digest=hashlib.sha256(one).hexdigest(),
                        span=(part.data.index(one), part.data.index(one) + len(one)),
                    )
                    for one in shut
                )
                size = sum(one.size for one in unread)
                readings.append(
                    Reading(
                        source=exchange.source,
                        exchange=exchange.index,
                        part=part.name,
                        read=len(part.data) - size,
                        opaque=size,
                        unread=unread if part.name in OUTGOING else (),
                    )
                )
        timeline = Timeline.of(self.script, events)
        return SessionView(
            session=session,
            events=events,
            exchanges=tuple(self.exchanges),
            sightings=tuple(sightings),
            keystrokes=detect.keystrokes(sightings, self.script, timeline, self.exchanges),
            readings=tuple(readings),
            gaps=tuple(self.gaps),
            manifest=frozenset(url for one in self.script.stimuli for url in one.manifest) | self.pages,
            folder=f"sessions/{session.id}",
        )

    def _events(self):
        def event(name: str, what: str, at: float, detail: str = "") -> StimulusEvent:
            moment = Moment(wall=EPOCH + at, monotonic=at)
            return StimulusEvent(stimulus=name, event=what, at=moment, detail=detail)

        for stimulus in self.script.stimuli:
            if stimulus.id in self.lost:
                continue
            begun = self.begun(stimulus)
            yield event(stimulus.id, "begun", begun)
            if stimulus.action in {"visit", "search", "control"}:
                yield event(stimulus.id, "submitted", begun + RETURN)
            failed = self.failed.get(stimulus.id, "")
            yield event(stimulus.id, "failed" if failed else "ended", begun + END, failed)
        for number, spike in enumerate(self.script.spikes):
            yield event(spike.id, "sent", 5.0 + number)

    def _add(self, kind: str, at: float, host: str, parts: tuple[Part, ...], **more) -> int:
        index = max((one.index for one in self.exchanges), default=-1) + 1
        exchange = Exchange(
            index=index,
            kind=kind,
            source=f"sessions/{self.script.session.id}/exchanges",
            started=EPOCH + at,
            host=host,
            parts=parts,
            **{**more, "ended": EPOCH + more.get("ended", at)},
        )
        self.exchanges.append(exchange)
        return index


def case(*scenes: Scene, claims: tuple[str, ...] = (), skipped: dict[str, str] | None = None) -> CaseView:
    views = tuple(scene.view() for scene in scenes)
    conditions = tuple(one for one in CONDITIONS if any(one == each.script.session.condition for each in scenes))
    plan = msgspec.structs.replace(PLAN, claims=claims, conditions=conditions or CONDITIONS)
    return CaseView(plan=plan, sessions=views, joins=detect.joins(views), skipped=skipped or {})


def verdict(judged: Judgement, claim: str):
    return next(one for one in judged.verdicts if one.claim == claim)
