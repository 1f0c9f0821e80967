"""URLs compared: as captured and as planned they may differ in spelling only."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def split(url: str) -> SplitResult:
    """The parts of a URL; empty parts for what is none (captured bytes are hostile)."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
        return parts
    except ValueError:
        return SplitResult("", "", "", "", "")


def host(url: str) -> str:
    """The host, lower case; empty if there is none."""
    return split(url).hostname or ""


def path(url: str) -> str:
    """The path, at least `/`."""
    return split(url).path or "/"


def same(url: str) -> str:
    """The URL in the one spelling by which two are compared: no fragment, no default port, lower-case host."""
    parts = split(url)
    port = f":{parts.port}" if parts.port and parts.port != PORTS.get(parts.scheme) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path or '/'}{query}"


def redirected(url: str, location: str) -> str:
    """Where a redirect leads; empty if nowhere."""
    try:
        return urljoin(url, location) if location else ""
    except ValueError:
        return ""


def header(block: bytes, name: bytes) -> str:
    """The first value of a header in a block of `name: value` lines; empty if there is none."""
    for line in block.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().decode("latin-1")
    return ""
