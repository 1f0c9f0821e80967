"""What a build says that cannot be meant: names of nothing, hosts that somebody may own, what would never be sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backtalk.range.builds.build import Build

STATEMENTS = tuple(f"R{number}" for number in range(1, 14))
"""What was reported in 2020, statement by statement."""
INVENTED = ("example", "test")
"""The ends of host names that nobody can own (RFC 2606)."""
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]+")


def check(build: Build) -> Iterator[str]:
    """What a build says that cannot be meant."""
    sent = build.reporting
    yield from (f"statements: there is no {one}" for one in build.statements if one not in STATEMENTS)
    for title, ids in (
        ("collectors", [one.id for one in sent.collectors]),
        ("identifiers", [one.id for one in sent.identifiers]),
        ("statements", list(build.statements)),
    ):
        yield from (
            f"{title}: {one!r} stands there {ids.count(one)} times" for one in dict.fromkeys(ids) if ids.count(one) > 1
        )
    for place, collector in enumerate(sent.collectors):
        where = f"collectors[{place}]"
        if not _HOST.fullmatch(collector.host) or collector.host.rpartition(".")[2] not in INVENTED:
            yield f"{where}: the host {collector.host!r} must be a name under .example or .test"
        yield from _positive(where, batch=collector.batch, copies=collector.copies)
    for place, identifier in enumerate(sent.identifiers):
        yield from _positive(f"identifiers[{place}]", days=identifier.days)
    for place, report in enumerate(sent.reports):
        where = f"reports[{place}]"
        yield from _references(where, build, report.to, report.identifiers)
        for title, values in (("events", report.events), ("modes", report.modes), ("consent", report.consent)):
            if not values:
                yield f"{where}: {title} is empty, so it would never send"
            yield from (f"{where}: {title} has {one!r} twice" for one in dict.fromkeys(values) if values.count(one) > 1)
        switches = {one.id for one in build.browser.switches}
        yield from (f"{where}: the browser has no switch {one!r}" for one in report.switches if one not in switches)
        if "enhanced" in report.modes and "enhanced_incognito" not in switches:
            yield f"{where}: there is no mode enhanced without the switch 'enhanced_incognito'"
        if report.count_of < 0 or report.slower_ms < 0:
            yield f"{where}: count_of and slower_ms are not negative"
    for place, beat in enumerate(sent.heartbeats):
        yield from _references(f"heartbeats[{place}]", build, beat.to, beat.identifiers)
        yield from _positive(f"heartbeats[{place}]", every=beat.every, events=beat.events)


def _references(where: str, build: Build, to: tuple[str, ...], identifiers: tuple[str, ...]) -> Iterator[str]:
    collectors = {one.id for one in build.reporting.collectors}
    known = {one.id for one in build.reporting.identifiers}
    if not to:
        yield f"{where}: to is empty, so it would never send"
    yield from (f"{where}: there is no collector {one!r}" for one in to if one not in collectors)
    yield from (f"{where}: there is no identifier {one!r}" for one in identifiers if one not in known)


def _positive(where: str, **numbers: int) -> Iterator[str]:
    yield from (f"{where}: {name} is at least 1, not {value}" for name, value in numbers.items() if value < 1)
