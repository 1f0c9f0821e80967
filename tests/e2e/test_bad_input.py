"""Bad input gets one clear line that says what to do, the right exit code, and loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from backtalk.evidence import Case
from tests.e2e.conftest import CLI, alone, run_backtalk, write_plan

CORPUS = Path(__file__).parents[1] / "corpus" / "ingest"


def one_line(said: subprocess.CompletedProcess[str], code: int) -> str:
    """The one line of the failure, on stderr, under the right exit code."""
    assert said.returncode == code, said.stderr
    assert "Traceback" not in said.stderr
    lines = [line for line in said.stderr.splitlines() if line.startswith("backtalk: ")]
    assert len(lines) == 1, said.stderr
    return lines[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (b"\nsurprise = 1\n", "surprise"),
        (b"\nrepeats = = 2\n", "not TOML"),
        (b"\xff", "UTF-8"),
    ],
)
def test_a_plan_that_cannot_be_read_says_where(tmp_path, change, says):
    plan = write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-on"], 1)
    head, _, tail = plan.read_bytes().partition(b"\n\n[[")
    plan.write_bytes(head + change + b"\n[[" + tail)
    line = one_line(run_backtalk("run", plan, "--out", tmp_path / "case"), 2)
    assert says in line
    assert "Nothing was recorded" in line
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('driver = "chromium"', 'driver = "netscape"', "netscape"),
        ("repeats = 1", "repeats = 0", "repeats"),
        ('name = "mine"', 'name = "../elsewhere"', "elsewhere"),
        ("decoys = 1000", "decoys = 10", "decoys"),
        ('mode = "normal"', 'mode = "loud"', "loud"),
    ],
)
def test_a_plan_that_makes_no_sense_says_why(tmp_path, before, after, says):
    plan = write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-on"], 1)
    text = plan.read_text()
    assert before in text
    plan.write_text(text.replace(before, after))
    assert says in one_line(run_backtalk("run", plan, "--out", tmp_path / "case"), 2)


def test_a_flow_file_cut_short_is_read_up_to_the_cut(tmp_path):
    whole = (CORPUS / "mitmproxy" / "everything" / "input.flows").read_bytes()
    cut = tmp_path / "cut.flows"
    cut.write_bytes(whole[: len(whole) // 2])
    said = run_backtalk("scan", cut, "--canary", "bolarivego")
    assert said.returncode == 11
    assert "bolarivego" in said.stdout
    assert "Traceback" not in said.stderr


def test_a_flow_file_cut_short_with_nothing_sighted_is_not_clean(tmp_path):
    whole = (CORPUS / "mitmproxy" / "everything" / "input.flows").read_bytes()
    cut = tmp_path / "cut.flows"
    cut.write_bytes(whole[: len(whole) // 2])
    assert run_backtalk("scan", cut, "--canary", "neversaid").returncode == 10
    cut.write_bytes(whole[:300])
    one_line(run_backtalk("scan", cut, "--canary", "neversaid"), 3)


@pytest.mark.parametrize("content", [b"", b"{", b"\xb1\xff", b'{"v": "one"}', b"[" * 100_000])
def test_a_result_that_cannot_be_read_is_no_evidence_and_is_made_anew(recorded, content):
    (recorded / "derived").mkdir()
    (recorded / "derived" / "result.json").write_bytes(content)
    assert "backtalk analyze" in one_line(run_backtalk("report", recorded), 3)
    one_line(run_backtalk("explain", "F-1", "--case", recorded), 3)
    assert run_backtalk("analyze", recorded).returncode == 11
    assert run_backtalk("report", recorded).returncode == 0


def test_a_har_that_is_not_json_is_not_clean(tmp_path):
    file = tmp_path / "not.har"
    file.write_bytes(b'{"log": nothing of the kind')
    one_line(run_backtalk("scan", file, "--canary", "bolarivego"), 3)


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "nowhere"),
        ("analyze", "nowhere"),
        ("report", "nowhere"),
        ("run", "nowhere", "--resume"),
        ("run", "nowhere.toml"),
        ("explain", "F-1", "--case", "nowhere"),
        ("decode", "nowhere"),
        ("scan", "nowhere", "--canary", "bolarivego"),
    ],
)
def test_what_is_not_there_is_a_usage_error(tmp_path, arguments):
    said = run_backtalk(*arguments, cwd=tmp_path)
    assert said.returncode in {2, 3}
    assert "Traceback" not in said.stderr
    assert said.stderr.strip()


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path):
    target = tmp_path / "full"
    target.mkdir()
    (target / "letter.txt").write_text("dear diary")
    plan = write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-on"], 1)
    one_line(run_backtalk("run", plan, "--out", target), 2)
    assert [path.name for path in target.iterdir()] == ["letter.txt"]


def test_without_the_programs_the_line_that_installs_them_is_given(tmp_path):
    plan = write_plan(tmp_path / "mine.toml", ["chromium", "firefox"], ["normal-on"], 1)
    said = run_backtalk("run", plan, "--out", tmp_path / "case", env={**os.environ, "PATH": str(tmp_path)})
    assert "doctor" in one_line(said, 5)
    assert "apt-get install" in said.stderr
    assert said.stderr.count("\n") == 1
    doctor = run_backtalk("doctor", "--check", env={**os.environ, "PATH": str(tmp_path)})
    assert doctor.returncode == 5
    assert "apt-get install" in doctor.stdout + doctor.stderr


def test_with_the_subjects_but_without_the_labs_programs_it_says_which_before_it_records(tmp_path):
    thin = tmp_path / "bin"
    thin.mkdir()
    (thin / "chromium").symlink_to("/bin/true")
    plan = write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-on"], 1)
    said = run_backtalk("run", plan, "--out", tmp_path / "case", env={**os.environ, "PATH": str(thin)})
    line = one_line(said, 5)
    assert said.stderr.count("\n") == 1
    assert "xdotool" in line
    assert "apt-get install" in line
    assert Case.open(tmp_path / "case").sessions() == ()


needs_root = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"),  # there it would be taken for passed
    reason="the subject's own user is none of those in a namespace that a user makes",
)
QUOTED = " ".join(CLI)


@needs_root
@pytest.mark.lab
@pytest.mark.browser
def test_a_subject_that_crashes_at_its_start_is_excluded_and_never_clean(tmp_path):
    crash = tmp_path / "chromium"
    crash.write_text("#!/bin/sh\necho 'cannot start today' >&2\nexit 7\n")
    crash.chmod(0o755)
    plan = write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-on"], 1)
    case = tmp_path / "case"
    said = alone(f"{QUOTED} run {plan} --out {case}", f"mount --bind {crash} {shutil.which('chromium')}")
    assert said.returncode == 10, said.stderr
    assert "Traceback" not in said.stderr
    told = [line for line in said.stderr.splitlines() if "does not count" in line]
    assert len(told) == 1
    assert "code 7" in told[0]
    (folder,) = Case.open(case).sessions()
    assert folder.session().state == "failed"
    assert b"cannot start today" in (folder.path / "subject.log").read_bytes()
    assert run_backtalk("verify", case).returncode == 0


@needs_root
@pytest.mark.lab
@pytest.mark.browser
def test_a_full_disk_ends_the_run_and_keeps_what_was_recorded(tmp_path):
    plan = write_plan(tmp_path / "mine.toml", ["chromium"], ["normal-on"], 1)
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    said = alone(
        f"{{ {QUOTED} run {plan} --out {disk}/case || code=$?; cp -a {disk}/case {kept}; exit $code; }}",
        f"mount -t tmpfs -o size=400k tmpfs {disk}",
    )
    assert "cannot be written" in one_line(said, 5)
    (folder,) = Case.open(kept, resume=True).sessions()
    assert folder.events()
    assert not [gap for gap in folder.exchanges()[1] if gap.kind == "damaged"]
