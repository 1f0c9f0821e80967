"""Every kind of host there is, in the order asked."""

from __future__ import annotations

from backtalk.lab.internet import default
from backtalk.lab.internet.message import Answer, Host, Request

HOSTS: tuple[Host, ...] = (default.answer,)


def answer(request: Request) -> Answer:
    """The answer of the first host that has one."""
    for host in HOSTS:
        given = host(request)
        if given is not None:
            return given
    raise AssertionError("default.answer leaves nothing unanswered")
