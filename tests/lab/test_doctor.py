"""What the lab needs, and mitmproxy's environment: the answer is the machine's, not a guess."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from backtalk.errors import EnvironmentNotReady
from backtalk.lab import doctor, environment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv(doctor.OVERRIDE, raising=False)
    return tmp_path / "data" / "backtalk"


def pretend(folder: Path) -> Path:
    """An environment made from these very locks, as far as can be told without running it."""
    (folder / "bin").mkdir(parents=True)
    for name in ("python3", "mitmdump"):
        program = folder / "bin" / name
        program.write_text("#!/bin/sh\necho pretended\n")
        program.chmod(0o755)
    (folder / "lock.sha256").write_text(environment._stamp())
    return folder


def test_every_debian_package_that_is_named_is_in_the_set_up():
    listed = {line.split("#")[0].strip() for line in (ROOT / "packages.debian").read_text().splitlines()}
    named = set(doctor.PROGRAMS.values()) | {subject.package for subject in doctor.SUBJECTS}
    assert named <= listed


def test_without_its_environment_mitmdump_is_refused_with_the_remedy(elsewhere):
    with pytest.raises(EnvironmentNotReady, match="backtalk doctor") as refused:
        doctor.mitmdump()
    assert str(elsewhere) in refused.value.what
    assert refused.value.exit_code == 5


def test_an_environment_of_these_locks_is_used_and_one_of_others_is_not(elsewhere):
    folder = pretend(elsewhere / environment.MITMPROXY)
    assert doctor.mitmdump() == folder / "bin" / "mitmdump"
    assert doctor.mitmproxy_python() == folder / "bin" / "python3"
    (folder / "lock.sha256").write_text("0" * 64)
    with pytest.raises(EnvironmentNotReady):
        doctor.mitmdump()


def test_an_environment_that_is_there_is_not_made_again(elsewhere):
    folder = pretend(elsewhere / environment.MITMPROXY)
    said = []
    assert doctor.make(said.append) == folder
    assert not said


def test_an_environment_whose_python_has_gone_is_not_used(elsewhere):
    folder = pretend(elsewhere / environment.MITMPROXY)
    (folder / "bin" / "python3").unlink()
    (folder / "bin" / "python3").symlink_to("/nonexistent/python3")
    with pytest.raises(EnvironmentNotReady):
        doctor.mitmdump()


def test_relative_data_folders_are_ignored(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "here")
    assert environment.place().is_absolute()


def test_another_mitmdump_can_be_named(elsewhere, tmp_path, monkeypatch):
    folder = pretend(tmp_path / "own")
    monkeypatch.setenv(doctor.OVERRIDE, str(folder / "bin" / "mitmdump"))
    assert doctor.mitmdump() == folder / "bin" / "mitmdump"
    assert doctor.mitmproxy_python() == folder / "bin" / "python3"


def test_another_mitmdump_that_cannot_be_run_is_refused(monkeypatch):
    monkeypatch.setenv(doctor.OVERRIDE, "/nonexistent/mitmdump")
    with pytest.raises(EnvironmentNotReady, match="/nonexistent/mitmdump"):
        doctor.mitmdump()


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(EnvironmentNotReady, match="XDG_DATA_HOME"):
        doctor.make(print)


def test_a_failed_download_is_told_in_one_line_and_leaves_nothing_that_counts(elsewhere, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(EnvironmentNotReady) as refused:
        doctor.make(lambda line: None)
    assert "\n" not in str(refused.value)
    with pytest.raises(EnvironmentNotReady):
        doctor.mitmdump()


def test_programs_that_are_lacking_are_named_with_one_line_to_get_them(elsewhere, tmp_path, monkeypatch):
    bare = tmp_path / "bin"
    bare.mkdir()
    (bare / "xdotool").symlink_to(shutil.which("true") or "/bin/true")
    monkeypatch.setenv("PATH", str(bare))
    diagnosis = doctor.examine()
    checks = {check.name: check for check in diagnosis.checks}
    assert not diagnosis.ready
    assert checks["xdotool"].ready
    assert not checks["Xvfb"].ready
    assert "xvfb" in checks["Xvfb"].remedy
    assert not checks["namespaces"].ready
    assert not checks["chromium"].ready
    assert {"xvfb", "wireshark-common", "chromium"} <= set(diagnosis.install.split())
    assert "xdotool" not in diagnosis.install.split()


@pytest.mark.parametrize("there", ["chromium", "firefox-esr"])
def test_one_subject_is_enough(monkeypatch, there):
    real = shutil.which
    absent = {subject.command[0] for subject in doctor.SUBJECTS} - {there}
    monkeypatch.setattr(shutil, "which", lambda name: None if name in absent else real(name) or f"/usr/bin/{name}")
    monkeypatch.setattr(
        doctor, "_ability", lambda name, _: doctor.Check(name=name, kind="kernel", ready=True, found="")
    )
    monkeypatch.setattr(doctor, "_mitmproxy", lambda: doctor.Check(name="m", kind="environment", ready=True, found=""))
    assert doctor.examine().ready


@pytest.mark.lab
def test_this_machine_can_seal_a_lab():
    assert doctor.examine().ready
