"""`backtalk decode`: undo the packaging of one piece of data and show the tree."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from backtalk.errors import NoEvidence, UsageError
from backtalk.model.decoding import Node, Opaque, Step
from backtalk.model.message import Message

LONGEST_SHOWN = 1 << 16
"""Bytes of a buffer given in JSON."""
MOST_READ = 1 << 24
"""Bytes of buffers that are held to makers' formats."""
PIPED = 110
"""Columns of a line where there is no terminal."""


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One buffer of the tree as JSON: its first bytes as text where they are UTF-8, else in base64."""

    step: Step | None
    length: int
    sha256: str
    text: str | None = None
    base64: str | None = None
    truncated: bool = False
    opaque: tuple[Opaque, ...] = ()
    format: Message | None = None
    """What a maker's format says of the buffer."""
    children: tuple[Shown, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints."""

    v: int
    type: str
    tree: Shown


@click.command(name="decode")
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("--all", "everything", is_flag=True, help="Draw every layer, however many there are.")
@click.option(
    "--keys",
    "keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Keys of a maker's program, to open what they encrypted.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the tree as one JSON object.")
def command(file: str, everything: bool, keys: Path | None, as_json: bool) -> None:
    """Undo the packaging of FILE (or of what comes in on stdin) and show every layer.

    Each line names the layer, its parameters, where it lies in the buffer above it, and how
    long and what its inside is. What nothing opens is shown as unread, with the reason. A raw
    HTTP message, a curl command, a data: URL or a blob broken into lines may be pasted whole.
    Telemetry in a known maker's format is named, with its events and identifiers.
    """
    from backtalk.pipeline.keys import read
    from backtalk.pipeline.paste import opened

    keyring = read(keys)[1] if keys else None
    root = opened(_read(file), keyring)
    if as_json:
        from backtalk.decode.formats import Reader

        click.echo(msgspec.json.encode(Document(v=1, type="tree", tree=_shown(root, Reader(MOST_READ)))))
    else:
        _draw(root, everything=everything)


def _draw(root: Node, *, everything: bool) -> None:
    from rich.console import Console

    from backtalk.decode.formats import Reader
    from backtalk.report.tree import tree_lines

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPED
    for line in tree_lines(root, console, everything=everything, makers=Reader(MOST_READ)):
        console.print(line, no_wrap=True, crop=False, overflow="ignore")


def _read(file: str) -> bytes:
    if file == "-" and sys.stdin.isatty():
        click.echo("backtalk: paste it in, then press Ctrl-D on a line of its own.", err=True)
    try:
        if not file:
            raise UsageError("an empty name names no file.", remedy="Name a file, or - for stdin.")
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        from backtalk.report.text import shown

        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{shown(file)} cannot be read: {why}.", remedy="Name a file, or - for stdin.") from error
    if not data.strip():
        raise NoEvidence("There is nothing to decode: the input is empty.")
    return data


def _shown(node: Node, makers: Callable[[bytes], Message | None]) -> Shown:
    head = node.data[:LONGEST_SHOWN]
    text: str | None = None
    packed: str | None = None
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < LONGEST_SHOWN - 3:
            packed = base64.b64encode(head).decode()
        else:
            text = head[: error.start].decode()
    return Shown(
        step=node.step,
        length=len(node.data),
        sha256=hashlib.sha256(node.data).hexdigest(),
        text=text,
        base64=packed,
        truncated=len(head) < len(node.data),
        opaque=node.opaque,
        format=makers(node.data),
        children=tuple(_shown(child, makers) for child in node.children),
    )
