"""Flow files, read by mitmproxy's own Python: genuine ones, broken ones, and without it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from backtalk.errors import EnvironmentNotReady, UnreadableCapture
from backtalk.ingest import read
from backtalk.lab.environment import mitmproxy_python

GENUINE = Path(__file__).parents[1] / "corpus" / "ingest" / "mitmproxy" / "everything" / "input.flows"


def flow_ends(data: bytes) -> list[int]:
    """Where each flow ends: a flow is one tnetstring, `length:payload` and a closing letter."""
    ends, at = [], 0
    while at < len(data):
        colon = data.index(b":", at)
        at = colon + 1 + int(data[at:colon]) + 1
        ends.append(at)
    return ends


@pytest.mark.parametrize("flows", [1, 3, 5])
@pytest.mark.parametrize("extra", [0, 1, 300])
def test_what_stands_before_the_cut_is_kept(tmp_path, flows, extra):
    data = GENUINE.read_bytes()
    cut = tmp_path / "cut.flows"
    cut.write_bytes(data[: flow_ends(data)[flows - 1] + extra])
    capture = read(cut, mitmproxy=mitmproxy_python)
    assert len(capture.exchanges) == flows
    assert [gap.kind for gap in capture.gaps] == (["truncated"] if extra else [])


def test_what_stands_before_damage_is_kept(tmp_path):
    data = bytearray(GENUINE.read_bytes())
    start = flow_ends(bytes(data))[1]
    data[start : start + 2] = b"xx"
    damaged = tmp_path / "damaged.flows"
    damaged.write_bytes(data)
    capture = read(damaged, mitmproxy=mitmproxy_python)
    assert len(capture.exchanges) == 2
    assert [gap.kind for gap in capture.gaps] == ["damaged"]


@pytest.mark.parametrize(
    "data",
    [
        b"12:9:websocket;",
        b"999999999999:8:response,",
        b"5:1:a,}",
        b"10:1:a;1:b;}}" * 3,
        b"".join(b"%d:" % (9 + 12 * n) for n in range(20_000)),
    ],
)
def test_a_file_whose_first_flow_cannot_be_read_is_refused_in_one_line(tmp_path, data):
    file = tmp_path / "x.flows"
    file.write_bytes(data)
    with pytest.raises(UnreadableCapture) as refused:
        read(file, mitmproxy=mitmproxy_python)
    assert "\n" not in str(refused.value)


def test_names_that_look_like_options_are_read_as_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(GENUINE, tmp_path / "--help")
    assert read(Path("--help"), mitmproxy=mitmproxy_python).exchanges


def test_without_its_environment_a_flow_file_is_not_judged():
    with pytest.raises(EnvironmentNotReady):
        read(GENUINE)


def test_a_python_that_has_no_mitmproxy_is_told_with_the_remedy():
    with pytest.raises(EnvironmentNotReady, match="backtalk doctor"):
        read(GENUINE, mitmproxy=lambda: Path(sys.executable))


def test_modules_beside_the_caller_are_not_lent_to_it(tmp_path, monkeypatch):
    (tmp_path / "mitmproxy.py").write_text("raise SystemExit('lent')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert read(GENUINE, mitmproxy=mitmproxy_python).exchanges
