"""Findings: what was found, to whom it went, and in how many stimuli and sessions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from backtalk.assess.addresses import path
from backtalk.assess.claim import Bearing, Claim, contact
from backtalk.assess.observation import RECOGNISABLE, Observation, order
from backtalk.assess.services import function
from backtalk.assess.setting import told
from backtalk.model.finding import Contact, Finding, Sighting
from backtalk.model.view import Bearer, Join, recipient

Reach = Literal["contact", "host", "typed text", "page", "identity"]
Bearings = Sequence[tuple[Observation, Bearing]]
"""The sessions that count, each with what it says about one claim."""

CATEGORIES: dict[Reach, str] = {
    "contact": "contact",
    "host": "host name",
    "typed text": "typed text",
    "page": "page address",
    "identity": "identifier",
}

RANDOM = re.compile(r"(?=.*\d)[\w~.=-]{16,}")
"""A path's segment that is a number of its own, not the name of an endpoint."""


def findings(claim: Claim, subject: str, condition: str, bearings: Bearings) -> tuple[Finding, ...]:
    """What speaks against a claim: one finding for each recipient and place, in order."""
    made: list[Finding] = []
    sightings: dict[tuple[str, str], list[Sighting]] = {}
    contacts: dict[str, list[Contact]] = {}
    functions: dict[str, set[str]] = {}
    for session, bearing in bearings:
        for one in bearing.sightings:
            sightings.setdefault((recipient(one.part, one.host), _where(one)), []).append(one)
        for each in bearing.contacts:
            contacts.setdefault(each.host, []).append(each)
            functions.setdefault(each.host, set()).add(function(session.exchanges[each.source, each.exchange]))
    for (who, where), group in sorted(sightings.items()):
        reach = _reach(claim, group)
        touched = {(one.session, one.stimulus) for one in group}
        made.append(
            _made(
                claim,
                subject,
                condition,
                bearings,
                touched,
                reach,
                who,
                where,
                sightings=tuple(sorted(group, key=order)),
            )
        )
    for who, met in sorted(contacts.items()):
        touched = {(one.session, one.during) for one in met}
        ordered = tuple(sorted(met, key=lambda one: (one.session, one.at, one.source, one.exchange)))
        known = "; ".join(sorted(functions[who] - {""}))
        made.append(
            _made(claim, subject, condition, bearings, touched, "contact", who, "", contacts=ordered, service=known)
        )
    return tuple(made) + _of_joins(claim, subject, condition, bearings, counted=True)


def noted(claim: Claim, subject: str, condition: str, bearings: Bearings) -> tuple[Finding, ...]:
    """What is told though it does not speak against the claim by itself."""
    return _of_joins(claim, subject, condition, bearings, counted=False)


def content_hash(finding: Finding) -> str:
    """The finding's id: the beginning of the SHA-256 of its canonical JSON without the id."""
    content = msgspec.json.encode(msgspec.structs.replace(finding, id=""), order="sorted")
    return "F-" + hashlib.sha256(content).hexdigest()[:12]


def _of_joins(claim: Claim, subject: str, condition: str, bearings: Bearings, *, counted: bool) -> tuple[Finding, ...]:
    groups: dict[tuple[str, str], list[tuple[Observation, Join, Bearer]]] = {}
    for session, bearing in bearings:
        for join in bearing.joins if counted else bearing.noted:
            for bearer in join.private:
                groups.setdefault((bearer.host, f"{join.kind} {bearer.field}"), []).append((session, join, bearer))
    made = []
    for (who, where), group in sorted(groups.items()):
        chosen = {(one.source, one.exchange): session for session, _, one in group}
        for session, join, _ in group:
            chosen |= {(one.source, one.exchange): session for one in join.normal}
        contacts = [contact(session, session.exchanges[place]) for place, session in chosen.items()]
        ordered = tuple(sorted(contacts, key=lambda one: (one.session, one.at, one.source, one.exchange)))
        touched = {
            (session.id, contact(session, session.exchanges[(one.source, one.exchange)]).during)
            for session, _, one in group
        }
        made.append(_made(claim, subject, condition, bearings, touched, "identity", who, where, contacts=ordered))
    return tuple(made)


def _made(
    claim: Claim,
    subject: str,
    condition: str,
    bearings: Bearings,
    touched: set[tuple[str, str]],
    reach: Reach,
    who: str,
    where: str,
    sightings: tuple[Sighting, ...] = (),
    contacts: tuple[Contact, ...] = (),
    service: str = "",
) -> Finding:
    ran = [(session.id, bearing) for session, bearing in bearings if bearing.acts]
    tried = {(session, act.stimulus.id) for session, bearing in ran for act in bearing.acts}
    seen = {session for session, _ in touched}
    finding = Finding(
        id="",
        claim=claim.ID,
        subject=subject,
        condition=condition,
        category=CATEGORIES[reach],
        recipient=who,
        where=where,
        statement="",
        stimuli=(len(touched & tried), len(tried)),
        sessions=(len(seen), len(ran)),
        strength="repeated" if len(seen) > 1 else "single",
        reach=reach,
        sightings=sightings,
        contacts=contacts,
    )
    finding = msgspec.structs.replace(finding, statement=_statement(finding, service))
    return msgspec.structs.replace(finding, id=content_hash(finding))


NOUNS: dict[str, str] = {
    "typed": "texts typed",
    "visited": "addresses entered",
    "private": "things done in private",
    "reported": "visits",
}
"""What the stimuli of a claim are, for people."""

TOLD: dict[Reach, str] = {
    "host": "the host name of the page",
    "typed text": "what was typed",
    "page": "the address of the page",
}
"""What somebody got, for people."""


def _statement(finding: Finding, service: str) -> str:
    """The finding in a sentence that holds its counts, once."""
    who = f"{finding.recipient} ({service})" if service else finding.recipient
    k, r = finding.sessions
    sessions = f"in {k} of {r} session{'' if r == 1 else 's'}"
    if finding.reach == "contact":
        return f"{who} was contacted {_times(len(finding.contacts))}, {sessions}."
    if finding.reach == "identity":
        return f"{who} got, in private, a value that also left in normal mode, {sessions}."
    m, n = finding.stimuli
    letters = ", letter by letter" if any(one.match == "prefix" for one in finding.sightings) else ""
    early = ", before it was submitted" if finding.claim == "typed" and not letters else ""
    noun = NOUNS.get(finding.claim, "stimuli")
    return f"{who} got {TOLD[finding.reach]}{letters}{early}: {m} of {n} {noun}, {sessions}.{told(finding.sightings)}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _reach(claim: Claim, group: Sequence[Sighting]) -> Reach:
    if claim.ID == "typed" or all(one.kind == "text" for one in group):
        return "typed text"
    return "host" if all(one.kind == "host" for one in group) else "page"


def _where(one: Sighting) -> str:
    """Part, endpoint and field; what is random or a canary in the path is left open."""
    if one.part == "dns.name" or not one.url:
        return " ".join(filter(None, (one.part, one.field)))
    segments = path(one.url).split("/")
    text = one.text.lower() if len(one.text) >= RECOGNISABLE else ""
    endpoint = "/".join("*" if RANDOM.fullmatch(each) or (text and text in each.lower()) else each for each in segments)
    return " ".join(filter(None, (one.part, endpoint, one.field)))
