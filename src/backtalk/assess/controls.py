"""The controls of a session: whether the instrument saw what it had to see, and nothing that was not there."""

from __future__ import annotations

from msgspec import Struct

from backtalk.assess.observation import Observation
from backtalk.model.capture import OUTGOING


class Controls(Struct, frozen=True, kw_only=True):
    """`alarms` counts decoys seen. `failed` says why sightings of this session cannot accuse; `deaf` why
    the absence of any in it means nothing. Each is empty when all is well.
    """

    control_seen: bool
    decoys: int
    alarms: int
    spikes_sent: int
    spikes_recovered: int
    failed: tuple[str, ...]
    deaf: tuple[str, ...]


def controls(observation: Observation) -> Controls:
    """What the session's decoys, control page and spikes tell.

    A false alarm, a canary of another session, or a control that was not seen casts doubt
    on what was seen. A spike that was not recovered casts doubt only on what was not.
    """
    script = observation.view.session.script
    whole = [one for one in observation.sightings if one.match != "prefix"]
    spoken = {one.canary for one in whole if one.part in OUTGOING}
    decoys = {canary.value for canary in script.decoys}
    alarms = sum(one.canary in decoys for one in whole) + sum(one.decoy for one in observation.keystrokes)
    known = decoys | {canary.value for canary in script.planted}
    foreign = sorted({one.canary for one in whole} - known)
    planted = [one for act in script.stimuli for one in act.canaries if one.kind == "control"]
    seen = bool(planted) and all(canary.value in spoken for canary in planted)
    sent = [spike for spike in script.spikes if spike.id in observation.timeline.spikes]
    recovered = sum(spike.canary.value in spoken for spike in sent)
    failed = []
    if not seen:
        failed.append("the control page was not seen" if planted else "no control page was visited")
    if alarms:
        failed.append(f"{alarms} decoy {'sighting' if alarms == 1 else 'sightings'}: false alarms")
    if foreign:
        failed.append(f"a canary of another session was seen ({foreign[0]})")
    deaf = []
    if not decoys:
        deaf.append("no decoys were searched")
    if not sent:
        deaf.append("no spike was sent")
    elif recovered < len(sent):
        deaf.append(f"{recovered} of {len(sent)} spikes were recovered")
    return Controls(
        control_seen=seen,
        decoys=len(decoys),
        alarms=alarms,
        spikes_sent=len(sent),
        spikes_recovered=recovered,
        failed=tuple(failed),
        deaf=tuple(deaf),
    )
