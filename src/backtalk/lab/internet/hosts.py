"""Every kind of host there is, in the order asked."""

from __future__ import annotations

from backtalk.lab.internet import (
    collector,
    connectivity,
    default,
    google,
    mozilla,
    search,
    stimulus,
    suggest,
    telemetry,
    updates,
)
from backtalk.lab.internet.message import Answer, Host, Request

HOSTS: tuple[Host, ...] = (
    connectivity.answer,
    suggest.answer,
    search.answer,
    updates.answer,
    telemetry.answer,
    mozilla.answer,
    google.answer,
    collector.answer,
    stimulus.answer,
    default.answer,
)
"""The last leaves nothing unanswered."""

PUSH = "push.services.mozilla.com"


def answer(request: Request) -> Answer:
    """The answer of the first host that has one."""
    return next(given for host in HOSTS if (given := host(request)) is not None)


def said_back(host: str, said: str, token: str) -> str | None:
    """What is said back to a text over WebSocket: the same, except where a service is known."""
    return mozilla.push(said, token) if host == PUSH else said
