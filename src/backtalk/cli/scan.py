"""`backtalk scan`: canaries in captures made elsewhere, without a case."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backtalk.errors import BacktalkError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.table import Table
    from rich.text import Text

    from backtalk.pipeline.scan import Coverage, Keys, Line, Note, Sighted

SIGHTED = 11
UNREAD = 10
ROWS = 1000
"""Different sightings that are shown in tables, at most."""

_KEY_LOG = re.compile(rb"(?m)^(?:CLIENT|SERVER|EXPORTER|EARLY)_[A-Z0-9_]+ [0-9a-fA-F]{32,} [0-9a-fA-F]{2,}|^RSA ")
"""Lines of a TLS key log."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="scan")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--canary", "values", multiple=True, metavar="VALUE", help="A word or URL to look for; may be repeated.")
@click.option("--canaries", "lists", multiple=True, type=_FILE, help="A file of words or URLs, one a line.")
@click.option("--decoys", "decoys", multiple=True, type=_FILE, help="A file of words that were never planted.")
@click.option(
    "--keys", "keys", type=_FILE, help="TLS key log that opens captured packets, or keys of a maker's program."
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), default=None, help="Processes that search; as many as there are cores."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    values: tuple[str, ...],
    lists: tuple[Path, ...],
    decoys: tuple[Path, ...],
    keys: Path | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Look for canaries in captures: packets, HAR, mitmproxy flow files, WARC, logs, any file.

    Every part of every exchange is searched, through all packaging. What leaves and
    cannot be read is listed: without it, nothing found means nothing.

    Exits with 11 when a canary is sighted, in whatever direction (its part tells which), 10
    when something is unread or only a decoy is sighted, 0 when all was read and nothing
    sighted, and 3 when nothing can be read.
    """
    from backtalk.pipeline.scan import canaries, scan

    sought = canaries((*values, *words(lists)), words(decoys))
    printed = scan(files, sought, _keys(keys), workers or os.cpu_count() or 1)
    ctx.exit(_json(printed) if as_json else _table(printed))


def _keys(path: Path | None) -> Keys:
    """A key log for tshark, or the keys of a maker's program: told apart by its lines."""
    from backtalk.pipeline.keys import LARGEST, read
    from backtalk.pipeline.scan import Keys

    if path is None:
        return Keys()
    try:
        with path.open("rb") as file:
            head = file.read(LARGEST)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", remedy="Name a TLS key log or a keyring."
        ) from error
    return Keys(tls=path) if _KEY_LOG.search(head) else Keys(ring=read(path)[1])


def words(lists: Iterable[Path]) -> tuple[str, ...]:
    """The words in files, one a line. UsageError if one is no text."""
    found: list[str] = []
    for path in lists:
        try:
            written = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} is no list of words: {error}.", remedy="Write one word or URL a line.") from error
        found += [line.strip() for line in written.splitlines() if line.strip()]
    return tuple(found)


def _narrated(lines: Iterable[Line | Note]) -> Iterator[Line]:
    """The results alone; what is only worth telling goes to stderr."""
    from backtalk.pipeline.scan import Note
    from backtalk.report.text import shown

    for line in lines:
        if isinstance(line, Note):
            click.echo(f"backtalk: {shown(line.file)}: turned back into bytes: {shown(line.text)}.", err=True)
        else:
            yield line


def _json(lines: Iterable[Line | Note]) -> int:
    import msgspec

    code = 0
    for line in _narrated(lines):
        code = max(code, _weight(line))
        click.echo(msgspec.json.encode(line))
    return code


def _table(lines: Iterable[Line | Note]) -> int:
    from backtalk.pipeline.scan import Coverage, Opaque, Sighted

    code = 0
    found = _Found()
    unread: Counter[tuple[str, str, str]] = Counter()
    try:
        for line in _narrated(lines):
            code = max(code, _weight(line))
            match line:
                case Sighted():
                    found.add(line)
                case Opaque():
                    unread[(line.file, line.part or "the file", line.reason)] += 1
                case Coverage():
                    _show(found, unread, line)
    except BacktalkError:  # what was found before is not lost for it
        _show(found, unread, None)
        raise
    return code


class _Found:
    """Sightings as rows of two tables, equal ones together; after ROWS rows they are only counted."""

    def __init__(self) -> None:
        self.left: Counter[tuple[str, ...]] = Counter()
        self.others: Counter[tuple[str, ...]] = Counter()
        self.more = 0

    def add(self, one: Sighted) -> None:
        from backtalk.model.capture import OUTGOING

        canary = f"{one.canary} (decoy)" if one.decoy else one.canary
        where = f"{one.file} #{one.exchange} {one.part}"
        through = " > ".join(step.codec for step in one.steps) or "plain"
        rows = self.left if one.part in OUTGOING else self.others
        row = (canary, one.match, one.host, where, through)
        if row in rows or len(self.left) + len(self.others) < ROWS:
            rows[row] += 1
        else:
            self.more += 1
            rows[()] += 1


def _show(found: _Found, unread: Counter[tuple[str, str, str]], coverage: Coverage | None) -> None:
    """All that was captured is shown as text, control characters escaped."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    for title, rows in (
        ("Sightings in what left", found.left),
        ("Sightings in what came back or was noted", found.others),
    ):
        told = [(str(count), *row) for row, count in rows.items() if row]
        if told:
            console.print(_drawn(title, ("Times", "Canary", "Match", "Recipient", "Where", "Through"), told))
    if found.more:
        console.print(f"and {found.more:,} more, which --json prints", soft_wrap=True)
    if unread:
        rows_unread = [(str(count), f"{file} {part}", why) for (file, part, why), count in sorted(unread.items())]
        console.print(_drawn("Unread", ("Times", "Where", "Reason"), rows_unread))
    if coverage:
        console.print(_sum(found, coverage), soft_wrap=True)


def _drawn(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(_text, row))
    return table


def _sum(found: _Found, coverage: Coverage) -> str:
    from backtalk.report.text import count as counted

    left, others = found.left.total(), found.others.total()
    sighted = counted(left + others, "sighting") if left + others else "No sighting"
    apart = (
        f", {others if left else 'none'} of them in what {'came back or was noted' if left else 'left'}"
        if others
        else ""
    )
    size = coverage.bytes
    return (
        f"{sighted} in {counted(coverage.exchanges, 'exchange')}{apart}; "
        f"of what left, {size.read:,} bytes were read and {size.opaque:,} were not."
    )


def _text(captured: str) -> Text:
    from rich.text import Text

    return Text("".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in captured))


def _weight(line: Line) -> int:
    """What one line means for the exit code."""
    from backtalk.pipeline.scan import Opaque, Sighted

    if isinstance(line, Sighted):
        return UNREAD if line.decoy else SIGHTED
    return UNREAD if isinstance(line, Opaque) else 0
