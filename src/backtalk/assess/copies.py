"""Unread bytes that left elsewhere too, byte for byte: what is the same whatever was planted cannot carry it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backtalk.assess.observation import Observation
from backtalk.assess.payloads import payloads

BEFORE = "left before the stimulus"
REPEATED = "equals byte for byte what left before the stimulus"
ELSEWHERE = "equals byte for byte what left in a session with other canaries"

FEWEST = 8
"""Bytes below which two payloads may be equal by chance, though each tells of its own session."""


class Copies:
    """Where and when unread bytes of each digest left, over all sessions of a case."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self._met: dict[str, dict[int, tuple[Observation, float]]] = {}
        self._strangers: dict[tuple[int, int], bool] = {}
        for observation in observations:
            for one in payloads(observation):
                if one.digest:
                    sessions = self._met.setdefault(one.digest, {})
                    _, left = sessions.get(id(observation), (observation, one.left))
                    sessions[id(observation)] = (observation, min(left, one.left))

    def clearing(self, digest: str, size: int, left: float, own: Observation, since: float) -> str:
        """Why bytes of the session `own`, gone at `left`, cannot carry what it planted from `since` on.

        Empty if they could.
        What left before cannot. Nor can what is the same in a session that planted nothing
        of it: an earlier one whatever its profile, or one that counts and began with a new
        profile, in which nothing of this session was kept. Another attempt at the same
        session plants the same canaries, and clears nothing.
        """
        if left < since:
            return BEFORE
        met: Mapping[int, tuple[Observation, float]] = self._met.get(digest, {})
        if any(gone < since and (other is own or self._other(own, other)) for other, gone in met.values()):
            return REPEATED
        fresh = (other for other, _ in met.values() if not other.excluded and other.fresh)
        if size >= FEWEST and any(self._other(own, other) for other in fresh):
            return ELSEWHERE
        return ""

    def _other(self, one: Observation, two: Observation) -> bool:
        """Whether no canary of either session is, or is part of, one of the other."""
        pair = (id(one), id(two))
        if pair not in self._strangers:
            mine, theirs = _values(one), _values(two)
            alike = any(a in b or b in a for a in mine for b in theirs)
            self._strangers[pair] = self._strangers[pair[::-1]] = not alike
        return self._strangers[pair]


def _values(observation: Observation) -> frozenset[str]:
    return frozenset(canary.value for canary in observation.view.session.script.planted)
