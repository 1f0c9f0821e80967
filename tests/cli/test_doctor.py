"""`backtalk doctor`: the table, the JSON, the exit code."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from backtalk.cli.doctor import command
from backtalk.lab import doctor

LACKING = doctor.Check(name="xdotool", kind="program", ready=False, found="", remedy="apt-get install xdotool")
THERE = doctor.Check(name="Xvfb", kind="program", ready=True, found="/usr/bin/Xvfb")


@pytest.fixture
def diagnosed(monkeypatch):
    def set_to(ready: bool, *checks: doctor.Check) -> None:
        install = "" if ready else "apt-get install xdotool"
        diagnosis = doctor.Diagnosis(ready=ready, checks=checks, install=install)
        monkeypatch.setattr(doctor, "examine", lambda: diagnosis)

    return set_to


def test_what_is_lacking_is_shown_with_its_remedy_and_exits_with_5(diagnosed):
    diagnosed(False, THERE, LACKING)
    done = CliRunner().invoke(command, ["--check"])
    assert done.exit_code == 5
    assert "apt-get install xdotool" in done.stdout
    assert "not ready" in done.stdout


def test_a_ready_lab_exits_with_0(diagnosed):
    diagnosed(True, THERE)
    done = CliRunner().invoke(command, ["--check"])
    assert done.exit_code == 0
    assert "/usr/bin/Xvfb" in done.stdout


def test_json_is_one_versioned_object_on_stdout(diagnosed):
    diagnosed(False, THERE, LACKING)
    done = CliRunner().invoke(command, ["--check", "--json"])
    shown = json.loads(done.stdout)
    assert done.exit_code == 5
    assert shown["v"] == 1
    assert [check["name"] for check in shown["checks"] if not check["ready"]] == ["xdotool"]


def test_only_looking_makes_nothing(diagnosed, monkeypatch):
    diagnosed(True, THERE)
    made = []
    monkeypatch.setattr(doctor, "make", made.append)
    CliRunner().invoke(command, ["--check"])
    assert not made
    CliRunner().invoke(command, [], env={doctor.OVERRIDE: ""})
    assert len(made) == 1


def test_a_mitmdump_of_ones_own_is_left_alone(diagnosed, monkeypatch):
    diagnosed(True, THERE)
    made = []
    monkeypatch.setattr(doctor, "make", made.append)
    CliRunner().invoke(command, [], env={doctor.OVERRIDE: "/opt/mitmdump"})
    assert not made
