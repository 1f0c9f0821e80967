"""What was found, in the order in which it matters: what leaked before mere contact, told once over all conditions."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from backtalk.model.finding import Finding, Verdict
from backtalk.model.result import ClaimShown, Result
from backtalk.report.matrix import claims
from backtalk.report.names import Names, listed

GOT: dict[str, str] = {
    "typed text": "what was typed",
    "host": "the host name of the page",
    "page": "the address of the page",
    "identity": "an identifier that joins private to normal mode",
}
"""What a recipient got, by the finding's reach."""


class Leak(Struct, frozen=True, kw_only=True):
    """What one subject told one recipient: the same under one or several conditions."""

    subject: str
    recipient: str
    findings: tuple[Finding, ...]


class Met(Struct, frozen=True, kw_only=True):
    """One recipient that a subject spoke to by itself; `service` is what its address is for, where that is known."""

    host: str
    service: str
    findings: tuple[Finding, ...]


class Contacts(Struct, frozen=True, kw_only=True):
    """All whom one subject spoke to by itself, by host."""

    subject: str
    met: tuple[Met, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for one in self.met for finding in one.findings)


class Chapter(Struct, frozen=True, kw_only=True):
    """One claim with what speaks against it. `conditions` are those in which its verdict is so, by subject."""

    claim: ClaimShown
    number: int
    verdicts: tuple[Verdict, ...]
    leaks: tuple[Leak, ...]
    contacts: tuple[Contacts, ...]

    @property
    def watched(self) -> float:
        """The shortest time for which a verdict's sessions were watched, in seconds; 0 if that is unknown."""
        return min((one.horizon for one in self.verdicts), default=0.0)

    @property
    def subjects(self) -> dict[str, tuple[str, ...]]:
        """The conditions of each subject that the verdicts are about."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.verdicts:
            found[one.subject] = (*found.get(one.subject, ()), one.condition)
        return found


def chapters(result: Result) -> tuple[Chapter, ...]:
    """The contradicted claims: those about what leaked first, then those about contact, else in the claims' order."""
    known = {finding.id: finding for finding in result.findings}
    made = []
    for number, claim in enumerate(claims(result), 1):
        verdicts = tuple(one for one in result.verdicts if one.claim == claim.id and one.verdict == "contradicted")
        if verdicts:
            ids = dict.fromkeys(one for verdict in verdicts for one in verdict.findings)
            found = [known[one] for one in ids if one in known]
            made.append(chapter(result, claim, number, verdicts, found))
    return tuple(sorted(made, key=lambda one: (not one.leaks, one.number)))


def remaining(result: Result) -> tuple[Chapter, ...]:
    """The findings that carry no contradiction, by claim in the same order."""
    carried = {one for verdict in result.verdicts if verdict.verdict == "contradicted" for one in verdict.findings}
    left = [finding for finding in result.findings if finding.id not in carried]
    known = {claim.id: (number, claim) for number, claim in enumerate(claims(result), 1)}
    strays = dict.fromkeys(one.claim for one in left if one.claim not in known)
    known |= {one: (0, ClaimShown(id=one, statement=one, tested_by="")) for one in strays}
    made = [
        chapter(result, claim, number, (), own)
        for number, claim in known.values()
        if (own := [finding for finding in left if finding.claim == claim.id])
    ]
    return tuple(sorted(made, key=lambda one: (not one.leaks, one.number)))


def chapter(
    result: Result, claim: ClaimShown, number: int, verdicts: tuple[Verdict, ...], found: Iterable[Finding]
) -> Chapter:
    """The findings of one claim, put together over conditions."""
    services = _services(result)
    leaks: dict[tuple[str, str], list[Finding]] = {}
    contacts: dict[str, dict[str, list[Finding]]] = {}
    for one in found:
        if one.reach == "contact":
            contacts.setdefault(one.subject, {}).setdefault(one.recipient, []).append(one)
        else:
            leaks.setdefault((one.subject, one.recipient), []).append(one)
    return Chapter(
        claim=claim,
        number=number,
        verdicts=verdicts,
        leaks=tuple(Leak(subject=who, recipient=to, findings=tuple(own)) for (who, to), own in leaks.items()),
        contacts=tuple(
            Contacts(
                subject=subject,
                met=tuple(
                    Met(host=host, service=services.get(host, ""), findings=tuple(own))
                    for host, own in sorted(hosts.items())
                ),
            )
            for subject, hosts in contacts.items()
        ),
    )


def got(finding: Finding) -> str:
    """What the recipient got, and how."""
    letters = any(one.match == "prefix" for one in finding.sightings)
    return GOT.get(finding.reach, finding.category) + (", letter by letter" if letters else "")


def headline(result: Result, names: Names) -> str:
    """The gravest of what was found in one sentence; empty where nothing but contact was found."""
    first = next((one for one in chapters(result) if one.leaks), None)
    if first is None:
        return ""
    what = got(first.leaks[0].findings[0])
    same = [leak for leak in first.leaks if got(leak.findings[0]) == what]
    subjects = list(dict.fromkeys(leak.subject for leak in same))
    packagers = {names.packager(one) for one in subjects} - {""}
    builds = names.version if len(packagers) == 1 else names.build
    who = ", ".join([listed(map(builds, subjects)), *(packagers if len(packagers) == 1 else ())])
    conditions = {names.conditions(one.subject, (each.condition for each in one.findings)) for one in same}
    return f"{who}, {listed(sorted(conditions))}: {listed(leak.recipient for leak in same)} got {what}."


def _services(result: Result) -> dict[str, str]:
    """What each recipient's address is for, as the sessions name it."""
    known: dict[str, set[str]] = {}
    for session in result.sessions:
        for one in session.recipients:
            if one.origin == "native" and one.expected:
                known.setdefault(one.host, set()).add(one.expected)
    return {host: "; ".join(sorted(words)) for host, words in known.items()}
