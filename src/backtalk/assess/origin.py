"""Who made an exchange: the page, the browser itself (native), or the lab."""

from __future__ import annotations

import math
from collections.abc import Mapping

from backtalk.assess.addresses import header, host, redirected, same
from backtalk.model.capture import OUTGOING, Exchange
from backtalk.model.finding import Origin
from backtalk.model.timeline import Timeline
from backtalk.model.view import Place, SessionView

PASSING = frozenset({"dns", "tls", "tcp", "udp"})
"""Kinds of exchange that name a host and no URL."""

NEVER = float("inf")
"""The moment of submission of what was not submitted."""


def origins(view: SessionView, timeline: Timeline, results: Mapping[str, float]) -> Mapping[Place, Origin]:
    """The originator of each exchange of a session.

    `results` are the addresses of search results, and when each was first loaded. `page`:
    in the pages' manifest; visited, once that was submitted; results that are loaded again,
    as a restored window does; where such a page was redirected to. `lab`: a spike.
    `unknown`: its time is not known. `native`: all else.
    """
    pages = {same(url) for url in view.manifest}
    opened = {same(act.stimulus.url): act.submitted or NEVER for act in timeline.acts if act.stimulus.url}
    opened |= {same(url): math.nextafter(first, NEVER) for url, first in results.items()}
    spikes = {host(spike.url) for spike in view.session.script.spikes}
    values = {spike.canary.value for spike in view.session.script.spikes}
    spiked = {(one.source, one.exchange) for one in view.sightings if one.canary in values and one.part in OUTGOING}
    hosts = {host(url): 0.0 for url in view.manifest} | _hosts(timeline)
    known: dict[Place, Origin] = {}
    for exchange in sorted(view.exchanges, key=lambda one: (one.started, one.source, one.index)):
        place, url = (exchange.source, exchange.index), same(exchange.url)
        if exchange.started <= 0:
            known[place] = "unknown"
        elif place in spiked or (exchange.kind in PASSING and exchange.host in spikes):
            known[place] = "lab"
        elif exchange.kind in PASSING:
            known[place] = "page" if _since(hosts.get(exchange.host), exchange) else "native"
        else:
            since = opened.get(url, hosts.get(exchange.host, 0.0) if url in pages else None)
            known[place] = "page" if _since(since, exchange) else "native"
        if known[place] == "page" and 300 <= exchange.status < 400:
            pages.add(same(redirected(exchange.url, header(exchange.part("response.header"), b"location"))))
    return known


def _hosts(timeline: Timeline) -> dict[str, float]:
    """The hosts that are visited, and since when."""
    since: dict[str, float] = {}
    for act in timeline.acts:
        if act.stimulus.url:
            name = host(act.stimulus.url)
            since[name] = min(since.get(name, NEVER), act.submitted or NEVER)
    return since


def _since(moment: float | None, exchange: Exchange) -> bool:
    return moment is not None and exchange.started >= moment
