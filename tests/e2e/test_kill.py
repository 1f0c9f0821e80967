"""Killed at any moment: nothing recorded is lost, nothing is left behind, and the next run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from backtalk.evidence import Case, read_records
from tests.e2e.conftest import CLI, descendants, network_namespaces, run_backtalk, write_plan

pytestmark = [pytest.mark.lab, pytest.mark.browser]

PATIENCE = 60.0
LATER = 1.5
"""Seconds after a point at most until the kill comes."""

ASKED = ("env", "--default-signal=INT")
"""Started so that Ctrl-C ends it: what runs in the background inherits that it is ignored."""

EVENTS = 20
"""Lines that a whole session of these tests writes into stimuli.jsonl, about."""


def await_that(condition, seconds=PATIENCE):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


def alive(pids):
    states = {}
    for pid in pids:
        try:
            states[pid] = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
    return {pid for pid, state in states.items() if state != "Z"}


def begun_before(pid, moment):
    """Whether a process began before this moment, in seconds since the machine began."""
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return False
    return ticks / os.sysconf("SC_CLK_TCK") < moment


def told(path):
    """What the kernel says of a process; nothing of one that is gone."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def begun_events(case):
    return sum(path.read_bytes().count(b"\n") for path in case.glob("sessions/*/stimuli.jsonl"))


def got_to(running, case, wanted):
    return begun_events(case) >= wanted or running.process.poll() is not None


def mounts():
    return sorted(line.split(" ", 3)[3] for line in Path("/proc/self/mountinfo").read_text().splitlines())


def names():
    """What stands where a lab that leaks would leave it."""
    folders = (Path(folder) for folder in ("/", "/home", "/dev/shm", "/run/netns"))
    return {str(entry) for folder in folders if folder.is_dir() for entry in folder.iterdir()}


def recorded_so_far(case):
    """Every raw file with its size and hash. session.json is written anew when a session is sealed."""
    raw = [path for path in case.glob("sessions/**/*") if path.is_file() and path.name != "session.json"]
    return {path: (path.stat().st_size, sha256(path.read_bytes()).hexdigest()) for path in raw}


def still_holds(recorded):
    return all(sha256(path.read_bytes()[:size]).hexdigest() == hashed for path, (size, hashed) in recorded.items())


def screens():
    return {entry.name for folder in ("/tmp", "/tmp/.X11-unix") for entry in Path(folder).glob("*X[0-9]*")}


class Running:
    """A run under way, and all that belongs to it."""

    def __init__(self, *arguments):
        self.before = mounts(), screens(), names()
        self.process = subprocess.Popen(
            [*ASKED, *CLI, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def parent(self, family):
        return [self.process.pid]

    def room_and_parent(self, family):
        parent = f"\nPPid:\t{self.process.pid}\n".encode()
        rooms = [pid for pid in family if parent in told(f"/proc/{pid}/status")]
        return [*rooms, self.process.pid]

    def end(self, signum, victims):
        """Signal the victims and wait until all that the run had started is gone."""
        family = descendants(self.process.pid)
        networks = network_namespaces(family) - {str(Path("/proc/self/ns/net").readlink())}
        ending = time.clock_gettime(time.CLOCK_BOOTTIME)
        for pid in victims(family):
            with suppress(ProcessLookupError):  # it may have died with the one before
                os.kill(pid, signum)
        out, err = self.process.communicate(timeout=PATIENCE)
        await_that(lambda: not alive(family))
        # The kernel gives the number of a namespace that is gone to the next one: a lab begun since may have it.
        everybody = {int(entry.name) for entry in Path("/proc").glob("[0-9]*")}
        assert not network_namespaces({pid for pid in everybody if begun_before(pid, ending)}) & networks
        await_that(lambda: (mounts(), screens(), names()) == self.before)
        return out, err


def series(case, plan, points, draw):
    """Kill a run at each point and go on from there; then let it come to its end."""
    arguments = ("run", plan, "--out", case)
    written, recorded = 0, {}
    for point in points:
        running = Running(*arguments)
        await_that((case / "custody.jsonl").exists)
        arguments = ("run", case, "--resume")
        wanted = begun_events(case) + point
        await_that(partial(got_to, running, case, wanted))
        with suppress(subprocess.TimeoutExpired):  # not right after a line every time: a moment drawn at random
            running.process.wait(draw.uniform(0, LATER))
        running.end(signal.SIGKILL, running.room_and_parent if draw.random() < 0.3 else running.parent)
        written = max(written, begun_events(case))
        assert begun_events(case) >= wanted
        for folder in Case.open(case, resume=True).sessions():
            records = folder.path / "exchanges.btrec"
            if records.exists():
                assert not [gap for gap in read_records(records)[1] if gap.kind == "damaged"]
            folder.events()
        assert still_holds(recorded)
        recorded |= recorded_so_far(case)
    said = run_backtalk("run", case, "--resume", "--json", timeout=200)
    assert said.returncode in {10, 11}, said.stderr
    result = json.loads(said.stdout)
    assert begun_events(case) > written
    assert recorded
    assert still_holds(recorded)
    assert [one["state"] for one in result["sessions"]].count("sealed") == 1
    assert run_backtalk("verify", case).returncode == 0
    return result


def test_killed_at_some_points_it_resumes(tmp_path):
    draw = random.Random(4)
    plan = write_plan(tmp_path / "kill.toml", ["chromium"], ["normal-on"], 1)
    result = series(tmp_path / "case", plan, (0, 1, 4, 9), draw)
    interrupted = [one for one in result["sessions"] if one["state"] == "interrupted"]
    assert len(interrupted) >= 3
    assert all(one["excluded"] for one in interrupted)


@pytest.mark.slow
def test_killed_at_fifty_random_points_it_resumes(tmp_path):
    draw = random.Random(50)
    plan = write_plan(tmp_path / "kill.toml", ["chromium"], ["normal-on"], 1)
    series(tmp_path / "case", plan, [draw.randrange(EVENTS - 4) for _ in range(50)], draw)


@pytest.mark.parametrize("whole_group", [False, True])
def test_ctrl_c_ends_it_in_one_line_and_seals_what_there_is(tmp_path, whole_group):
    case = tmp_path / "case"
    plan = write_plan(tmp_path / "stop.toml", ["firefox"], ["normal-packaged"], 1)
    running = Running("run", plan, "--out", case)
    await_that(lambda: begun_events(case) >= 2)
    group = running.process.pid

    def victims(family):
        return [one for one in family if os.getpgid(one) == os.getpgid(group)] if whole_group else [group]

    if whole_group:
        assert os.getpgid(group) == os.getpgid(0)  # our own group would be hit too: name its members instead
    _, err = running.end(signal.SIGINT, victims)
    assert running.process.returncode == 130
    assert "Ctrl-C" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert [folder.session().state for folder in Case.open(case).sessions()] == ["interrupted"]
    assert run_backtalk("verify", case).returncode == 0


def test_what_the_lab_itself_breaks_is_recorded_anew_and_told(tmp_path):
    case = tmp_path / "case"
    plan = write_plan(tmp_path / "broken.toml", ["chromium"], ["normal-packaged"], 1)
    process = subprocess.Popen(
        [*CLI, "run", str(plan), "--out", str(case)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    await_that(lambda: begun_events(case) >= 3)
    (proxy,) = (pid for pid in descendants(process.pid) if b"mitmdump" in told(f"/proc/{pid}/cmdline"))
    os.kill(proxy, signal.SIGKILL)
    _, err = process.communicate(timeout=200)
    assert process.returncode == 10, err
    assert len([line for line in err.splitlines() if "is recorded anew" in line]) == 1
    states = [(folder.attempt, folder.session().state) for folder in Case.open(case).sessions()]
    assert states == [(1, "interrupted"), (2, "sealed")]
    assert run_backtalk("verify", case).returncode == 0


def test_killed_while_it_judges_the_evidence_stays_and_the_next_run_ends_it(recorded):
    draw = random.Random(9)
    raw = {path: path.read_bytes() for path in recorded.rglob("*") if path.is_file()}
    for _ in range(8):
        running = Running("run", recorded, "--resume")
        with suppress(subprocess.TimeoutExpired):
            running.process.wait(draw.uniform(0.1, 3))
        running.end(signal.SIGKILL, running.parent)
        assert raw == {path: path.read_bytes() for path in raw}
        result = recorded / "derived" / "result.json"
        assert not result.exists() or json.loads(result.read_bytes())["verdicts"]
    assert run_backtalk("run", recorded, "--resume").returncode == 11
    assert run_backtalk("verify", recorded).returncode == 0
    assert (recorded / "report" / "index.html").read_text().rstrip().endswith("</html>")
