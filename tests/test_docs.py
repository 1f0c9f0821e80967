"""What the documentation says is so: its links lead somewhere, and its commands do what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import click
import pytest

from backtalk import errors
from backtalk.assess.claims import CLAIMS
from backtalk.cli import COMMANDS, backtalk
from backtalk.cli.outcome import CONTRADICTED, INCONCLUSIVE
from backtalk.decode.codecs import CODECS
from backtalk.ingest import READERS
from backtalk.lab.subjects import SUBJECTS

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*"))
HEAVIEST = 300_000
"""Bytes of a picture: a page with four of them still opens on a slow line."""
LINK = re.compile(r"\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^ *```console(?P<run> run)?\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
RUNNABLE = [
    pytest.param(page, match["text"], id=f"{page.name}-{number}")
    for page in PAGES
    for number, match in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8")))
    if match["run"]
]


def commands(page: Path) -> list[str]:
    """Every `backtalk …` command line that a page shows."""
    blocks = (match["text"] for match in BLOCK.finditer(page.read_text(encoding="utf-8")))
    lines = (line.strip() for block in blocks for line in block.splitlines())
    found = (re.search(r"\bbacktalk .*", line) for line in lines if line.startswith("$ "))
    return [match[0] for match in found if match]


def options(name: str) -> set[str]:
    """Every option of a command, by its long and short names."""
    command = backtalk.get_command(click.Context(backtalk), name)
    assert command is not None
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    params = [one for each in (command, *inner) for one in each.params]
    return {word for one in params for word in one.opts if word.startswith("-")} | {"--help", "-h"}


def kinds(error: type[errors.BacktalkError]) -> set[int]:
    """The exit codes of an error and of all that are derived from it."""
    return {error.exit_code}.union(*(kinds(one) for one in error.__subclasses__()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target.partition("#")[0]).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shown_commands_and_their_options_exist(page):
    for line in commands(page):
        words = shlex.split(re.split(r" [|>&]|;", line)[0], comments=True)[1:]
        assert words[0] in {*COMMANDS, "--help", "--version"}, line
        if words[0] not in COMMANDS:
            continue
        assert {word for word in words[1:] if re.match(r"--?[a-z]", word)} <= options(words[0]), line


@pytest.mark.parametrize(("page", "text"), RUNNABLE)
def test_shown_output_is_what_comes(page, text):
    line, _, expected = text.strip().partition("\n")
    said = subprocess.run(
        ["bash", "-c", line.removeprefix("$ ")],
        cwd=ROOT,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert plain(said.stdout) == plain(expected), page


def plain(text: str) -> list[str]:
    """Lines without what nobody sees at their ends, and without the page's own indentation."""
    return [line.rstrip() for line in textwrap.dedent(text).strip().splitlines()]


def test_readme_gives_the_two_commands_that_the_makefile_has():
    readme, makefile = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile"))
    for target in ("demo", "test"):
        assert f"$ make {target}\n" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "docs/pictures/" in readme


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_with_its_options_is_in_the_reference(name):
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    section = re.search(rf"^## `backtalk {name}`$.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert section is not None
    for option in options(name) - {"-h"}:
        assert f"`{option}" in section[0], option


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("codecs.md", [codec.ID for codec in CODECS]),
        ("claims.md", [claim.ID for claim in CLAIMS]),
        ("captures.md", [reader.NAME for reader in READERS]),
        ("subjects.md", [subject.name for subject in SUBJECTS]),
    ],
)
def test_every_plugin_is_in_the_reference(page, names):
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == names


def test_every_exit_code_is_in_the_reference():
    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert told == kinds(errors.BacktalkError) | {0, 130, CONTRADICTED, INCONCLUSIVE}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_every_picture_is_shown_and_light(picture):
    assert picture.stat().st_size < HEAVIEST
    assert any(f"/{picture.name})" in page.read_text(encoding="utf-8") for page in PAGES)


def test_results_are_told_of_the_build_that_gave_them():
    """Debian's Chromium is not Chrome, and no page says that it is."""
    assert not [page.name for page in PAGES if re.search(r"\bChrome\b", page.read_text(encoding="utf-8"))]


def test_every_page_is_reached_from_the_readme():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        targets = LINK.findall(page.read_text(encoding="utf-8"))
        waiting += [page.parent / target.partition("#")[0] for target in targets if "://" not in target]
    assert {page.resolve() for page in PAGES} <= seen
