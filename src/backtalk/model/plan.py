"""The plan of a case, and the script that each session follows."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backtalk.model.canary import Canary

Mode = Literal["normal", "private"]
Suggestions = Literal["packaged", "on", "off"]
Action = Literal["start", "visit", "search", "draft", "control", "open-private", "restart", "idle"]
"""`draft` is text typed into the address bar and never submitted."""


class SubjectPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A subject to investigate: `driver` names the file in lab/subjects that starts it."""

    id: str
    driver: str


class ConditionPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is held fixed in a session."""

    id: str
    mode: Mode = "normal"
    suggestions: Suggestions = "packaged"


class Plan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One investigation, as written down and hashed before the first session.

    `repeats` sessions are run of each subject under each condition; `idle` is in seconds.
    Everything random is drawn from `seed`.
    """

    v: int = 1
    name: str
    seed: int
    subjects: tuple[SubjectPlan, ...]
    conditions: tuple[ConditionPlan, ...]
    repeats: int = 2
    idle: float = 10.0
    decoys: int = 1000
    spikes: int = 3
    claims: tuple[str, ...] = ()


class SessionPlan(Struct, frozen=True, kw_only=True):
    """One session that the plan asks for. `id` is `subject.condition.repeat`."""

    id: str
    subject: SubjectPlan
    condition: ConditionPlan
    repeat: int


class Stimulus(Struct, frozen=True, kw_only=True):
    """One thing to do to the subject. `gap` is the settling time after it, in seconds.

    `text` is what is typed or pasted, in full; `url` is where it leads once submitted.
    """

    id: str
    action: Action
    how: Literal["type", "paste", ""] = ""
    mode: Mode = "normal"
    text: str = ""
    url: str = ""
    gap: float = 2.0
    manifest: tuple[str, ...] = ()
    """The absolute URLs that the page at `url` asks for by itself, its own included."""
    canaries: tuple[Canary, ...] = ()


class Spike(Struct, frozen=True, kw_only=True):
    """A canary that the lab itself sends from inside the subject, `after` seconds in."""

    id: str
    after: float
    packaging: str
    url: str
    canary: Canary


class Script(Struct, frozen=True, kw_only=True):
    """All that one session will do, drawn from the plan's seed before it begins."""

    session: SessionPlan
    stimuli: tuple[Stimulus, ...]
    spikes: tuple[Spike, ...]
    decoys: tuple[Canary, ...]

    @property
    def planted(self) -> tuple[Canary, ...]:
        """Every canary that is planted, in planting order, without the decoys."""
        typed = tuple(canary for stimulus in self.stimuli for canary in stimulus.canaries)
        return typed + tuple(spike.canary for spike in self.spikes)
