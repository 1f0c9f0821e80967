"""Takes the picture of `backtalk decode` anew: `python docs/take_terminal_pictures.py`, then look at it.

Needs Backtalk, Chromium and ImageMagick.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import tempfile
from io import StringIO
from pathlib import Path
from urllib.parse import quote

from rich.console import Console
from rich.terminal_theme import MONOKAI

from backtalk.pipeline.paste import opened
from backtalk.report.tree import tree_lines

PICTURES = Path(__file__).parent / "pictures"
COLUMNS = 104


def request() -> bytes:
    """A curl command as a browser copies it, with an event packed as analytics SDKs pack theirs."""
    event = {"event": "page_load", "properties": {"url": "https://kobalumi.example/?q=mirotakesu", "mode": "private"}}
    packed = base64.b64encode(gzip.compress(json.dumps([event]).encode(), mtime=0)).decode()
    return (
        "curl 'https://telemetry.example/sa?project=browser' -H 'accept-language: en' "
        f"--data-raw 'gzip=1&data_list={quote(packed, safe='')}&sign=q8Jc0vTz1mYB5xN3sKfRw7uE2hLpAoGd'"
    ).encode()


def main() -> None:
    """Take the picture."""
    console = Console(file=StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="truecolor")
    console.print("$ backtalk decode")
    for line in tree_lines(opened(request()), console):
        console.print(line, no_wrap=True, crop=False, overflow="ignore")
    svg = console.export_svg(title="backtalk decode", theme=MONOKAI)
    with tempfile.TemporaryDirectory() as folder:
        file, raw = Path(folder) / "page.html", Path(folder) / "raw.png"
        file.write_text(f"<style>body {{ margin: 0 }} svg {{ width: 1300px }}</style>{svg}", encoding="utf-8")
        flags = ["--headless=new", "--hide-scrollbars", "--disable-gpu", "--window-size=1300,1000"]
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        subprocess.run(["chromium", *flags, f"--screenshot={raw}", file.as_uri()], check=True, capture_output=True)
        smaller = ["-trim", "+repage", "-strip", "+dither", "-colors", "96"]
        subprocess.run(["convert", raw, *smaller, f"png8:{PICTURES / 'decode.png'}"], check=True)


if __name__ == "__main__":
    main()
