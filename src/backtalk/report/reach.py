"""How far a case reaches, in four lines: what was read, and whether the instrument saw what it had to."""

from __future__ import annotations

from backtalk.model.result import Result
from backtalk.report.text import count, number, percent, size


def reach(result: Result) -> list[str]:
    """Coverage, false alarms, spikes recovered and the positive control, over the sessions that count."""
    kept = [session for session in result.sessions if not session.excluded]
    coverage = [session.coverage for session in kept]
    read, opaque = sum(one.bytes_read for one in coverage), sum(one.bytes_opaque for one in coverage)
    lost, cut = sum(gap.count for one in coverage for gap in one.gaps), sum(one.cut for one in coverage)
    told = (
        f"Coverage: {count(sum(one.exchanges for one in coverage), 'exchange')}; of what left, {size(read)} were read"
    )
    told += f" and {size(opaque)} were not; {count(lost, 'gap')}"
    if cut:
        told += f"; {count(cut, 'search', 'searches')} cut short by the budget"
    sent, back = sum(one.spikes_sent for one in kept), sum(one.spikes_recovered for one in kept)
    decoys, alarms = sum(one.decoys for one in kept), sum(one.decoy_sightings for one in kept)
    heard = sum(one.control_seen for one in kept)
    return [
        f"{told}.",
        f"False alarms: {number(alarms)} of {count(decoys, 'decoy')} (values that were never planted).",
        f"Spikes recovered: {number(back)} of {number(sent)}"
        + (f" ({percent(back / sent)} of the values that the lab itself sent)." if sent else "."),
        f"Positive control (a page that reports itself) seen in {heard} of {count(len(kept), 'session')}.",
    ]
