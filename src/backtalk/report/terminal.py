"""The outcome of a case on the terminal: the table, then what carries it."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backtalk.model.finding import Finding, Verdict
from backtalk.model.result import Result
from backtalk.report.matrix import answer, claims, graves_first, rows
from backtalk.report.reach import reach
from backtalk.report.text import DASH, count, shown
from backtalk.report.words import bound, counts, growth, place, prefixes, sign

STYLES: dict[str, str] = {
    "contradicted": "bold red",
    "consistent": "green",
    "inconclusive": "yellow",
    "not tested": "dim",
    "not testable": "dim",
    "not applicable": "dim",
}
RUNS = 3
"""Prefix runs told for each finding."""
WORD = 17
"""Columns that the longest verdict takes, with its sign and the space beside it."""
ASCII = str.maketrans(
    {"✗": "x", "✓": "+", DASH: "-", "…": "...", "→": "->", "·": "-", "“": '"', "”": '"', "⟨": "<", "⟩": ">"}
)


def table(result: Result, console: Console) -> None:
    """Print the case's outcome: verdicts, reasons, findings, controls, coverage, and what does not count."""
    _say(console, f"{shown(result.case)}: {answer(result)}", style="bold")
    if result.verdicts:
        console.print(_matrix(result, console))
        _legend(result, console)
        _reasons(result, console)
    if result.findings:
        _heading(console, "Findings")
        for finding in result.findings:
            _finding(finding, console)
    _heading(console, "How far this reaches")
    for line in reach(result):
        _say(console, line, indent=1)
    _left_out(result, console)


def _matrix(result: Result, console: Console) -> Table:
    columns, given = claims(result), rows(result)
    room = console.width - len(columns) * WORD
    apart = max((len(f"{row.subject} · {row.condition}") for row in given), default=0) > room
    words = max((len(name) for row in given for name in (row.subject, row.condition)), default=0) <= room
    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    drawn.add_column(Text("subject and condition"), overflow="fold", min_width=16)
    for place_, claim in enumerate(columns, 1):
        drawn.add_column(Text(f"{place_} {shown(claim.id, 40)}" if words else str(place_)), overflow="fold")
    for row in given:
        joint = "\n" if apart and words else " · "
        cells = [_cell(verdict, console, words=words) for verdict in row.verdicts]
        drawn.add_row(_text(f"{shown(row.subject, 80)}{joint}{shown(row.condition, 80)}", console), *cells)
    return drawn


def _cell(verdict: Verdict | None, console: Console, *, words: bool) -> Text:
    word = verdict.verdict if verdict else "not tested"
    return _text(f"{sign(word)} {word}" if words else sign(word), console, STYLES.get(word, ""))


def _legend(result: Result, console: Console) -> None:
    words = dict.fromkeys(one.verdict for one in graves_first(result.verdicts))
    _say(console, "  ".join(f"{sign(word)} {word}" for word in words), indent=1, style="dim")
    for place_, claim in enumerate(claims(result), 1):
        _say(console, f"{place_}  {shown(claim.statement)}", indent=1)


def _reasons(result: Result, console: Console) -> None:
    """Each verdict's reason; where several have the same, it is told once for all of them."""
    _heading(console, "Why")
    order = {claim.id: place_ for place_, claim in enumerate(claims(result), 1)}
    same: dict[tuple[str, str, str], list[str]] = {}
    for one in graves_first(result.verdicts):
        told = " ".join(part for part in (shown(one.reason), bound(one), _missing(one)) if part)
        same.setdefault((one.verdict, one.claim, told), []).append(f"{one.subject} · {one.condition}")
    for (word, claim, told), who in same.items():
        names = shown(", ".join(who[:3]), 200) + (f" and {len(who) - 3} more" if len(who) > 3 else "")
        _say(console, f"{sign(word)} {order[claim]}  {names}: {told}", indent=1, hang=5, lead=STYLES.get(word, ""))


def _missing(verdict: Verdict) -> str:
    return f"Missing: {'; '.join(shown(one, 300) for one in verdict.missing)}." if verdict.missing else ""


def _finding(finding: Finding, console: Console) -> None:
    head = f"{shown(finding.id, 40)}  {shown(finding.subject, 80)} · {shown(finding.condition, 80)}"
    _say(console, f"{head}: {shown(finding.statement)} ({counts(finding)})", indent=1, hang=3)
    runs = prefixes(finding.sightings)
    for run in runs[:RUNS]:
        _say(console, f"{growth(run)} → {shown(place(run[-1]), 200)}", indent=4, style="cyan", hang=3)
    if len(runs) > RUNS:
        _say(console, f"and {count(len(runs) - RUNS, 'more text')} in the same way", indent=4, style="dim")


def _left_out(result: Result, console: Console) -> None:
    excluded = [session for session in result.sessions if session.excluded]
    for name, lines in (
        ("Skipped", list(result.skipped)),
        ("Excluded sessions", [f"{one.id} ({one.state}): {one.excluded}" for one in excluded]),
        ("Not tested", list(result.not_tested)),
    ):
        if lines:
            _heading(console, name)
            for line in lines:
                _say(console, shown(line), indent=1, hang=2)


def _heading(console: Console, name: str) -> None:
    console.print()
    _say(console, name, style="bold")


def _say(console: Console, line: str, *, indent: int = 0, hang: int = 0, style: str = "", lead: str = "") -> None:
    """One line, wrapped under its own beginning when the window is narrow; `lead` is its first letters' style."""
    text = _text(line, console, style)
    text.stylize(lead, 0, 1)
    wrapped = text.wrap(console, max(console.width - indent - hang, 20))
    for place_, part in enumerate(wrapped):
        console.print(Padding(part, (0, 0, 0, indent + (hang if place_ else 0)), expand=False))


def _text(line: str, console: Console, style: str = "") -> Text:
    """The line as text, never as markup; in signs that the console can write."""
    if console.options.ascii_only:
        line = line.translate(ASCII).encode("ascii", "backslashreplace").decode("ascii")
    return Text(line, style=style)
