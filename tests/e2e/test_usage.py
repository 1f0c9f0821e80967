"""Each command says by its exit code, and in one line, why it cannot do what it was asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from backtalk.cli import COMMANDS
from backtalk.evidence import Case
from tests.e2e.conftest import CLI, RECORDED, alone, run_backtalk, write_plan

CAPTURE = Path(__file__).parents[1] / "corpus" / "ingest" / "mitmproxy" / "everything" / "input.flows"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a case that was never analysed, a plan, a folder that is no case, and a file that is nothing."""
    folder = tmp_path_factory.mktemp("place")
    shutil.copytree(RECORDED, folder / "case")
    (folder / "stuff").mkdir()
    (folder / "stuff" / "letter.txt").write_text("dear diary")
    (folder / "file").write_text("hi\n")
    (folder / "nothing").touch()
    write_plan(folder / "plan.toml", ["chromium"], ["normal-on"], 1)
    return folder


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_refuses_an_unknown_option(name):
    assert run_backtalk(name, "--help").returncode == 0
    said = run_backtalk(name, "--surprise")
    assert (said.returncode, said.stdout) == (2, "")
    assert "--surprise" in said.stderr


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"addon", "demo", "decode", "doctor"}))
def test_a_command_without_its_argument_is_a_usage_error(name):
    said = run_backtalk(name)
    assert (said.returncode, said.stdout) == (2, "")
    assert "Usage: " in said.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ("demo --labs 0", 2, "0 is not in the range"),
        ("demo --out stuff", 2, "stuff is not empty"),
        ("demo --out file", 2, "file is not empty"),
        ("new plan.toml", 2, "left as it is"),
        ("new nowhere/plan.toml", 2, "No such file"),
        ("new other.toml --subject netscape", 2, "netscape"),
        ("new other.toml --repeats 0", 2, "0 is not in the range"),
        ("run case", 2, "--resume"),
        ("run file", 2, "not TOML"),
        ("run stuff --resume", 2, "no case"),
        ("run case --resume --out other", 2, "--out"),
        ("run plan.toml --out file", 2, "file exists"),
        ("run plan.toml --labs 99", 2, "99 is not in the range"),
        ("analyze stuff", 2, "no case"),
        ("analyze case --workers 0", 2, "0 is not in the range"),
        ("report stuff", 2, "no case"),
        ("report case", 3, "backtalk analyze"),
        ("verify stuff", 2, "no case"),
        ("explain F-1 --case stuff", 2, "no case"),
        ("explain F-1 --case case", 3, "backtalk analyze"),
        ("scan file", 2, "--canary"),
        ("scan file --canary abc", 2, "too short"),
        ("scan stuff --canary bolarivego", 2, "directory"),
        ("scan nothing --canary bolarivego", 3, "nothing is empty"),
        ("addon --canary abc", 2, "too short"),
        ("addon --out file", 2, "no addon"),
        ("decode stuff", 2, "directory"),
    ],
)
def test_what_cannot_be_done_changes_nothing(place, arguments, code, says):
    before = contents(place)
    said = run_backtalk(*arguments.split(), cwd=place)
    assert said.returncode == code, said.stderr
    assert says in said.stderr.splitlines()[-1]
    assert "Traceback" not in said.stderr
    assert contents(place) == before


def test_a_plan_of_ones_own_is_what_run_takes(tmp_path):
    plan = tmp_path / "My plan.toml"
    said = run_backtalk("new", plan, "--subject", "firefox", "--repeats", 7)
    assert said.returncode == 0
    assert f"backtalk run '{plan}'" in said.stderr
    assert "repeats = 7" in plan.read_text()
    # The machine's programs out of sight, the plan is read, and found good.
    nothing = run_backtalk("run", plan, "--out", tmp_path / "case", env={**os.environ, "PATH": str(tmp_path)})
    assert nothing.returncode == 5


@pytest.mark.parametrize("out", ["", "sessions/mine", "report/../plans"])
def test_a_report_is_not_written_among_the_evidence(analysed, out):
    before = contents(analysed)
    said = run_backtalk("report", analysed, "--out", analysed / out)
    assert said.returncode == 2
    assert "among the evidence" in said.stderr
    assert contents(analysed) == before


def test_two_runs_do_not_record_into_one_case(recorded):
    chain = (recorded / "custody.jsonl").read_bytes()
    with Case.open(recorded).alone():
        said = run_backtalk("run", recorded, "--resume")
        demo = run_backtalk("demo", "--out", recorded)
    for refused in (said, demo):
        assert refused.returncode == 2
        assert refused.stderr.startswith("backtalk: another run is recording into")
        assert refused.stderr.count("\n") == 1
    assert (recorded / "custody.jsonl").read_bytes() == chain
    assert run_backtalk("run", recorded, "--resume").returncode == 11


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("analyze", RECORDED.name),
        ("analyze", RECORDED.name, "--json"),
        ("verify", RECORDED.name, "--json"),
        ("scan", CAPTURE, "--canary", "bolarivego", "--json"),
    ],
)
def test_what_cannot_be_printed_is_told_and_is_no_verdict(recorded, arguments):
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [*CLI, *map(str, arguments)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=recorded.parent,
            check=False,
        )
    assert said.returncode == 5
    assert said.stderr == (
        "backtalk: what it found could not be printed: No space left on device. Print it elsewhere.\n"
    )


@pytest.mark.lab
def test_a_case_that_cannot_be_written_can_be_checked_but_not_changed(analysed):
    def read_only(*arguments):
        command = f"exec {' '.join(CLI)} {' '.join(map(str, arguments))}"
        return alone(command, f"mount --bind {analysed} {analysed}", f"mount -o remount,bind,ro {analysed}")

    assert read_only("verify", analysed).returncode == 0
    finding = json.loads((analysed / "derived" / "result.json").read_bytes())["findings"][0]["id"]
    assert read_only("explain", finding, "--case", analysed).returncode == 0
    for arguments in (("analyze", analysed), ("report", analysed), ("run", analysed, "--resume")):
        said = read_only(*arguments)
        assert said.returncode == 5, said.stderr
        assert "cannot be written" in said.stderr
        assert said.stderr.count("\n") == 1
