"""Values that join what was done in private to what was done before or after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backtalk.detect.values import Kind, bits, sent
from backtalk.model.capture import OUTGOING, Exchange
from backtalk.model.timeline import Timeline
from backtalk.model.view import Bearer, Join, SessionView

BITS = 32.0
"""Least entropy, in bits, that makes a value tell one profile from all others."""

Sendings = dict[str, list[tuple[Kind, Bearer]]]


def joins(views: Sequence[SessionView]) -> tuple[Join, ...]:
    """Values that left in both modes of one session and in no other session of the case.

    What equals in two sessions is a constant of the build, so a subject with one session
    tells of none. Not counted: canaries and
    decoys, and what a server gave in the later of the two modes before it left there (a
    cookie set in normal mode and sent in private is the join; one set in both is not).
    """
    sendings = [_sendings(view) for view in views]
    owners: dict[str, set[str]] = {}
    for view, values in zip(views, sendings, strict=True):
        for value in values:
            owners.setdefault(value, set()).add(view.session.id)
    profiles: dict[str, set[str]] = {}
    for view in views:
        profiles.setdefault(view.session.script.session.subject.id, set()).add(view.session.id)
    found = [
        join
        for view, values in zip(views, sendings, strict=True)
        if len(profiles[view.session.script.session.subject.id]) > 1
        for timeline in (Timeline.of(view.session.script, view.events),)
        for value in sorted(values)
        if len(owners[value]) == 1 and (join := _join(view, timeline, value, values[value])) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.session, one.value)))


def _sendings(view: SessionView) -> Sendings:
    invented = [canary.value for canary in (*view.session.script.planted, *view.session.script.decoys)]
    found: Sendings = {}
    for exchange in sorted(view.exchanges, key=lambda one: (one.started, one.source, one.index)):
        for kind, part, field, value in sent(exchange):
            bearer = Bearer(
                source=exchange.source,
                exchange=exchange.index,
                host=exchange.host,
                url=exchange.url,
                at=exchange.started,
                part=part,
                field=field,
            )
            found.setdefault(value, []).append((kind, bearer))
    return {
        value: bearers
        for value, bearers in found.items()
        if bits(value) >= BITS and not any(word in value.lower() for word in invented)
    }


def _join(view: SessionView, timeline: Timeline, value: str, bearers: list[tuple[Kind, Bearer]]) -> Join | None:
    private = [one for one in bearers if timeline.mode(one[1].at) == "private"]
    normal = [one for one in bearers if timeline.mode(one[1].at) == "normal"]
    if not private or not normal:
        return None
    later = private if normal[0][1].at < private[0][1].at else normal
    mode = timeline.mode(later[0][1].at)
    before = (one for one in view.exchanges if one.started <= later[0][1].at and timeline.mode(one.started) == mode)
    if any(_gave(exchange, value, later[0][1].host) for exchange in _others(before, later[0][1])):
        return None
    return Join(
        session=view.session.id,
        value=value,
        kind=private[0][0],
        bits=bits(value),
        normal=tuple(bearer for _, bearer in normal),
        private=tuple(bearer for _, bearer in private),
    )


def _others(exchanges: Iterable[Exchange], bearer: Bearer) -> Iterable[Exchange]:
    """Those other than the bearer's own, whose answer came after the value had left."""
    return (one for one in exchanges if (one.source, one.index) != (bearer.source, bearer.exchange))


def _gave(exchange: Exchange, value: str, host: str) -> bool:
    """Whether the answer held the value, or may have: the same host's answer was packaged."""
    coded = b"content-encoding:" in exchange.part("response.header").lower() and exchange.host == host
    return coded or any(value.encode() in part.data for part in exchange.parts if part.name not in OUTGOING)
