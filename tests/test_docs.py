"""What the documentation says is so: its links lead somewhere, and its commands do what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from backtalk.cli import COMMANDS, backtalk

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target.partition("#")[0]).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shown_commands_and_their_options_exist(page):
    for line in commands(page):
        words = shlex.split(re.split(r" [|>]| 2>", line)[0].replace("&&", ""), comments=True)[1:]
        assert words[0] in {*COMMANDS, "--help", "--version"}, line
        if words[0] not in COMMANDS:
            continue
        command = backtalk.get_command(click.Context(backtalk), words[0])
        assert command is not None
        known = {name for one in command.params for name in one.opts} | {"--help", "-h"}
        assert {word for word in words[1:] if re.match(r"--?[a-z]", word)} <= known, line


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
    assert said.stdout.strip() == expected.strip(), page


def test_readme_gives_the_two_commands_that_the_makefile_has():
    readme, makefile = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile"))
    for target in ("demo", "test"):
        assert f"$ make {target}\n" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "docs/pictures/" in readme


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
