"""Small makings of the detect tests."""

from __future__ import annotations

from backtalk.model.finding import Sighting


def sighting(text: str, *, at: float) -> Sighting:
    return Sighting(
        canary="kobalumifa",
        kind="text",
        stimulus="s",
        session="s",
        match="prefix",
        source="x",
        exchange=0,
        host="s.example",
        part="request.url",
        found=(0, len(text)),
        text=text,
        at=at,
    )
