"""The command line: one file a command, imported only when that command is run."""

from __future__ import annotations

import importlib

import click

from backtalk import __version__

COMMANDS: dict[str, str] = {
    "demo": "Investigate the browsers of this machine, with verdicts, in minutes.",
    "new": "Write the plan of a case of your own.",
    "run": "Record the sessions a plan asks for, then judge them.",
    "analyze": "Derive the verdicts of a case again from its raw evidence.",
    "report": "Write the report of a case.",
    "verify": "Check every raw byte, the custody chain, and the derivation.",
    "explain": "Show how a finding was reached, byte by byte.",
    "scan": "Look for canaries in captures made elsewhere.",
    "decode": "Undo the packaging of one piece of data and show the tree.",
    "keys": "Keep the keys of a maker's program in a case, and list them.",
    "range": "Start simulated handsets whose behaviour is known exactly.",
    "addon": "Show the same live, in mitmproxy.",
    "doctor": "Say what this machine has and lacks, and make what can be made.",
}
"""Each command with the line shown in the overview; `cli/<name>.py` holds its `command`."""


class Commands(click.Group):
    """A group that names all commands without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"backtalk.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            if near := get_close_matches(args[0].lower(), COMMANDS, n=1):
                ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="backtalk")
def backtalk() -> None:
    """Find out, and prove, what a phone or a browser says behind its owner's back."""
