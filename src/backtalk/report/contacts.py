"""Whom a subject spoke to by itself, as one table: a line a recipient, over all conditions."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from backtalk.model.finding import Contact, Finding
from backtalk.model.result import Result
from backtalk.report.chapters import Contacts
from backtalk.report.names import Names
from backtalk.report.text import DASH, count, seconds

ADDRESSES = 6
"""Addresses that are told of one recipient; all are in result.json."""


class Row(Struct, frozen=True, kw_only=True):
    """One recipient. `when` is the earliest contact since the stimulus began; `more` addresses are not listed.

    `findings` are those told here, each with its anchor; `seen` says in how many sessions, by condition.
    """

    host: str
    service: str
    seen: tuple[str, ...]
    requests: int
    sent: int
    when: str
    addresses: tuple[tuple[str, int], ...]
    more: int
    findings: tuple[tuple[str, Finding], ...]


class ContactTable(Struct, frozen=True, kw_only=True):
    """One subject's recipients under one claim."""

    subject: str
    conditions: str
    rows: tuple[Row, ...]


def contact_table(contacts: Contacts, fresh: dict[str, str], result: Result, names: Names) -> ContactTable:
    """The table of the findings in `fresh`, which maps each finding's id to its anchor."""
    begun = {(session.id, one.id): one.begun for session in result.sessions for one in session.stimuli}
    rows = []
    for met in contacts.met:
        own = tuple(one for one in met.findings if one.id in fresh)
        if not own:
            continue
        made = [contact for finding in own for contact in finding.contacts]
        addresses = Counter(one.url or one.host for one in made).most_common()
        rows.append(
            Row(
                host=met.host,
                service=met.service,
                seen=_seen(own, names),
                requests=len(made),
                sent=sum(one.sent for one in made),
                when=_earliest(made, begun),
                addresses=tuple(sorted(addresses[:ADDRESSES])),
                more=max(len(addresses) - ADDRESSES, 0),
                findings=tuple((fresh[one.id], one) for one in own),
            )
        )
    conditions = (finding.condition for row in rows for _, finding in row.findings)
    return ContactTable(
        subject=contacts.subject, conditions=names.conditions(contacts.subject, conditions), rows=tuple(rows)
    )


def _seen(findings: tuple[Finding, ...], names: Names) -> tuple[str, ...]:
    """In how many sessions, conditions with equal counts together."""
    counts: dict[tuple[int, int], list[str]] = {}
    for one in findings:
        counts.setdefault(one.sessions, []).append(one.condition)
    subject = findings[0].subject
    return tuple(
        f"{names.conditions(subject, conditions)}: {hit} of {count(ran, 'session')}"
        + (" each" if len(conditions) > 1 else "")
        for (hit, ran), conditions in counts.items()
    )


def _earliest(made: list[Contact], begun: dict[tuple[str, str], float]) -> str:
    known = [one.at - at for one in made if 0 < (at := begun.get((one.session, one.during), 0.0)) <= one.at]
    return seconds(min(known)) if known else DASH
