"""The `backtalk` command: runs one subcommand and turns failures into one line and an exit code."""

from __future__ import annotations

import os
import sys

import click

from backtalk.cli import backtalk
from backtalk.errors import BacktalkError

INTERRUPTED = 130
ADMINISTRATORS_PROGRAMS = "/usr/sbin:/sbin"


def main() -> None:
    """Run the command line; exits with a documented code, never with a traceback for a foreseen failure."""
    # An ordinary user's PATH on Debian lacks nft, which works well in namespaces of that user's own.
    os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}:{ADMINISTRATORS_PROGRAMS}"
    try:
        code = backtalk.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("backtalk: stopped by Ctrl-C; what was recorded is kept.", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BacktalkError as error:
        click.echo(f"backtalk: {error}", err=True)
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
