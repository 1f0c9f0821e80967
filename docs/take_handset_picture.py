"""Takes docs/pictures/handset.png: six screens of the simulated handset, side by side."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from backtalk.range.builds import load
from backtalk.range.handset import Handset
from backtalk.range.handset.clock import Clock
from backtalk.range.handset.network import Reply
from backtalk.range.handset.screen import find

OUT = Path(__file__).parent / "pictures" / "handset.png"
WIDE, TALL, GAP = 300, 650, 12
THURSDAY = 1_588_253_700.0
PAGE = b"""<title>Riverside</title><h1>City opens its riverside park to night walkers</h1>
<p>The gates stay open until two in the morning from Friday on. Lamps along the water are lit by the current.</p>
<p>By our reporter at the quay</p><a href="/city">More from the city</a>
<form action="/search"><input name=q placeholder="Search the Range Daily"><button>Search</button></form>"""


def tap(phone: Handset, action: str) -> None:
    """Tap what has this action."""
    widget = find(phone.display.focused().root, action)
    assert widget is not None, action
    left, top, right, bottom = widget.bounds
    phone.display.tap((left + right) // 2, (top + bottom) // 2)


def bring(phone: Handset) -> None:
    """The page comes."""
    while phone.requests:
        request = phone.requests.popleft()
        phone.arrived(request.number, Reply(url=request.url, status=200, type="text/html", body=PAGE))


def screens() -> Iterator[bytes]:
    """Lock, home, a folder, the consent, the start page, a page."""
    phone = Handset(load("silent"), clock=Clock(lambda: 0.0, start=THURSDAY))
    yield phone.display.picture()
    phone.display.swipe((540, 1900), (540, 500))
    yield phone.display.picture()
    tap(phone, "folder:Tools")
    yield phone.display.picture()
    phone.launch("com.mirage.browser")
    yield phone.display.picture()
    tap(phone, "consent:agree")
    yield phone.display.picture()
    tap(phone, "feed:0")
    bring(phone)
    yield phone.display.picture()


def main() -> None:
    """Write the picture."""
    pictures = [Image.open(io.BytesIO(one)).resize((WIDE, TALL), Image.Resampling.LANCZOS) for one in screens()]
    sheet = Image.new("RGB", (len(pictures) * (WIDE + GAP) + GAP, TALL + 2 * GAP), "#ffffff")
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (GAP + place * (WIDE + GAP), GAP))
    sheet.quantize(128).save(OUT, optimize=True)


if __name__ == "__main__":
    main()
