"""What each session will do, drawn from the plan's seed before anything is recorded."""

from __future__ import annotations

from typing import Protocol

from backtalk.lab.internet.manifest import urls
from backtalk.lab.internet.search import ASSETS, ENGINES
from backtalk.lab.internet.stimulus import CONTROL
from backtalk.model.canary import Canary, CanaryKind
from backtalk.model.draw import Draw
from backtalk.model.plan import Action, Mode, Plan, Script, SessionPlan, Spike, Stimulus

RESULT_ASSETS = tuple(sorted(f"https://{host}{path}" for engine in ENGINES for host in engine.hosts for path in ASSETS))
"""What a page of results asks for, whichever engine the subject uses: known only once it is used."""

SPIKE_HOST = "spike"
SHORTEST_GAP, LONGEST_GAP = 1.2, 2.6
"""Seconds that a person looks at what came, before doing the next thing."""


class Mint(Protocol):
    """Where canaries come from: values unique over a session."""

    def word(self, kind: CanaryKind, stimulus: str) -> Canary:
        """A new canary for one place of one stimulus."""

    def decoys(self, count: int) -> tuple[Canary, ...]:
        """Canaries that will never be planted."""


def sessions(plan: Plan) -> tuple[SessionPlan, ...]:
    """Every session that the plan asks for: one block a repeat, the order within a block drawn."""
    ordered: list[SessionPlan] = []
    for repeat in range(1, plan.repeats + 1):
        block = [
            SessionPlan(id=f"{subject.id}.{condition.id}.{repeat}", subject=subject, condition=condition, repeat=repeat)
            for subject in plan.subjects
            for condition in plan.conditions
        ]
        ordered += Draw(plan.seed, f"order/{repeat}").shuffled(block)
    return tuple(ordered)


def script(plan: Plan, session: SessionPlan, mint: Mint, packagings: tuple[str, ...]) -> Script:
    """All that a session will do: stimuli in drawn order, spikes at drawn times, decoys."""
    writer = _Writer(plan, session, mint)
    phases = {"normal": writer.normal, "private": writer.private}
    stimuli = tuple(phases[session.condition.mode]())
    return Script(session=session, stimuli=stimuli, spikes=writer.spikes(packagings), decoys=mint.decoys(plan.decoys))


class _Writer:
    def __init__(self, plan: Plan, session: SessionPlan, mint: Mint) -> None:
        self._plan, self._mint = plan, mint
        self._draw = Draw(plan.seed, f"script/{session.id}")
        self._count = 0

    def normal(self) -> list[Stimulus]:
        """Fresh start, then each thing a person does in drawn order, restart, idle."""
        begin = [self._plain("start")]
        things = self._draw.shuffled(
            [self._visit("type"), self._visit("paste"), self._search(), self._draft(), self._control()]
        )
        return [*begin, *things, self._plain("restart"), self._plain("idle", self._plan.idle)]

    def private(self) -> list[Stimulus]:
        """The normal mode first, then the same things in a private window, then the normal mode again.

        What joins the two can only be seen where one profile has used both.
        """
        begin = [
            self._plain("start"),
            self._visit("type"),
            self._control(),
            self._plain("open-private", mode="private"),
        ]
        things = self._draw.shuffled(
            [
                self._visit("type", "private"),
                self._visit("paste", "private"),
                self._search("private"),
                self._draft("private"),
            ]
        )
        return [*begin, *things, self._plain("restart"), self._visit("paste"), self._plain("idle", self._plan.idle)]

    def spikes(self, packagings: tuple[str, ...]) -> tuple[Spike, ...]:
        """Spikes at drawn times of the first half minute, their packagings in drawn order."""
        order = self._draw.shuffled(packagings)
        drawn = []
        for number in range(self._plan.spikes):
            name = f"spike{number + 1}"
            canary = self._mint.word("spike", name)
            drawn.append(
                Spike(
                    id=name,
                    after=round(self._draw.between(2, 30), 3),
                    packaging=order[number % len(order)],
                    url=f"https://{SPIKE_HOST}-{number + 1}.example/collect",
                    canary=canary,
                )
            )
        return tuple(drawn)

    def _id(self, action: Action) -> str:
        self._count += 1
        return f"s{self._count:02d}-{action}"

    def _gap(self) -> float:
        return round(self._draw.between(SHORTEST_GAP, LONGEST_GAP), 3)

    def _plain(self, action: Action, gap: float | None = None, mode: Mode = "normal") -> Stimulus:
        return Stimulus(id=self._id(action), action=action, mode=mode, gap=self._gap() if gap is None else gap)

    def _visit(self, how: str, mode: Mode = "normal") -> Stimulus:
        name = self._id("visit")
        host, path, query = (self._mint.word(kind, name) for kind in ("host", "path", "query"))
        typed = f"{host.value}.example/{path.value}?q={query.value}"
        return Stimulus(
            id=name,
            action="visit",
            how="type" if how == "type" else "paste",
            mode=mode,
            text=typed if how == "type" else f"https://{typed}",
            url=f"https://{typed}",
            gap=self._gap(),
            manifest=tuple(sorted(urls(f"https://{typed}"))),
            canaries=(host, path, query),
        )

    def _search(self, mode: Mode = "normal") -> Stimulus:
        name = self._id("search")
        word = self._mint.word("text", name)
        return Stimulus(
            id=name,
            action="search",
            how="type",
            mode=mode,
            text=word.value,
            gap=self._gap(),
            manifest=RESULT_ASSETS,
            canaries=(word,),
        )

    def _draft(self, mode: Mode = "normal") -> Stimulus:
        name = self._id("draft")
        word = self._mint.word("text", name)
        return Stimulus(
            id=name, action="draft", how="type", mode=mode, text=word.value, gap=self._gap(), canaries=(word,)
        )

    def _control(self) -> Stimulus:
        name = self._id("control")
        word = self._mint.word("control", name)
        url = f"https://{CONTROL}/{word.value}"
        return Stimulus(
            id=name,
            action="control",
            how="paste",
            text=url,
            url=url,
            gap=self._gap(),
            manifest=tuple(sorted(urls(url))),
            canaries=(word,),
        )
