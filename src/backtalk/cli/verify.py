"""`backtalk verify`: check every raw byte, the custody chain, and the derivation."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from backtalk.cli import outcome
from backtalk.errors import IntegrityFailure
from backtalk.evidence import Case
from backtalk.pipeline.check import Checked, check


@click.command()
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--head", help="A head hash noted earlier: refuses a chain cut short together with its files.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def command(case: Path, head: str | None, as_json: bool) -> None:
    """Check CASE: its raw evidence against the custody chain, then its result against the evidence.

    Exit code 4: something is not what was sealed, and the file is named; 0: all is as sealed.
    """
    checked = check(Case.open(case), head)
    if as_json:
        click.echo(msgspec.json.encode(checked, order="deterministic"))
    else:
        _tell(checked)
    if not checked.ok:
        outcome.leave(IntegrityFailure.exit_code)


def _tell(checked: Checked) -> None:
    raw = checked.raw
    for fault in raw.faults:
        click.echo(f"NOT AS SEALED  {fault.file}: {fault.what}")
    for note in raw.notes:
        click.echo(f"note: {note}")
    if checked.derivation == "differs":
        click.echo(f"NOT AS DERIVED  {checked.detail}")
    elif checked.detail:
        click.echo(f"note: {checked.detail}")
    click.echo(f"{raw.files} files, {raw.bytes} bytes as sealed; {raw.entries} custody entries; head {raw.head}")
    if checked.ok and checked.derivation == "same":
        alike = "but for the name of its rules" if checked.detail else "byte for byte"
        click.echo(f"The result derives again from the raw evidence, {alike}.")
