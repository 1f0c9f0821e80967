"""The outcome of a case on the terminal: the table, then what carries it."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backtalk.model.finding import Verdict
from backtalk.model.result import Result
from backtalk.report.chapters import Contacts, Leak, chapters, headline, remaining
from backtalk.report.lacks import lacks
from backtalk.report.matrix import answer, claims, graves_first, rows
from backtalk.report.names import Names
from backtalk.report.reach import reach
from backtalk.report.signs import plain
from backtalk.report.text import DASH, count, seconds, shown
from backtalk.report.words import bound, gravity, growth, place, prefixes, sign, waited

STYLES: dict[str, str] = {
    "contradicted": "bold red",
    "consistent": "green",
    "inconclusive": "yellow",
    "not tested": "dim",
    "not testable": "dim",
    "not applicable": "dim",
}
RUNS = 1
"""Prefix runs told for each finding."""
EXAMPLES = 3
"""Recipients named where there was contact; the report names all."""
CLAIM = "A claim is a sentence put to the test, whoever makes it; a session is one run of one subject."


def table(result: Result, console: Console) -> None:
    """Print the case's outcome: the verdicts, what carries them and what they lack, and how far that reaches."""
    names = Names(result)
    _say(console, f"{shown(result.case)}: {answer(result)}", style="bold")
    if told := headline(result, names):
        _say(console, shown(told), style="bold red")
    if result.verdicts:
        console.print()
        console.print(_matrix(result, names, console))
        _legend(result, console)
        _found(result, names, console)
        _open(result, names, console)
        _rest(result, names, console)
    _heading(console, "How far this reaches")
    for line in reach(result):
        _say(console, line, indent=1, hang=2)
    _left_out(result, console)


def _matrix(result: Result, names: Names, console: Console) -> Table:
    columns, given = claims(result), rows(result)
    labels = [names.build(row.subject) for row in given] + [f"  {names.condition(row.condition)}" for row in given]
    longest = max(map(len, labels), default=0)
    words = longest + sum(max(len(claim.id), 1) + 3 for claim in columns) <= console.width
    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    drawn.add_column(Text("subject and condition"), overflow="fold", min_width=16)
    for number, claim in enumerate(columns, 1):
        drawn.add_column(Text(f"{number} {shown(claim.id, 40)}" if words else str(number)), overflow="fold")
    before = None
    for row in given:
        if row.subject != before:
            drawn.add_row(plain(shown(names.build(row.subject), 120), console, "bold"))
            before = row.subject
        cells = [_cell(verdict, console) for verdict in row.verdicts]
        drawn.add_row(plain(f"  {shown(names.condition(row.condition), 120)}", console), *cells)
    return drawn


def _cell(verdict: Verdict | None, console: Console) -> Text:
    word = verdict.verdict if verdict else "not tested"
    mark = f"({sign(word)})" if verdict and _preliminary(verdict) else sign(word)
    return plain(mark, console, STYLES.get(word, ""))


def _preliminary(verdict: Verdict) -> bool:
    return verdict.verdict == "consistent" and verdict.preliminary


def _legend(result: Result, console: Console) -> None:
    words = dict.fromkeys(
        f"({sign(one.verdict)}) {one.verdict}, preliminary"
        if _preliminary(one)
        else f"{sign(one.verdict)} {one.verdict}"
        for one in graves_first(result.verdicts)
    )
    _say(console, "  ".join(words), indent=1, style="dim")
    for number, claim in enumerate(claims(result), 1):
        _say(console, f"{number} {shown(claim.statement)}", indent=1, hang=2)
    _say(console, CLAIM, indent=1, style="dim")


def _found(result: Result, names: Names, console: Console) -> None:
    """What speaks against claims: the contradicted ones, then what was seen and is not enough."""
    for heading, mark, told in (
        ("Contradicted", "contradicted", chapters(result)),
        ("Seen, but not enough to contradict", "inconclusive", remaining(result)),
    ):
        if told:
            _heading(console, heading)
        for one in told:
            claim = f"{sign(mark)} {one.number or DASH} {shown(one.claim.statement)}"
            if one.contacts and one.watched:
                claim += f" (watched for {seconds(one.watched)})"
            _say(console, claim, indent=1, hang=4, lead=STYLES[mark])
            for leak in one.leaks:
                _leak(leak, names, console)
            for contacts in one.contacts:
                _contacts(contacts, names, console)


def _leak(leak: Leak, names: Names, console: Console) -> None:
    for finding in leak.findings:
        who = f"{names.subject(finding.subject)}, {names.condition(finding.condition)}"
        _say(console, f"{shown(who, 200)}: {shown(finding.statement)} ({shown(finding.id, 40)})", indent=3, hang=2)
    runs = [run for finding in leak.findings for run in prefixes(finding.sightings)]
    for run in runs[:RUNS]:
        _say(console, f"{growth(run, 4)} → {shown(place(run[-1]), 200)}", indent=5, style="cyan", hang=2)


def _contacts(contacts: Contacts, names: Names, console: Console) -> None:
    conditions = names.conditions(contacts.subject, (one.condition for one in contacts.findings))
    met = [f"{one.host} ({one.service})" if one.service else one.host for one in contacts.met]
    told = f"{names.subject(contacts.subject)}, {conditions}: {count(len(met), 'recipient')}"
    examples = ", ".join(shown(one, 120) for one in met[:EXAMPLES])
    _say(console, f"{shown(told)}{', e.g.' if len(met) > EXAMPLES else ':'} {examples}", indent=3, hang=2)


def _open(result: Result, names: Names, console: Console) -> None:
    """What is missing where there is no answer, said once for all the verdicts that lack it."""
    found = lacks(result)
    if found:
        _heading(console, "Inconclusive, for what is missing")
    for one in found:
        numbers = " ".join(map(str, one.claims))
        who = f"{names.subject(one.subject)}, {names.conditions(one.subject, one.conditions)}"
        told = f"{sign('inconclusive')} {shown(who, 300)} (claim{'s' if len(one.claims) > 1 else ''} {numbers}): "
        told += "; ".join(shown(item, 300) for item in _joined(one.missing))
        _say(console, f"{told.removesuffix('.')}.", indent=1, hang=2, lead=STYLES["inconclusive"])


def _joined(items: tuple[str, ...]) -> list[str]:
    """The items; a beginning that all share, up to a colon, is said once."""
    begun = {item.partition(": ")[0] for item in items}
    shared = f"{begun.pop()}: " if len(begun) == 1 and len(items) > 1 else ""
    return [item if place_ == 0 else item.removeprefix(shared) for place_, item in enumerate(items)]


def _rest(result: Result, names: Names, console: Console) -> None:
    """The other verdicts, by what is said of them."""
    numbers = {claim.id: number for number, claim in enumerate(claims(result), 1)}
    same: dict[tuple[str, int, str], dict[str, list[str]]] = {}
    for one in result.verdicts:
        if one.verdict not in {"contradicted", "inconclusive"}:
            told = " ".join(part for part in (shown(one.reason), waited(one), bound(one)) if part)
            same.setdefault((one.verdict, numbers[one.claim], told), {}).setdefault(one.subject, []).append(
                one.condition
            )
    if same:
        _heading(console, "Other verdicts")
    for (word, number, told), held in sorted(same.items(), key=lambda one: (gravity(one[0][0]), one[0][1])):
        who = "; ".join(f"{names.subject(subject)}, {names.conditions(subject, own)}" for subject, own in held.items())
        _say(console, f"{sign(word)} {number} {shown(who, 300)}: {told}", indent=1, hang=4, lead=STYLES.get(word, ""))


def _left_out(result: Result, console: Console) -> None:
    excluded = [session for session in result.sessions if session.excluded]
    for name, lines in (
        ("Skipped", list(result.skipped)),
        ("Excluded sessions", [f"{one.id}: {_sentence(one.excluded)}" for one in excluded]),
        ("Not tested", list(result.not_tested)),
    ):
        if lines:
            _heading(console, name)
            for line in lines:
                _say(console, shown(line), indent=1, hang=2)


def _sentence(text: str) -> str:
    """The first sentence; the report has them all."""
    return f"{text.partition('. ')[0].removesuffix('.')}."


def _heading(console: Console, name: str) -> None:
    console.print()
    _say(console, name, style="bold")


def _say(console: Console, line: str, *, indent: int = 0, hang: int = 0, style: str = "", lead: str = "") -> None:
    """One line, wrapped under its own beginning when the window is narrow; `lead` is its first letters' style."""
    text = plain(line, console, style)
    text.stylize(lead, 0, 1)
    wrapped = text.wrap(console, max(console.width - indent - hang, 20))
    for place_, part in enumerate(wrapped):
        console.print(Padding(part, (0, 0, 0, indent + (hang if place_ else 0)), expand=False))
