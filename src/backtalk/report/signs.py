"""Text in signs that a console can write, however poor it is."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from backtalk.report.text import DASH

ASCII = str.maketrans(
    {"✗": "x", "✓": "+", DASH: "-", "…": "...", "→": "->", "·": "-", "“": '"', "”": '"', "⟨": "<", "⟩": ">", "│": "|"}
    | {"├": "|", "└": "`", "─": "-"}
)


def plain(line: str, console: Console, style: str = "") -> Text:
    """The line as text, never as markup; in ASCII where the console can write no more."""
    if console.options.ascii_only:
        line = line.translate(ASCII).encode("ascii", "backslashreplace").decode("ascii")
    return Text(line, style=style)
