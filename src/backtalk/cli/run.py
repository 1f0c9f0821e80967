"""`backtalk run`: record the sessions that a plan asks for, then judge them."""

from __future__ import annotations

from pathlib import Path

import click

from backtalk.cli import outcome
from backtalk.cli.narration import narrated
from backtalk.errors import UsageError
from backtalk.evidence import Case
from backtalk.pipeline import plans
from backtalk.pipeline.run import LABS


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The case folder to make.  [default: named by the plan]")
@click.option("--resume", is_flag=True, help="PLAN is a case folder: record the sessions that are missing.")
@click.option("--labs", type=click.IntRange(1, 16), default=LABS, show_default=True, help="Labs side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(plan: Path, out: Path | None, resume: bool, labs: int, as_json: bool) -> None:
    """Record the sessions that PLAN asks for in a new case, then judge them.

    Exit code 11: a claim is contradicted; 10: something is inconclusive; 0: neither; 5: the lab
    broke in every session, so that nothing was tested.
    """
    case = _resumed(plan, out) if resume else _new(plan, out)
    result = narrated(case, labs)
    outcome.show(result, as_json=as_json)
    click.echo(f"The report: {case.path / 'report' / 'index.html'}", err=True)
    outcome.leave(outcome.code(result))


def _resumed(folder: Path, out: Path | None) -> Case:
    if out is not None:
        raise UsageError("--out does not go with --resume.", remedy="Name the case folder alone.")
    return Case.open(folder, resume=True)


def _new(file: Path, out: Path | None) -> Case:
    if file.is_dir():
        raise UsageError(f"{file} is a folder.", remedy="Name a plan, or add --resume to go on with that case.")
    try:
        text = file.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}.", remedy="Make a plan with `backtalk new`."
        ) from error
    name = plans.load(text, str(file)).name
    target = out or Path(name)
    if target.exists() and any(target.iterdir() if target.is_dir() else (target,)):
        raise UsageError(
            f"{target} exists.",
            means="A case is never mixed with anything else.",
            remedy=f"Name another with --out, or go on with `backtalk run --resume {target}`.",
        )
    return Case.create(target, text)
