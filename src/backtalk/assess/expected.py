"""Who is expected to get a canary: a rule over stimulus, part, recipient and moment, never a list of hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backtalk.assess.addresses import header, host, path, split
from backtalk.assess.search import Taken, taken
from backtalk.assess.services import RESOLUTION, asked_name, function
from backtalk.model.capture import Exchange
from backtalk.model.finding import Sighting
from backtalk.model.timeline import Act
from backtalk.model.view import Place

SITE, ENGINE, RESOLVED, SERVER = "the visited site", "the search engine", "the configured resolver", "the site's server"
"""What an expected recipient is called."""


def rule(sighting: Sighting, exchange: Exchange, act: Act, engine: Taken | None) -> str:
    """The rule that makes the recipient of this sighting expected; empty when none does.

    `act` is the stimulus that planted the canary, `engine` what took its search. The
    visited site, and the server of its name, is expected from the visit on. The search
    engine is expected from the submission on, at its search path. The configured resolver
    may get the host name, in full, at any time; so may the TLS hello to that very host.
    """
    site = host(act.stimulus.url)
    submitted = 0 < act.submitted <= sighting.at
    if sighting.part == "dns.name":
        return RESOLVED if site and sighting.kind == "host" and _names(exchange.host, site) else ""
    if sighting.part == "tls.sni":
        return SERVER if site and exchange.host == site else ""
    if submitted and site and exchange.host == site:
        return SITE
    if submitted and engine is not None and _at_search(sighting, exchange, engine):
        return ENGINE
    if sighting.kind == "host" and site and function(exchange) == RESOLUTION and _names(asked_name(exchange), site):
        return RESOLVED
    return ""


def engines(
    acts: Iterable[Act], sightings: Iterable[Sighting], exchanges: Mapping[Place, Exchange]
) -> dict[str, Taken]:
    """Which engine took each submitted search, by stimulus."""
    carriers: dict[str, dict[Place, Exchange]] = {}
    submitted = {act.stimulus.id: act.submitted for act in acts if act.stimulus.action == "search" and act.submitted}
    for one in sightings:
        since = submitted.get(one.stimulus)
        whole = one.match in {"exact", "caseless"} and one.part in {"request.url", "request.body"}
        if since is not None and whole and one.at >= since:
            place = (one.source, one.exchange)
            carriers.setdefault(one.stimulus, {})[place] = exchanges[place]
    found = {stimulus: taken(carriers[stimulus].values()) for stimulus in sorted(carriers)}
    return {stimulus: engine for stimulus, engine in found.items() if engine is not None}


def _names(name: str, site: str) -> bool:
    """Whether a DNS name is the site's: itself, below it (service records), or with a search domain after it."""
    name = name.rstrip(".")
    return name == site or name.endswith("." + site) or name.startswith(site + ".")


def _at_search(sighting: Sighting, exchange: Exchange, engine: Taken) -> bool:
    """At the search path itself; or as the address of that page, which its own resources get as Referer."""
    if engine.at(exchange.host, path(exchange.url)):
        return True
    if sighting.part != "request.header" or sighting.field.lower() != "referer":
        return False
    page = split(header(exchange.part("request.header"), b"referer"))
    return page.hostname == exchange.host and engine.at(exchange.host, page.path or "/")
