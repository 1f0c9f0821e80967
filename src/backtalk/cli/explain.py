"""`backtalk explain`: how a finding was reached, byte by byte."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from backtalk.errors import UsageError
from backtalk.evidence import Case
from backtalk.pipeline.explain import Explainer, finding, kept_result
from backtalk.report.makers import setting_lines
from backtalk.report.text import count, shown
from backtalk.report.trace import most_telling, told, trace_lines

FIRST = 3


@click.command()
@click.argument("name", metavar="FINDING")
@click.option(
    "--case",
    type=click.Path(path_type=Path),
    default=Path("demo-case"),
    show_default=True,
    help="The case that holds the finding.",
)
@click.option("--all", "everything", is_flag=True, help=f"Every sighting in its order, not the {FIRST} most telling.")
@click.option("--json", "as_json", is_flag=True, help="Print the finding with its traces as JSON.")
def command(name: str, case: Path, everything: bool, as_json: bool) -> None:
    """Replay FINDING (an id, or its beginning) from the raw evidence: each step, from raw bytes to canary.

    Of many sightings the most telling are shown: the longest of each canary first. Byte
    spans are half-open and counted from 0, each in the output of the step before.
    """
    if not case.exists():
        raise UsageError(f"there is no {case} here.", remedy="Name the case that holds the finding with --case.")
    opened = Case.open(case)
    found = finding(kept_result(opened), name)
    explainer = Explainer(opened)
    every = range(len(found.sightings))
    chosen = every if everything else most_telling(found.sightings, FIRST)
    traces = [explainer.trace(found.sightings[at]) for at in chosen]
    if as_json:
        click.echo(
            msgspec.json.encode(
                {"v": 1, "finding": found, "shown": list(chosen), "traces": traces}, order="deterministic"
            )
        )
        return
    click.echo(f"{shown(found.id)}  {shown(found.statement)}")
    for contact in found.contacts:
        place = f"{shown(contact.source)} exchange {contact.exchange}"
        click.echo(f"  {place}: {contact.url[:160]!r}, {contact.sent} bytes sent")
    for at, trace in zip(chosen, traces, strict=True):
        click.echo(f"\nsighting {at + 1} of {len(every)}: {told(found.sightings[at])}")
        if (setting := found.sightings[at].setting) is not None:
            for line in setting_lines(setting):
                click.echo(f"  {line}")
        for line in trace_lines(trace):
            click.echo(line)
    if len(chosen) < len(every):
        click.echo(f"\n{count(len(every) - len(chosen), 'more sighting')}: --all")
