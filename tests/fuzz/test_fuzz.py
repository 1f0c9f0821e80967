"""Each target holds for every input in the tree: golden ones, seeds, and whatever once broke it."""

from __future__ import annotations

import pytest

from backtalk.decode import CODECS
from backtalk.decode.formats import FORMATS
from backtalk.ingest import READERS
from tests.fuzz.target import KEPT
from tests.fuzz.targets import BY_NAME, TARGETS


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_input_in_the_tree_holds(target):
    count = 0
    for name, data in target.inputs():
        try:
            target.run(data)
        except Exception as fault:
            fault.add_note(f"with {name}")
            raise
        count += 1
    assert count, "nothing to begin with"


def test_every_codec_format_and_reader_is_fuzzed():
    wanted = {f"codec/{one.ID}" for one in CODECS} | {f"format/{one.ID}" for one in FORMATS}
    assert wanted | {f"reader/{one.ID}" for one in READERS} | {
        "frames",
        "walk",
        "sightings",
        "adb/connects",
        "adb/drives",
    } <= set(BY_NAME)


def test_every_kept_input_belongs_to_a_target():
    folders = {str(file.parent.relative_to(KEPT)) for file in KEPT.rglob("*") if file.is_file()}
    assert folders <= set(BY_NAME)
