"""What a page of the lab's internet itself asks for: whatever else goes out is somebody else's."""

from __future__ import annotations

from urllib.parse import urlsplit

from backtalk.lab.internet import search, stimulus


def urls(stimulus_url: str) -> frozenset[str]:
    """The absolute URLs that visiting `stimulus_url` makes the page itself ask for, its own included.

    Exact strings, no patterns: no page of the lab adds anything random. Both schemes are listed,
    because a browser may try either. The fragment is dropped, as on the wire. For the control
    page its collector is listed: the page tells it, not the browser. Empty for what is no URL
    of a page of the lab.
    """
    parts = urlsplit(stimulus_url)
    host = parts.hostname or ""
    assets = _assets(host)
    if parts.scheme not in {"http", "https"} or not assets:
        return frozenset()
    query = f"?{parts.query}" if parts.query else ""
    paths = (f"{parts.path or '/'}{query}", *assets)
    own = {f"{scheme}://{parts.netloc.lower()}{path}" for scheme in ("http", "https") for path in paths}
    return frozenset(own | ({stimulus.COLLECTED_AT} if host == stimulus.CONTROL else set()))


def _assets(host: str) -> tuple[str, ...]:
    if search.engine_of(host) is not None:
        return search.ASSETS
    if host == stimulus.CONTROL:
        return stimulus.CONTROL_ASSETS
    return stimulus.ASSETS if host.rpartition(".")[2] in stimulus.DOMAINS else ()
