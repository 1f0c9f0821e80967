"""`backtalk decode`: undo the packaging of one piece of data and show the tree."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from backtalk.decode import tree
from backtalk.errors import NoEvidence, UsageError
from backtalk.model.decoding import Node, Opaque, Step

PREVIEW = 72
"""Letters of a buffer shown in a line."""
LONGEST_SHOWN = 1 << 16
"""Bytes of a buffer given in JSON."""


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One buffer of the tree as JSON: its first bytes as text where they are UTF-8, else in base64."""

    step: Step | None
    length: int
    sha256: str
    text: str | None = None
    base64: str | None = None
    truncated: bool = False
    opaque: tuple[Opaque, ...] = ()
    children: tuple[Shown, ...] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` prints."""

    v: int
    type: str
    tree: Shown


@click.command(name="decode")
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("--json", "as_json", is_flag=True, help="Print the tree as one JSON object.")
def command(file: str, as_json: bool) -> None:
    """Undo the packaging of FILE (or of what comes in on stdin) and show every layer.

    Each line names the layer, its parameters, where it lies in the buffer above it, and how
    long and what its inside is. What nothing opens is shown as unread, with the reason.
    """
    root = tree(_read(file))
    if as_json:
        click.echo(msgspec.json.encode(Document(v=1, type="tree", tree=_shown(root))))
    else:
        for line in _lines(root, 0):
            click.echo(line)


def _read(file: str) -> bytes:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{safe(file)} cannot be read: {why}.", remedy="Name a file, or - for stdin.") from error
    if not data:
        raise NoEvidence("There is nothing to decode: the input is empty.")
    return data


def _shown(node: Node) -> Shown:
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
        children=tuple(_shown(child) for child in node.children),
    )


def _lines(node: Node, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}{_layer(node.step)}{len(node.data)} bytes  {preview(node.data)}"
    for item in node.opaque:
        yield f"{indent}  unread [{item.span[0]}:{item.span[1]}]  {safe(item.reason)}"
    for child in node.children:
        yield from _lines(child, depth + 1)


def _layer(step: Step | None) -> str:
    if step is None:
        return "input  "
    params = "".join(f" {name}={safe(str(value))}" for name, value in step.params.items())
    return f"{step.codec}{params}  [{step.span[0]}:{step.span[1]}]  "


def preview(data: bytes) -> str:
    """The beginning of a buffer as one printable line: text in quotes, other bytes in hex."""
    head = data[:PREVIEW]
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return head[: PREVIEW // 3].hex(" ") + (" …" if len(data) > PREVIEW // 3 else "")
        text = head[: error.start].decode()
    return f'"{safe(text)}"' + (" …" if len(data) > len(head) else "")


def safe(text: str) -> str:
    """Text that a terminal only prints: control and direction characters are written as escapes."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
