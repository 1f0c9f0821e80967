"""A program of the gateway that ends, or does not want to, is told of and ended."""

from __future__ import annotations

import sys

import pytest

from backtalk.errors import LabFailed
from backtalk.lab.gateway.processes import Program, printed


def test_a_program_that_ends_by_itself_is_told_of_with_its_last_words(tmp_path):
    program = Program("it", [sys.executable, "-c", "raise SystemExit('first\\nno such device')"], tmp_path / "log")
    program._process.wait(20)
    with pytest.raises(LabFailed, match=r"it ended by itself \(status 1\): no such device\."):
        program.check()
    program.stop()


def test_a_program_that_ignores_being_asked_is_killed(tmp_path):
    stubborn = "import os, signal; signal.signal(15, signal.SIG_IGN); os.write(1, b'deaf'); signal.pause()"
    program = Program("it", [sys.executable, "-c", stubborn], tmp_path / "log")
    while not program.last_words():
        program.check()
    program.stop(patience=0.05)
    assert program.status == -9


def test_a_program_that_is_not_there_is_a_failed_lab(tmp_path):
    with pytest.raises(LabFailed, match="cannot be started"):
        Program("it", [tmp_path / "absent"], tmp_path / "log")


def test_what_is_not_there_prints_nothing(tmp_path):
    assert printed(tmp_path / "absent") == ""
    assert printed(sys.executable, "-c", "print('one'); print('two')") == "one"
