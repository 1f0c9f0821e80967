"""Writes docs/reference/ from the code itself: `python docs/generate.py`. A test holds the pages to it."""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import click
import msgspec
from msgspec import Struct

from backtalk import errors
from backtalk.assess.claims import CLAIMS
from backtalk.cli import COMMANDS
from backtalk.decode.codecs import CODECS
from backtalk.decode.formats import FORMATS
from backtalk.ingest import READERS
from backtalk.lab.subjects import SUBJECTS
from backtalk.model.plan import ConditionPlan, Plan, SubjectPlan
from backtalk.pipeline import plans
from backtalk.range import LABEL, builds
from backtalk.range.builds.checking import STATEMENTS
from backtalk.range.handset import identities
from backtalk.range.handset.shell import language
from backtalk.range.handset.shell.commands import FAMILIES
from backtalk.range.sending.packagings import PACKAGINGS

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
        if isinstance(command, click.Group):
            for inner in command.commands.values():
                inside = click.Context(
                    inner, info_name=inner.name, parent=click.Context(command, info_name=f"backtalk {name}")
                )
                yield f"```\n{' '.join([inside.command_path, *inner.collect_usage_pieces(inside)])}\n```\n"
                yield f"{inspect.cleandoc(inner.help or '')}\n"
                yield from options_of(inner, inside)
        yield from options_of(command, context)


def options_of(command: click.Command, context: click.Context) -> Iterator[str]:
    """A table of a command's options, if it has more than its help."""
    options = [record for one in command.get_params(context) if (record := one.get_help_record(context)) and record[1]]
    if isinstance(context.parent, click.Context) and len(options) == 1:
        return
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


def formats() -> Iterator[str]:
    """Every maker's format whose events and fields have names."""
    yield "# Makers' formats that are named\n"
    yield "What decoded bytes are to the program that sent them: which events, which values, and which of these tell"
    yield "devices or people apart. A format is recognised by the bytes alone, never by a host or content type, and it"
    yield "only names: everything is searched whether a format knows it or not, and no verdict depends on one.\n"
    yield "A value that a format does not name is a property, unless its own look (an address) or the last word of its"
    yield "name (`android_id`, `email`, `search_word`) is a convention.\n"
    for one in FORMATS:
        yield f"## {one.TITLE}\n\n`{one.ID}`, version {one.VERSION}. {about(one)}\n"
        yield f"Recognised by: {one.SIGNS}.\n"
        kinds: dict[str, list[str]] = {}
        for name, kind in one.FIELDS.items():
            kinds.setdefault(kind, []).append(f"`{name}`")
        yield "| Kind | Fields |\n|---|---|"
        yield from (f"| {kind} | {cell(', '.join(names))} |" for kind, names in sorted(kinds.items()))
        yield ""
        yield from listed("Limitations", one.LIMITATIONS, "No limitation is known.")
        yield from listed("References", one.REFERENCES)


def handset() -> Iterator[str]:
    """The simulated handset: its builds, and its shell."""
    yield "# The simulated handset\n"
    yield f"Everything here is a {LABEL}. The makers are invented.\n"
    yield "## Builds\n\n| Build | What it does |\n|---|---|"
    yield from (f"| `{name}` | {cell(builds.load(name).summary)} |" for name in builds.names())
    yield "\nThe file of a build: [builds.md](builds.md)."
    yield "\n## Identities\n\n" + (inspect.getdoc(identities) or "").partition("\n\n")[2] + "\n"
    yield "## The shell\n"
    yield f"{(inspect.getdoc(language) or '').splitlines()[0]}\n"
    yield from listed("Limitations", language.LIMITATIONS)
    for family in FAMILIES:
        yield f"### {(inspect.getdoc(family) or '').splitlines()[0].rstrip('.')}\n"
        yield "```"
        yield from (line for command in family.COMMANDS for line in command.usage)
        yield "```\n"
        yield from listed("Limitations", family.LIMITATIONS)


def build_files() -> Iterator[str]:
    """The file of a build, key by key."""
    yield "# The file of a build\n"
    yield f"A build is a TOML file that says what a simulated handset is and sends: a {LABEL}.\n"
    yield f"{(inspect.getdoc(builds.reporting) or '').partition(chr(10) * 2)[2]}\n"
    yield "| Key | What stands there |\n|---|---|"
    yield "| `name`, `summary` | What it is called, and what it does in a sentence. |"
    yield "| `like` | Another build, whose `[model]`, `[browser]` and `[music]` stand where this file is silent. |"
    yield f"| `statements` | Which of {', '.join(STATEMENTS)} of 2020 it does. |\n"
    parts = {"[model]": builds.Model, "[browser]": builds.Browser, "[[browser.switches]]": builds.Switch,
             "[music]": builds.Music, "[[collectors]]": builds.Collector, "[[identifiers]]": builds.Identifier,
             "[[reports]]": builds.Report, "[[heartbeats]]": builds.Heartbeat}  # fmt: skip
    for title, kind in parts.items():
        yield f"## `{title}`\n\n{inspect.getdoc(kind)}\n\n| Key | Values | If it is not given |\n|---|---|---|"
        hints = get_type_hints(kind)
        for field in msgspec.structs.fields(kind):
            default = (
                "needed" if field.required else f"`{toml({} if field.default is msgspec.NODEFAULT else field.default)}`"
            )
            yield f"| `{field.name}` | {cell(values_of(hints[field.name]))} | {default} |"
        yield ""
    yield from packagings()


def packagings() -> Iterator[str]:
    """How the simulated handsets' messages are packed."""
    yield "## Packagings\n\n| Packaging | Made by | Readable |\n|---|---|---|"
    for one in PACKAGINGS:
        made = f"the genuine {one.GENUINE}" if one.GENUINE else "reconstruction"
        yield f"| `{one.ID}`: {cell(about(one))} | {made} | {one.READABLE} |"


def toml(value: object) -> str:
    """A value as a build's file writes it."""
    return json.dumps(dict(value) if isinstance(value, dict) else value).replace("(", "[")


def values_of(hint: object) -> str:
    """What may stand there, in words."""
    plain = {str: "text", int: "whole number", bool: "true or false"}
    inner = [one for one in get_args(hint) if one is not Ellipsis]
    if get_origin(hint) is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if get_origin(hint) is tuple:
        return f"list of: {values_of(inner[0])}" if Ellipsis in get_args(hint) else f"list of {len(inner)} texts"
    if get_origin(hint) is dict:
        return f"table of: {values_of(inner[1])}"
    return plain.get(hint, "table")  # type: ignore[call-overload]


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


KEYS = {
    "v": "Version of the plan's form.",
    "name": "Names the case folder: small letters, digits and hyphens.",
    "seed": "All that is random is drawn from it: words, orders, pauses, times of spikes.",
    "subjects": "What is investigated: one `[[subjects]]` table each.",
    "conditions": "What is held fixed: one `[[conditions]]` table each.",
    "repeats": f"Sessions of each subject under each condition; at most {plans.MOST_SESSIONS} in all.",
    "idle": "Seconds for which the subject is left alone at the end: 5 to 600.",
    "decoys": f"Words a session that are searched and never planted: at least {plans.FEWEST_DECOYS}.",
    "spikes": "Words a session that the lab itself sends: 1 to 50.",
    "claims": "Claims to judge, by id (see [claims](claims.md)); none named: all.",
    "subjects.id": "A name for the tables and folders.",
    "subjects.driver": f"Which [subject](subjects.md): {', '.join(f'`{one.id}`' for one in SUBJECTS)}.",
    "conditions.id": "A name for the tables and folders.",
    "conditions.mode": "`private`: everything is done in a private window, between two spells of normal use.",
    "conditions.suggestions": "Search suggestions as packaged, or switched on or off before the first start.",
}
"""What each key of a plan means. A key that stands here and in no plan, or the other way round, is an error."""


def plan() -> Iterator[str]:
    """Every key of a plan, and a plan to begin with."""
    yield "# Plans\n\nWhat `backtalk new` writes and `backtalk run` reads: TOML in UTF-8. A key that is not here is"
    yield "refused, and named.\n\n| Key | Value | If left out | Meaning |\n|---|---|---|---|"
    told = set()
    for prefix, record in (("", Plan), ("subjects.", SubjectPlan), ("conditions.", ConditionPlan)):
        for key, value, default in keys(record):
            told.add(prefix + key)
            yield f"| `{prefix}{key}` | {cell(value)} | {default} | {cell(KEYS[prefix + key])} |"
    assert told == KEYS.keys(), told ^ KEYS.keys()
    names = tuple(subject.id for subject in SUBJECTS)
    text = plans.starting_plan("mine", 1, repeats=3, conditions=("normal-packaged", "private-packaged"), subjects=names)
    yield f"\n```toml\n{text.decode('utf-8').rstrip()}\n```"


def keys(record: type[Struct]) -> Iterator[tuple[str, str, str]]:
    """Each key of a record: name, what its value is, and what holds where it is left out."""
    types = get_type_hints(record)
    for field in msgspec.structs.fields(record):
        kind = types[field.name]
        value = {int: "whole number", float: "number", str: "text"}.get(kind, "")
        if get_origin(kind) is Literal:
            value = ", ".join(f'`"{word}"`' for word in get_args(kind))
        elif get_origin(kind) is tuple:
            value = "tables" if issubclass(get_args(kind)[0], Struct) else "list of texts"
        default = "must be there" if field.required else f"`{msgspec.json.encode(field.default).decode('utf-8')}`"
        yield field.name, value, default


PAGES = {
    "commands.md": commands,
    "exit-codes.md": exit_codes,
    "claims.md": claims,
    "codecs.md": codecs,
    "formats.md": formats,
    "captures.md": captures,
    "subjects.md": subjects,
    "builds.md": build_files,
    "handset.md": handset,
    "plans.md": plan,
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
