"""`backtalk demo`: the browsers of this machine, investigated in minutes."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from backtalk.cli import outcome
from backtalk.cli.narration import narrated
from backtalk.evidence import Case
from backtalk.lab.subjects import SUBJECTS
from backtalk.pipeline import plans
from backtalk.pipeline.run import LABS

QUICK = ("normal-packaged", "normal-on")
WHOLE = (*QUICK, "private-packaged", "private-on")
REPEATS = 2
"""The fewest sessions that can contradict a claim."""


@click.command()
@click.option("--quick", is_flag=True, help="The normal mode only.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo-case"),
    show_default=True,
    help="The case folder; a demo that was stopped there goes on.",
)
@click.option("--labs", type=click.IntRange(1, 16), default=LABS, show_default=True, help="Labs side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(quick: bool, out: Path, labs: int, as_json: bool) -> None:
    """Investigate Chromium and Firefox ESR: normal and private, as packaged and with search suggestions on."""
    if (out / "custody.jsonl").exists():
        case = Case.open(out, resume=True)
    else:
        subjects = tuple(subject.id for subject in SUBJECTS)
        conditions = QUICK if quick else WHOLE
        seed = secrets.randbits(62)
        text = plans.starting_plan("demo", seed, repeats=REPEATS, conditions=conditions, subjects=subjects)
        case = Case.create(out, text)
    result = narrated(case, labs)
    outcome.show(result, as_json=as_json)
    click.echo(f"\nThe report, with every step of every finding: {out / 'report' / 'index.html'}", err=True)
    click.echo(f"Check every byte of it yourself: backtalk verify {out}", err=True)
