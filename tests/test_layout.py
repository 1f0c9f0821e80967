"""The sizes and shapes that STYLE asks for: small files, telling names, a golden folder for each plugin."""

from __future__ import annotations

import importlib
import statistics
from pathlib import Path

import pytest

import backtalk

ROOT = Path(__file__).parents[1]
PACKAGE = Path(backtalk.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}

PLUGINS = {
    "decode": ("backtalk.decode.codecs", "CODECS"),
    "formats": ("backtalk.decode.formats", "FORMATS"),
    "ingest": ("backtalk.ingest", "READERS"),
}
"""Each stage with plugins: the module and the name of its explicit tuple."""


def lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def plugin_ids() -> list[tuple[str, str]]:
    found = []
    for stage, (module, registry) in PLUGINS.items():
        found += [(stage, plugin.ID) for plugin in getattr(importlib.import_module(module), registry)]
    return found


@pytest.mark.parametrize("file", MODULES + TESTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_over_600_lines(file):
    assert lines(file) <= 600


def test_nine_files_in_ten_have_at_most_400_lines_and_half_at_most_130():
    sizes = [lines(file) for file in MODULES]
    assert statistics.quantiles(sizes, n=10)[-1] <= 400
    assert statistics.median(sizes) <= 130


def test_no_module_has_a_name_that_says_nothing():
    names = {part for file in MODULES + TESTS for part in (*file.relative_to(ROOT).parts[:-1], file.stem)}
    assert not names & BANNED


@pytest.mark.parametrize(("stage", "plugin"), plugin_ids())
def test_every_plugin_has_a_golden_case(stage, plugin):
    folder = ROOT / "tests" / "corpus" / stage / plugin
    cases = [case for case in folder.iterdir() if case.is_dir()]
    assert cases
    for case in cases:
        assert (case / "expected.json").is_file(), case
        assert list(case.glob("input.*")), case


def test_every_golden_folder_belongs_to_a_plugin():
    folders = {(stage, folder.name) for stage in PLUGINS for folder in (ROOT / "tests" / "corpus" / stage).iterdir()}
    assert folders == set(plugin_ids())


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_module_says_what_it_is(file):
    assert file.read_text(encoding="utf-8").startswith(('"""', "#!"))
