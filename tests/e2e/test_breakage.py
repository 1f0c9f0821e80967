"""What breaks in the middle of a session is told from what the subject did, and never passes for silence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from backtalk.evidence import Case
from tests.e2e.conftest import CLI, descendants, run_backtalk, write_plan

pytestmark = [pytest.mark.lab, pytest.mark.browser]

PATIENCE = 120.0

PROGRAMS = {
    "room": b"backtalk.lab.room",
    "proxy": b"mitmdump",
    "capture": b"dumpcap",
    "internet": b"backtalk.lab.internet",
    "screen": b"Xvfb",
    "window manager": b"openbox",
    "browser": b"/usr/lib/chromium/chromium",
}
"""Each program of the lab by what its command line holds; of several, the first that was started."""


def events(case):
    return sum(path.read_bytes().count(b"\n") for path in case.glob("sessions/*/stimuli.jsonl"))


def victim(pid, name):
    """The program's process, or None while there is none. What only launches others is left out."""
    found = {}
    for one in descendants(pid):
        with suppress(OSError):
            words = Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")
            launchers = {b"unshare", b"nsenter", b"setpriv", b"env", b"sh"}
            if words[0] not in launchers and any(PROGRAMS[name] in word for word in words[:4]):
                found[int(Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[19])] = one
    return found[min(found)] if found else None


def broken_run(case, plan, blows):
    """A run in which each blow, a program and a number of lines, falls once so much was done; its last words."""
    process = subprocess.Popen(
        [*CLI, "run", str(plan), "--out", str(case), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for name, lines in blows:
        limit = time.monotonic() + PATIENCE
        wanted = events(case) + lines
        while events(case) < wanted or victim(process.pid, name) is None:
            assert time.monotonic() < limit
            assert process.poll() is None
            time.sleep(0.05)
        before = len(Case.open(case).sessions())
        os.kill(victim(process.pid, name), signal.SIGKILL)
        while name != "browser" and process.poll() is None and len(Case.open(case).sessions()) == before:
            assert time.monotonic() < limit
            time.sleep(0.05)
    out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err
    return process.returncode, json.loads(out), err


def states(case):
    return [(folder.attempt, folder.session().state) for folder in Case.open(case).sessions()]


def test_a_room_that_dies_is_recorded_anew_and_a_browser_that_dies_is_excluded(tmp_path):
    case, plan = tmp_path / "case", write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-packaged"], 1)
    code, result, err = broken_run(case, plan, [("room", 3), ("browser", 3)])
    assert code == 10
    assert states(case) == [(1, "interrupted"), (2, "failed")]
    assert err.count("is recorded anew: the lab ended early with code 1: its first process was killed") == 1
    assert err.count("does not count: Chromium ended by itself") == 1
    assert all(one["excluded"] for one in result["sessions"])
    assert not {one["verdict"] for one in result["verdicts"]} & {"consistent", "contradicted"}
    assert run_backtalk("verify", case).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in {"room", "browser"}])
def test_what_the_lab_breaks_is_never_blamed_on_the_browser(tmp_path, name):
    case, plan = tmp_path / "case", write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-packaged"], 1)
    code, _, err = broken_run(case, plan, [(name, 3)])
    assert code == 10
    assert states(case) == [(1, "interrupted"), (2, "sealed")]
    assert err.count("is recorded anew") == 1
    assert "Chromium ended" not in err
    assert run_backtalk("verify", case).returncode == 0


@pytest.mark.slow
def test_a_browser_that_dies_while_it_is_left_alone_was_not_silent(tmp_path):
    case, plan = tmp_path / "case", write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-packaged"], 1)
    plan.write_text(plan.read_text().replace("idle = 10 ", "idle = 40 "))
    process = subprocess.Popen([*CLI, "run", str(plan), "--out", str(case)], stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + PATIENCE
    while not [path for path in case.glob("sessions/*/stimuli.jsonl") if b'-idle"' in path.read_bytes()]:
        assert time.monotonic() < limit
        time.sleep(0.05)
    os.kill(victim(process.pid, "browser"), signal.SIGKILL)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 10
    assert err.count("does not count: Chromium ended by itself") == 1
    assert states(case) == [(1, "failed")]
