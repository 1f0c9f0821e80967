"""`backtalk new`: write the plan of a case of one's own."""

from __future__ import annotations

import secrets
import shlex
from pathlib import Path

import click

from backtalk.errors import PlanError, UsageError
from backtalk.lab.subjects import SUBJECTS
from backtalk.pipeline import plans


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--subject", "subjects", multiple=True, help="A subject to investigate; all known ones if not given.")
@click.option("--repeats", type=click.IntRange(1, 1000), default=3, show_default=True, help="Sessions a condition.")
def command(plan: Path, subjects: tuple[str, ...], repeats: int) -> None:
    """Write PLAN, a TOML file to read, change, and give to `backtalk run`."""
    known = tuple(subject.id for subject in SUBJECTS)
    if strange := [name for name in subjects if name not in known]:
        raise UsageError(f"there is no subject {strange[0]!r}.", remedy=f"Name some of {', '.join(known)}.")
    conditions = ("normal-packaged", "private-packaged")
    seed = secrets.randbits(62)
    text = plans.starting_plan(
        plans.name_like(plan.stem), seed, repeats=repeats, conditions=conditions, subjects=subjects or known
    )
    try:
        plans.load(text)
    except PlanError as error:
        why = error.what.partition("the plan cannot be used: ")[2]
        raise UsageError(
            f"no plan can be written so: {why}", remedy="Nothing was written. Change the options."
        ) from error
    try:
        with plan.open("xb") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{plan} exists and was left as it is.", remedy="Name another file.") from error
    except OSError as error:
        raise UsageError(f"{plan} cannot be written: {error.strerror}.", remedy="Name another file.") from error
    click.echo(f"Wrote {plan}. Read it, change it, then: backtalk run {shlex.quote(str(plan))}", err=True)
