from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.evidence.lines import append_line, read_lines
from backtalk.evidence.records import DnsQuery
from backtalk.model.session import StimulusEvent

from .samples import event


def test_a_journal_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read_lines(tmp_path / "none", StimulusEvent, "x") == ((), ())


def test_a_journal_cut_anywhere_gives_every_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "stimuli.jsonl"
    for number in range(3):
        append_line(path, event(number))
    data = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(data) if byte == 10]
    for size in range(len(data) + 1):
        path.write_bytes(data[:size])
        found, gaps = read_lines(path, StimulusEvent, "x")
        # A line that lacks nothing but its end is whole.
        whole = sum(end - 1 <= size for end in ends)
        assert found == tuple(map(event, range(whole)))
        on_edge = size == 0 or size in ends or size + 1 in ends
        assert [gap.kind for gap in gaps] == ([] if on_edge else ["truncated"])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff",
        b'{"at":1e999,"name":"x"}',
        b'{"at":1,"name":"\\ud800"}',
        b'{"at":1,"name":"\\udc00x"}',
        b"[" * 100_000,
    ],
)
def test_a_bad_line_is_counted_and_the_rest_is_read(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "dns.jsonl"
    query = DnsQuery(at=1.0, name="site.example")
    append_line(path, query)
    path.write_bytes(path.read_bytes() + line + b"\n")
    append_line(path, query)
    found, gaps = read_lines(path, DnsQuery, "dns")
    assert found == (query, query)
    assert [(gap.kind, gap.count, gap.source) for gap in gaps] == [("damaged", 1, "dns")]


@given(st.binary(max_size=80))
def test_garbage_never_raises(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.jsonl"
    path.write_bytes(garbage)
    found, gaps = read_lines(path, DnsQuery, "x")
    assert len(found) + sum(gap.count for gap in gaps) == len(garbage.split(b"\n")) - (not garbage.split(b"\n")[-1])
