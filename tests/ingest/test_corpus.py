"""Each golden capture is read exactly as its expected.json says.

`BACKTALK_WRITE_GOLDEN=1 pytest tests/ingest/test_corpus.py` writes them anew, to be looked at.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from backtalk.ingest import READERS, Capture, read
from backtalk.ingest.reader import HEAD
from backtalk.lab.environment import mitmproxy_python
from backtalk.model.capture import Exchange, Part

CORPUS = Path(__file__).parents[1] / "corpus" / "ingest"
CASES = sorted(path for path in CORPUS.glob("*/*/input.*") if path.suffix != ".keys")


def written(capture: Capture) -> str:
    """A capture so that a person can check it: one JSON document, bytes as Latin-1."""
    document = {
        "exchanges": [_exchange(exchange) for exchange in capture.exchanges],
        "gaps": [f"{gap.kind} {gap.count}: {gap.detail}" for gap in capture.gaps],
        "notes": list(capture.notes),
    }
    return json.dumps(document, indent=1) + "\n"


def _exchange(exchange: Exchange) -> dict[str, object]:
    left_out = {"source", "parts", *(() if exchange.app else ("app",))}
    plain = {name: getattr(exchange, name) for name in exchange.__struct_fields__ if name not in left_out}
    return {**plain, "parts": {f"{i}.{part.name}": _part(part) for i, part in enumerate(exchange.parts)}}


def _part(part: Part) -> str:
    origin = "".join(f" [{one.codec} {one.span} {one.params}]" for one in part.origin)
    return part.data.decode("latin-1") + ("" if part.complete else " [INCOMPLETE]") + origin


@pytest.mark.parametrize("file", CASES, ids=lambda file: f"{file.parts[-3]}-{file.parts[-2]}")
def test_a_capture_is_read_as_written_down(file):
    capture = read(file, mitmproxy=mitmproxy_python)
    shown = written(capture)
    expected = file.with_name("expected.json")
    if os.environ.get("BACKTALK_WRITE_GOLDEN"):
        expected.write_text(shown)
    assert json.loads(shown) == json.loads(expected.read_text())
    assert [exchange.index for exchange in capture.exchanges] == list(range(len(capture.exchanges)))
    assert {exchange.source for exchange in capture.exchanges} == {str(file)}


@pytest.mark.parametrize("file", CASES, ids=lambda file: f"{file.parts[-3]}-{file.parts[-2]}")
def test_a_capture_is_told_by_its_bytes_by_one_reader_and_the_one_for_any_file(file):
    head = file.read_bytes()[:HEAD]
    assert [reader.ID for reader in READERS if reader.sniff(head)] == [file.parts[-3], "verbatim"][
        : 1 + (file.parts[-3] != "verbatim")
    ]


def test_every_reader_has_a_golden_capture():
    assert {reader.ID for reader in READERS} == {file.parts[-3] for file in CASES}
