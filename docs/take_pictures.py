"""Takes the documentation's pictures anew from a case: `python docs/take_pictures.py CASE`, then look at them.

CASE is one of the demo's, analysed and reported. Needs Chromium, ImageMagick, and nothing of Backtalk.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 1100
FIRST = "header, main > :not(#contradictions), #contradictions > :not(#claim-1), .finding ~ *"
"""What hides all but the first finding of the first claim."""

SHOTS = {
    "report": ("main, .scroll, header > details, nav", 1200),
    "matrix": ("main, .said, nav, header > :not(.scroll, details)", 1000),
    "prefixes": (f"{FIRST}, details, .typings ~ *", 1330),
    "steps": (f"{FIRST}, .case > :not(.finding), .finding > :not(details), details ~ details", 1400),
    "timeline": ("header, main > :not(#timelines), #timelines > :not(h2, ul, p, #{session}), details details", 1200),
    "coverage": ("header, main > :not(#coverage), #coverage details, #coverage h3, #coverage h3 ~ *", 1500),
}
"""Each picture of the report: what is hidden (CSS), and pixels of height to which it is cut."""

SCREENS = {"firefox-typing": ("firefox.normal-on.1", "*-draft.png", "1280x400+0+0")}
"""Each picture of a session's window: session, file, and what is cut out."""


def shot(page: str, hidden: str, height: int, target: Path) -> None:
    """One picture of the page without what is hidden, trimmed."""
    style = f"<style>{hidden} {{ display: none !important }}</style></head>"
    with tempfile.TemporaryDirectory() as folder:
        file, raw = Path(folder) / "page.html", Path(folder) / "raw.png"
        file.write_text(page.replace("</head>", style, 1), encoding="utf-8")
        flags = ["--headless=new", "--hide-scrollbars", "--disable-gpu", f"--window-size={WIDTH},{height}"]
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        subprocess.run(["chromium", *flags, f"--screenshot={raw}", file.as_uri()], check=True, capture_output=True)
        trimmed = ["-bordercolor", "#fcfbf9", "-trim", "+repage", "-border", "24"]
        subprocess.run(["convert", raw, *trimmed, "-strip", "+dither", "-colors", "128", f"png8:{target}"], check=True)


def session_anchor(page: str, name: str) -> str:
    """The id of the timeline of a session."""
    return page[: page.index(f"<summary><b>{name}<")].rpartition('id="')[2].partition('"')[0]


def main() -> None:
    """Take every picture."""
    case = Path(sys.argv[1])
    page = (case / "report" / "index.html").read_text(encoding="utf-8")
    PICTURES.mkdir(exist_ok=True)
    for name, (hidden, height) in SHOTS.items():
        there = hidden.replace("{session}", session_anchor(page, "chromium.normal-on.1"))
        shot(page, there, height, PICTURES / f"{name}.png")
    for name, (session, pattern, cut) in SCREENS.items():
        file = next((case / "sessions" / session / "screens").glob(pattern))
        target = PICTURES / f"{name}.png"
        subprocess.run(
            ["convert", file, "-crop", cut, "+repage", "-strip", "+dither", "-colors", "128", f"png8:{target}"],
            check=True,
        )


if __name__ == "__main__":
    main()
