"""The `backtalk` command: runs one subcommand and turns failures into one line and an exit code."""

from __future__ import annotations

import errno
import os
import sys

import click

from backtalk.cli import backtalk
from backtalk.errors import BacktalkError, EnvironmentNotReady

INTERRUPTED = 130
OUTPUT_LOST = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
ADMINISTRATORS_PROGRAMS = "/usr/sbin:/sbin"


def main() -> None:
    """Run the command line; exits with a documented code, never with a traceback for a foreseen failure."""
    # An ordinary user's PATH on Debian lacks nft, which works well in namespaces of that user's own.
    os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}:{ADMINISTRATORS_PROGRAMS}"
    try:
        code = backtalk.main(prog_name="backtalk", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        code = done.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("backtalk: stopped by Ctrl-C; what was recorded is kept.", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BacktalkError as error:
        from backtalk.report.text import shown

        click.echo(f"backtalk: {shown(str(error))}", err=True)  # it may name a file, and files have any names
        code = error.exit_code
    except (BrokenPipeError, SystemExit):  # the latter is how Rich takes the former
        code = EnvironmentNotReady.exit_code  # nobody reads on, as in `… | head`: no verdict was given
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError as error:
        if error.errno not in OUTPUT_LOST or error.filename is not None:
            raise
        click.echo(f"backtalk: what it found could not be printed: {error.strerror}. Print it elsewhere.", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still buffered would fail again at the end
        code = EnvironmentNotReady.exit_code
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
