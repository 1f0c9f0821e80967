"""`backtalk analyze`: derive the verdicts of a case again."""

from __future__ import annotations

from pathlib import Path

import click

from backtalk.cli import outcome
from backtalk.evidence import Case
from backtalk.pipeline import analyze


@click.command()
@click.argument("case", type=click.Path(path_type=Path))
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes; never the result."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(case: Path, workers: int, as_json: bool) -> None:
    """Judge CASE from its raw evidence alone and write derived/result.json.

    Exit code 11: a claim is contradicted; 10: something is inconclusive; 0: neither.
    """
    opened = Case.open(case)
    result = analyze.analyze(opened, workers)
    analyze.write(opened, result)
    outcome.show(result, as_json=as_json)
    outcome.leave(outcome.code(result))
