"""`backtalk explain`: how a finding was reached, byte by byte."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from backtalk.evidence import Case
from backtalk.pipeline.explain import Explainer, finding, kept_result
from backtalk.report.trace import trace_lines

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
@click.option("--all", "everything", is_flag=True, help=f"Every sighting, not the first {FIRST}.")
@click.option("--json", "as_json", is_flag=True, help="Print the finding with its traces as JSON.")
def command(name: str, case: Path, everything: bool, as_json: bool) -> None:
    """Replay FINDING (an id, or its beginning) from the raw evidence: each step, from raw bytes to canary."""
    opened = Case.open(case)
    found = finding(kept_result(opened), name)
    explainer = Explainer(opened)
    sightings = found.sightings if everything else found.sightings[:FIRST]
    traces = [explainer.trace(sighting) for sighting in sightings]
    if as_json:
        click.echo(msgspec.json.encode({"v": 1, "finding": found, "traces": traces}, order="deterministic"))
        return
    click.echo(f"{found.id}  {found.statement}")
    for contact in found.contacts:
        click.echo(f"  {contact.source} exchange {contact.exchange}: {contact.url[:160]!r}, {contact.sent} bytes sent")
    for trace in traces:
        click.echo()
        for line in trace_lines(trace):
            click.echo(line)
    if len(sightings) < len(found.sightings):
        click.echo(f"\n{len(found.sightings) - len(sightings)} more sightings: --all")
