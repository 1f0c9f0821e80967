"""What of all that happens a build reports: its reports against mode, consent, switches and thresholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from msgspec import Struct

from backtalk.range.builds import Build, Report
from backtalk.range.handset.apps.browser import Browser
from backtalk.range.handset.happening import Happening
from backtalk.range.handset.identities import Identities
from backtalk.range.sending import naming
from backtalk.range.sending.identifying import Identifying
from backtalk.range.sending.record import ANONYMOUS, LIBRARY, Record


class Selected(Struct, frozen=True):
    """A record that a program has for a collector."""

    app: str
    to: str
    record: Record


class Selection:
    """Hears what happens on one handset, and says what leaves. `identities` gives the handset's own, as they are."""

    def __init__(self, build: Build, identities: Callable[[], Identities], *, seed: int = 1) -> None:
        self.build = build
        self.consent = "unasked"
        self.switches = {one.id: one.on for one in build.browser.switches}
        self._own = identities
        self._identifying = Identifying(build.reporting.identifiers, seed)
        self._counts: dict[int, Counter[str]] = {}
        self._beats: dict[int, float] = {}
        self._beaten = 0

    def hear(self, happening: Happening) -> tuple[Selected, ...]:
        """The records that it gives, each once for every collector of each report that takes it."""
        self._learn(happening)
        return tuple(self._reported(happening))

    def beat(self, moment: float) -> tuple[Selected, ...]:
        """Heartbeats that are due. The first is counted from when this is first asked; none is made up for."""
        return tuple(self._due(moment))

    def _reported(self, happening: Happening) -> Iterator[Selected]:
        for place, report in enumerate(self.build.reporting.reports):
            if happening.event not in report.events or not self._takes(report, happening):
                continue
            record = self._counted(place, report, happening) if report.count_of else self._record(report, happening)
            if record is not None:
                yield from (Selected(happening.app, to, record) for to in report.to)

    def _due(self, moment: float) -> Iterator[Selected]:
        for place, one in enumerate(self.build.reporting.heartbeats):
            due = self._beats.setdefault(place, moment) + one.every
            if moment < due or self.consent not in one.consent:
                continue
            self._beats[place] = moment
            for _ in range(one.events):
                self._beaten += 1
                alive: dict[str, str | int] = {"sequence": self._beaten, "state": "ok"}
                made = self._made(Browser.PACKAGE, "heartbeat", moment, one.identifiers, alive)
                yield from (Selected(Browser.PACKAGE, to, made) for to in one.to)

    def _learn(self, happening: Happening) -> None:
        details = happening.details
        if happening.event == "consent":
            self.consent = details["answer"]
        elif happening.event == "switch" and happening.app == Browser.PACKAGE:
            self.switches[details["name"]] = details["on"] == "1"
        elif happening.event == "clear data":
            self._identifying.forget(details["name"])
        elif happening.event == "factory reset":
            self._identifying.forget_all()
        if happening.event == "factory reset" or (
            happening.event == "clear data" and details["name"] == Browser.PACKAGE
        ):
            self.consent = "unasked"
            self.switches = {one.id: one.on for one in self.build.browser.switches}
            self._counts.clear()

    def _takes(self, report: Report, happening: Happening) -> bool:
        mode: str = happening.mode
        if mode == "incognito" and self.switches.get("enhanced_incognito"):
            mode = "enhanced"
        return (
            mode in report.modes
            and self.consent in report.consent
            and all(self.switches[name] == on for name, on in report.switches.items())
            and not (happening.event == "visit finish" and int(happening.details["ms"]) < report.slower_ms)
            and not (happening.event == "account" and not happening.details["account"])
        )

    def _counted(self, place: int, report: Report, happening: Happening) -> Record | None:
        counts = self._counts.setdefault(place, Counter())
        counts[naming.EVENTS[happening.event].event.removeprefix("$")] += 1
        if counts.total() < report.count_of:
            return None
        del self._counts[place]
        numbers: dict[str, str | int] = {f"count_{name}": counts[name] for name in sorted(counts)}
        shared = naming.shared(self.build, device=report.device)
        return self._made(happening.app, "usage_counts", happening.moment, report.identifiers, shared | numbers)

    def _record(self, report: Report, happening: Happening) -> Record:
        own = naming.shared(self.build, device=report.device) | naming.properties(happening)
        event = naming.EVENTS[happening.event].event
        return self._made(happening.app, event, happening.moment, report.identifiers, own)

    def _made(
        self, app: str, event: str, moment: float, identifiers: tuple[str, ...], own: dict[str, str | int]
    ) -> Record:
        phone = self._own()
        read = {name: self._identifying.read(app, name, moment, phone) for name in identifiers}
        named = {one.id: one for one in self.build.reporting.identifiers}
        sent: dict[str, str | int] = {
            named[name].property: value for name, value in read.items() if value and named[name].property
        }
        there = [value for value in read.values() if value]
        signup = event == "$SignUp"
        before = [value for name, value in read.items() if value and named[name].kind != "account"]
        return Record(
            type="track_signup" if signup else "track",
            event=event,
            time=int(moment * 1000),
            distinct_id=there[0] if there else ANONYMOUS,
            original_id=(before[0] if before else ANONYMOUS) if signup else "",
            lib=LIBRARY,
            properties={"$lib": LIBRARY["$lib"], "$lib_version": LIBRARY["$lib_version"]} | own | sent,
        )
