"""Any other host: a plausible page for who wants to see one, and an empty success for all else.

204 says "taken, nothing to say" to a beacon, a ping or a script's request alike. A client that
needs a certain format behaves as with a broken server: such hosts get a file of their own.
"""

from __future__ import annotations

from html import escape

from backtalk.lab.internet.message import Answer, Request, nothing, page


def answer(request: Request) -> Answer:
    """A page, or 204; 404 for the icon of a host that has none."""
    if request.is_navigation():
        name = escape(request.host)
        return page(
            f"<!doctype html><html lang=en><head><title>{name}</title></head>"
            f"<body><h1>{name}</h1><p>Welcome. This site is being set up.</p></body></html>"
        )
    if request.path == "/favicon.ico":
        return nothing(404)
    return nothing()
