"""`backtalk keys`: what opens the ciphertexts of a case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from backtalk.model.keyring import Keyring

_CASE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(name="keys")
def command() -> None:
    """Keep the keys that a maker's program holds in a case, and list them.

    Whoever examined the program reads them out of it. With them, `analyze` opens what it
    encrypted: AES in ECB, CBC, CTR and GCM mode, ChaCha20-Poly1305, RC4, and AES whose key
    was wrapped with RSA. They are also the salts of digests. A case that is handed on holds
    its keys: without them its findings cannot be replayed.

    A file of keys holds one `name = VALUE` a line, VALUE being hex, base64, or text after
    `text:`; or TOML, where a key that has more to say is a table of `key`, `iv` (a vector that
    always goes with it), `iv_field` and `tag_field` (fields beside a value that hold its
    vector and its tag); or one RSA private key as PEM.
    """


@command.command(name="add")
@click.argument("case", type=_CASE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add(case: Path, file: Path) -> None:
    """Put the keys of FILE into the custody of CASE."""
    from backtalk.evidence import Case
    from backtalk.pipeline.keys import add as add_keys

    _list(add_keys(Case.open(case), file))
    click.echo("backtalk: judge again with `backtalk analyze`.", err=True)


@command.command(name="list")
@click.argument("case", type=_CASE)
def listed(case: Path) -> None:
    """List the keys of CASE by name, each with the digits that findings tell it by."""
    from backtalk.evidence import Case
    from backtalk.pipeline.keys import keyring_of

    _list(keyring_of(Case.open(case)))


def _list(ring: Keyring) -> None:
    from backtalk.report.text import shown

    for key in ring.keys:
        click.echo(f"{key.fingerprint}  {shown(key.name)}")
