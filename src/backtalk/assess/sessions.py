"""What one session gave, as it is shown."""

from __future__ import annotations

from collections.abc import Iterator

from backtalk.assess.addresses import host
from backtalk.assess.controls import controls
from backtalk.assess.copies import Copies
from backtalk.assess.coverage import coverage
from backtalk.assess.expected import ENGINE, SITE
from backtalk.assess.observation import Observation
from backtalk.assess.services import function
from backtalk.model.capture import Exchange
from backtalk.model.finding import Origin
from backtalk.model.result import Recipient, SessionResult, StimulusShown
from backtalk.model.view import RESOLVER, recipient

BODIES = ("request.body", "websocket.sent", "tcp.sent", "udp.sent")


def session_result(observation: Observation, copies: Copies) -> SessionResult:
    """The session with its stimuli, recipients, coverage and controls."""
    session = observation.view.session
    plan, state = session.script.session, controls(observation)
    return SessionResult(
        id=session.id,
        subject=plan.subject.id,
        condition=plan.condition.id,
        repeat=plan.repeat,
        state=session.state,
        began=session.began,
        ended=session.ended,
        configuration=session.configuration,
        stimuli=tuple(_stimuli(observation)),
        recipients=tuple(_recipients(observation)),
        coverage=coverage(observation, copies),
        decoys=state.decoys,
        decoy_sightings=state.alarms,
        spikes_sent=state.spikes_sent,
        spikes_recovered=state.spikes_recovered,
        control_seen=state.control_seen,
        excluded=observation.excluded,
    )


def _stimuli(observation: Observation) -> Iterator[StimulusShown]:
    folder = observation.view.folder
    for act in observation.timeline.acts:
        picture = f"screens/{act.screenshot}" if act.screenshot else ""
        yield StimulusShown(
            id=act.stimulus.id,
            action=act.stimulus.action,
            how=act.stimulus.how,
            mode=act.stimulus.mode,
            text=act.stimulus.text,
            begun=act.begun,
            submitted=act.submitted,
            ended=act.ended,
            screenshot=f"{folder}/{picture}" if folder and picture else picture,
            failed=act.failed,
        )


def _recipients(observation: Observation) -> Iterator[Recipient]:
    sites = {host(act.stimulus.url) for act in observation.timeline.acts if act.stimulus.url}
    engines = {taken.host for taken in observation.engines.values()}
    groups: dict[tuple[str, Origin, str], list[Exchange]] = {}
    for place, exchange in observation.exchanges.items():
        name = recipient("dns.name" if exchange.kind == "dns" else "", exchange.host)
        known = RESOLVER if name == RESOLVER else function(exchange)
        known = known or (SITE if name in sites else ENGINE if name in engines else "")
        groups.setdefault((name, observation.origins[place], known), []).append(exchange)
    for (name, origin, known), exchanges in sorted(groups.items()):
        yield Recipient(
            host=name,
            origin=origin,
            exchanges=len(exchanges),
            sent=sum(len(part.data) for one in exchanges for part in one.parts if part.name in BODIES),
            at=tuple(sorted(one.started for one in exchanges)),
            expected=known,
        )
