"""Writes docs/reference/ from the code itself: `python docs/generate.py`. A test holds the pages to it."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from backtalk import errors
from backtalk.assess.claims import CLAIMS
from backtalk.cli import COMMANDS
from backtalk.decode.codecs import CODECS
from backtalk.ingest import READERS
from backtalk.lab.subjects import SUBJECTS

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py. -->\n\n"


def listed(title: str, values: Sequence[str], none: str = "") -> Iterator[str]:
    """A titled list; a sentence where it is empty and that means something."""
    if values:
        yield f"{title}:\n"
        yield from (f"- {value}" for value in values)
        yield ""
    elif none:
        yield f"{none}\n"


def commands() -> Iterator[str]:
    """Every command with its arguments and options."""
    yield "# Commands\n"
    for name, summary in COMMANDS.items():
        command: click.Command = importlib.import_module(f"backtalk.cli.{name}").command
        yield f"## `backtalk {name}`\n"
        yield f"{inspect.cleandoc(command.help or summary)}\n"
        context = click.Context(command, info_name=f"backtalk {name}")
        yield f"```\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```\n"
        options = [
            record for one in command.get_params(context) if (record := one.get_help_record(context)) and record[1]
        ]
        if options:
            yield "| Option | What it does |\n|---|---|"
            yield from (f"| `{option}` | {cell(told)} |" for option, told in options)
            yield ""


def about(plugin: object) -> str:
    """The first line of the plugin's own file."""
    return (inspect.getdoc(inspect.getmodule(type(plugin))) or "").splitlines()[0]


def cell(text: str) -> str:
    """Text that stays in its cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def exit_codes() -> Iterator[str]:
    """The exit codes, in the order in which one goes before the other."""
    classes = (errors.UsageError, errors.IntegrityFailure, errors.EnvironmentNotReady, errors.NoEvidence)
    rows = [
        (130, "Ctrl-C: what was recorded is kept."),
        (1, "An internal error: a fault of Backtalk, with its traceback."),
        *((kind.exit_code, (inspect.getdoc(kind) or "").splitlines()[0]) for kind in classes),
        (11, "A claim is contradicted. `scan`: a canary was sighted."),
        (10, "Inconclusive. `scan`: something is unread, or only a decoy was sighted."),
        (0, "Done. For `run`, `analyze` and `scan`: nothing of the above."),
    ]
    yield "# Exit codes\n\nWhere several hold, the one that stands first is given.\n\n| Code | Meaning |\n|---|---|"
    yield from (f"| {code} | {meaning} |" for code, meaning in rows)


def codecs() -> Iterator[str]:
    """Every packaging that is undone, and what is known to be missed."""
    yield "# Packagings that are undone\n\nEach inside any other, to the end of the budget.\n"
    for codec in CODECS:
        yield f"## {codec.ID}\n\n{about(codec)}\n"
        yield from listed("Limitations", codec.LIMITATIONS, "No limitation is known.")
        yield from listed("References", codec.REFERENCES)


def captures() -> Iterator[str]:
    """Every format of captures made elsewhere."""
    yield "# Captures that are read\n\nThey are told apart by their bytes, never by their names.\n"
    for reader in READERS:
        yield f"## {reader.NAME}\n\n{about(reader)}\n"
        yield from listed("Limitations", reader.LIMITATIONS, "No limitation is known.")
        yield from listed("References", reader.REFERENCES)


def claims() -> Iterator[str]:
    """Every claim that is tested."""
    yield "# Claims that are tested\n"
    for claim in CLAIMS:
        yield f"## {claim.ID}\n\n> {claim.STATEMENT}\n\n{claim.TESTED_BY}\n"
        yield from listed("Limitations", claim.LIMITATIONS, "No limitation is known.")
        yield from listed("References", claim.REFERENCES)


def subjects() -> Iterator[str]:
    """Every subject that the lab can drive."""
    yield "# Subjects that the lab drives\n"
    for subject in SUBJECTS:
        yield f"## {subject.name}\n\nDebian package `{subject.package}`, started as `{' '.join(subject.command)}`.\n"
        yield from listed("Files that decide how it behaves", [f"`{file}`" for file in subject.files])
        yield from listed("Suggestions switched on by", [f"`{setting}`" for setting in subject.suggestions_on])
        yield from listed("Suggestions switched off by", [f"`{setting}`" for setting in subject.suggestions_off])
        yield from listed("Limitations", subject.limitations)
        yield from listed("References", subject.references)


PAGES = {
    "commands.md": commands,
    "exit-codes.md": exit_codes,
    "claims.md": claims,
    "codecs.md": codecs,
    "captures.md": captures,
    "subjects.md": subjects,
}


def pages() -> dict[str, str]:
    """Every page's text by its file name."""
    return {name: NOTE + "\n".join(page()).rstrip("\n") + "\n" for name, page in PAGES.items()}


def main() -> None:
    """Write every page, and remove those that are no longer written."""
    REFERENCE.mkdir(exist_ok=True)
    for file in REFERENCE.glob("*.md"):
        if file.name not in PAGES:
            file.unlink()
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
