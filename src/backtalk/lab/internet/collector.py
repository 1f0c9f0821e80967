"""Collectors of the lab's own making: what the control page and the spikes report to."""

from __future__ import annotations

from backtalk.lab.internet.message import JSON, Answer, Request


def answer(request: Request) -> Answer | None:
    """Thanks, in the way of a collecting service, at /collect of any site under `example`."""
    if not request.on("example") or request.path != "/collect":
        return None
    return Answer(kind=JSON, body=b'{"code":0}', headers=(("access-control-allow-origin", "*"),))
