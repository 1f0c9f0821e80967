"""How commands that return verdicts show them, and the exit code that says the same."""

from __future__ import annotations

import click
import msgspec
from rich.console import Console

from backtalk.model.result import Result
from backtalk.report.terminal import table

CONTRADICTED, INCONCLUSIVE = 11, 10


def show(result: Result, *, as_json: bool) -> None:
    """Print the result: as the table, or as one JSON document."""
    if as_json:
        click.echo(msgspec.json.encode(result, order="deterministic"))
    else:
        table(result, Console())


def code(result: Result) -> int:
    """11 if anything is contradicted, 10 if anything is inconclusive or was not tested, else 0."""
    words = {verdict.verdict for verdict in result.verdicts}
    if "contradicted" in words:
        return CONTRADICTED
    return INCONCLUSIVE if words & {"inconclusive", "not tested"} or not words else 0


def leave(status: int) -> None:
    """End the command with this exit code."""
    click.get_current_context().exit(status)
