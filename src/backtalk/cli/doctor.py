"""`backtalk doctor`: what the lab has and lacks, and what can be made is made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from backtalk.errors import EnvironmentNotReady

if TYPE_CHECKING:
    from backtalk.lab.doctor import Diagnosis


@click.command(name="doctor")
@click.option("--check", is_flag=True, help="Only look; make and download nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, check: bool, as_json: bool) -> None:
    """Say what this machine has and lacks, and make what can be made.

    Makes mitmproxy's own locked environment in $XDG_DATA_HOME/backtalk unless it is
    there; pip downloads it. Debian packages are named, never installed.

    Exits with 5 when the lab cannot be built here or no subject is installed.
    """
    import msgspec

    from backtalk.lab import doctor

    if not check and not os.environ.get(doctor.OVERRIDE):
        try:
            doctor.make(lambda line: click.echo(f"backtalk: {line}", err=True))
        except EnvironmentNotReady as failed:
            # What else is lacking is still worth the table.
            click.echo(f"backtalk: {failed}", err=True)
    diagnosis = doctor.examine()
    if as_json:
        click.echo(msgspec.json.encode(diagnosis))
    else:
        _show(diagnosis)
    ctx.exit(0 if diagnosis.ready else EnvironmentNotReady.exit_code)


def _show(diagnosis: Diagnosis) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("", "What", "Kind", "Found, or how to get it"):
        table.add_column(heading, overflow="fold")
    for check in diagnosis.checks:
        found = check.found if check.ready else "; ".join(filter(None, (check.found, check.remedy)))
        mark = Text("there", style="green") if check.ready else Text("lacking", style="red")
        table.add_row(mark, Text(check.name), Text(check.kind), Text(found))
    console = Console(highlight=False)
    console.print(table)
    if diagnosis.install:
        console.print(Text(f"\nTo get every Debian package that is lacking:\n  {diagnosis.install}"), soft_wrap=True)
    console.print("\nThe lab is ready." if diagnosis.ready else "\nThe lab is not ready.")
