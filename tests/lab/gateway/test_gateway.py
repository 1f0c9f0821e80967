"""The gateway as a whole: sealed, bounded, and gone without a trace."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from backtalk.evidence import assemble, read_records
from gateway.conftest import play, stage

pytestmark = pytest.mark.lab


def test_the_gateway_has_no_other_interface(recorded):
    assert recorded.seen["links"] == ["lo", "subject@if2"]


def test_it_works_without_complaint_and_in_bounded_time(recorded):
    assert (recorded.seen["check"], recorded.seen["complaints"]) == ("", "")
    assert recorded.seen["start-up"] < 10
    assert recorded.seen["stopping"] < 10


def test_it_names_its_tools(recorded):
    tools = recorded.seen["tools"]
    assert set(tools) == {"mitmproxy", "dumpcap", "nft"}
    assert all(any(letter.isdigit() for letter in version) for version in tools.values())


def test_a_full_disk_is_a_storage_failure_that_loses_nothing_written(tmp_path):
    seen = play(tmp_path / "small", "flood")
    assert str(seen["check"]).startswith("StorageFailed")
    assert "No space left" in str(seen["check"])


def everyone(mark: str) -> list[int]:
    """Every process of this machine that has `mark` in its command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile
    return found


def namespace(process: str) -> str:
    return str(Path(f"/proc/{process}/ns/net").readlink())


def network_namespaces() -> set[str]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            found.add(namespace(entry.name))
        except OSError:
            continue  # ended meanwhile, or not ours to see
    return found


def within(seconds: float, holds) -> bool:
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def test_a_kill_leaves_nothing_behind_and_loses_nothing_recorded(tmp_path):
    folder = tmp_path / "killed"
    folder.mkdir()
    mark = str(folder)
    before = Path("/proc/self/mountinfo").read_text()
    with subprocess.Popen(stage(folder, "hang"), stdout=subprocess.PIPE, text=True) as top:
        assert top.stdout is not None
        assert top.stdout.readline() == "hanging\n"
        parties = everyone(mark)
        spaces = {namespace(str(pid)) for pid in parties} - {namespace("self")}
        assert len(parties) >= 4  # the stage, mitmdump, dumpcap and the synthetic internet, with their wrappers
        assert len(spaces) >= 1
        for said in (b"begunebo", b"zisotamu"):
            assert within(10, lambda said=said: said in (folder / "exchanges.btrec").read_bytes())
        os.kill(top.pid, signal.SIGKILL)
    assert within(10, lambda: not everyone(mark))
    assert within(10, lambda: not network_namespaces() & spaces)
    assert Path("/proc/self/mountinfo").read_text() == before
    assert not Path("/run/netns").exists() or not any(Path("/run/netns").iterdir())
    records, gaps = read_records(folder / "exchanges.btrec")
    assert not [gap for gap in gaps if gap.kind == "damaged"]
    exchanges, _ = assemble(records, "exchanges.btrec", {})
    (half,) = [one for one in exchanges if one.host == "halfway.example"]
    (body,) = [part for part in half.parts if part.name == "request.body"]
    assert (body.data, body.complete) == (b"begunebo", False)
    assert any(one.part("tcp.sent") == b"\x00zisotamu" for one in exchanges)
