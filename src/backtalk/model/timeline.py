"""When each stimulus began, was submitted and ended, and what was under way at any moment."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from backtalk.model.plan import Mode, Script, Stimulus
from backtalk.model.session import StimulusEvent


class Act(Struct, frozen=True, kw_only=True):
    """A stimulus as it took place. Times are UTC epoch seconds, 0.0 for what did not happen."""

    stimulus: Stimulus
    begun: float = 0.0
    submitted: float = 0.0
    ended: float = 0.0
    screenshot: str = ""
    failed: str = ""

    @property
    def done(self) -> bool:
        """Begun, ended, and nothing went wrong."""
        return self.begun > 0 and self.ended > 0 and not self.failed

    def typing(self, at: float) -> bool:
        """Whether `at` lies between the first keystroke and the stimulus' end."""
        return self.begun > 0 and self.begun <= at and (self.ended <= 0 or at <= self.ended)


class Timeline(Struct, frozen=True, kw_only=True):
    """The stimuli of one session in script order, and the spikes that were sent (by id)."""

    acts: tuple[Act, ...]
    spikes: tuple[str, ...] = ()

    @classmethod
    def of(cls, script: Script, events: Iterable[StimulusEvent]) -> Timeline:
        """The timeline of a script as its events tell it. The first event of a kind counts, the last screenshot."""
        times: dict[tuple[str, str], float] = {}
        shots: dict[str, str] = {}
        failures: dict[str, str] = {}
        for event in events:
            times.setdefault((event.stimulus, event.event), event.at.wall)
            if event.screenshot:
                shots[event.stimulus] = event.screenshot
            if event.event == "failed":
                failures.setdefault(event.stimulus, event.detail or "failed")
        acts = tuple(
            Act(
                stimulus=stimulus,
                begun=times.get((stimulus.id, "begun"), 0.0),
                submitted=times.get((stimulus.id, "submitted"), 0.0),
                ended=times.get((stimulus.id, "ended"), times.get((stimulus.id, "failed"), 0.0)),
                screenshot=shots.get(stimulus.id, ""),
                failed=failures.get(stimulus.id, ""),
            )
            for stimulus in script.stimuli
        )
        sent = tuple(spike.id for spike in script.spikes if (spike.id, "sent") in times)
        return cls(acts=acts, spikes=sent)

    def during(self, at: float) -> Act | None:
        """The act that began last before `at`: it is under way until the next begins."""
        begun = [act for act in self.acts if 0 < act.begun <= at]
        return max(begun, key=lambda act: act.begun) if begun else None

    def mode(self, at: float) -> Mode:
        """The mode in use at `at`; normal before anything has begun."""
        act = self.during(at)
        return act.stimulus.mode if act else "normal"

    def act(self, stimulus: str) -> Act | None:
        """The act of the stimulus with this id."""
        return next((act for act in self.acts if act.stimulus.id == stimulus), None)
