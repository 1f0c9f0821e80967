"""`backtalk addon`: an addon that shows the same live in mitmproxy."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from backtalk.errors import UsageError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="addon")
@click.option("--canary", "values", multiple=True, metavar="VALUE", help="A word or URL to look for; may be repeated.")
@click.option("--canaries", "lists", multiple=True, type=_FILE, help="A file of words or URLs, one a line.")
@click.option("--decoys", "decoys", multiple=True, type=_FILE, help="A file of words that were never planted.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; stdout if not given.")
@click.option(
    "--serve", "as_worker", is_flag=True, help="Be the addon's worker, on stdin and stdout: it starts this itself."
)
def command(
    values: tuple[str, ...], lists: tuple[Path, ...], decoys: tuple[Path, ...], out: Path | None, as_worker: bool
) -> None:
    """Write an addon for mitmproxy, mitmweb and mitmdump that shows live what Backtalk sees.

    It adds a content view, "backtalk", that draws every message's layers of packaging. With
    canaries, it says each sighting as it happens (mitmdump: on stderr), and marks and
    comments the flow. Traffic is passed on at once, and also when Backtalk's worker has ended.
    """
    from backtalk.cli.scan import words
    from backtalk.pipeline.live import addon, serve
    from backtalk.pipeline.scan import canaries

    if as_worker:
        serve(sys.stdin.buffer, sys.stdout.buffer)
        return
    named, never = (*values, *words(lists)), words(decoys)
    text = addon(canaries(named, never) if named or never else ())
    if out is None:
        click.echo(text, nl=False)
        return
    _write(out, text)
    click.echo(f"backtalk: run it with `mitmproxy -s {out}`, `mitmweb -s {out}` or `mitmdump -s {out}`.", err=True)


def _write(out: Path, text: str) -> None:
    """Write an addon, over another one at most; it may hold a person's own values, so only its owner can read it."""
    from backtalk.pipeline.live import FIRST_LINE

    try:
        if out.exists() and not out.read_bytes().startswith(FIRST_LINE.encode()):
            raise UsageError(f"{out} exists and is no addon of Backtalk's.", remedy="Choose another name.")
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.", remedy="Choose another place.") from error
