"""`backtalk report`: write the report of a case."""

from __future__ import annotations

from pathlib import Path

import click

from backtalk.evidence import Case
from backtalk.pipeline.explain import kept_result
from backtalk.pipeline.investigate import report


@click.command()
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write into.  [default: CASE/report]")
@click.option("--json", "as_json", is_flag=True, help="Print where it was written as JSON.")
def command(case: Path, out: Path | None, as_json: bool) -> None:
    """Write the report of CASE from its derived/result.json: one page, no script, readable offline."""
    import msgspec

    opened = Case.open(case)
    page = report(opened, kept_result(opened), out)
    click.echo(msgspec.json.encode({"v": 1, "report": str(page)}) if as_json else str(page))
