"""Nothing in a case can be changed without being found, and named."""

from __future__ import annotations

import random
import re

import pytest

from backtalk.evidence import Case, verify
from tests.e2e.conftest import run_backtalk


def raw(case):
    return sorted(path for path in case.rglob("*") if path.is_file() and "derived" not in path.parts)


def faults(case):
    return {fault.file for fault in verify(Case.open(case)).faults}


def test_two_hundred_changed_bytes_are_each_found_in_the_right_file(recorded):
    draw = random.Random(20)
    files = raw(recorded)
    assert not faults(recorded)
    for number in range(200):
        file = files[number % len(files)]
        before = file.read_bytes()
        changed = bytearray(before)
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
        file.write_bytes(changed)
        assert str(file.relative_to(recorded)) in faults(recorded)
        file.write_bytes(before)
    assert not faults(recorded)


def removed(file):
    file.unlink()


def truncated(file):
    file.write_bytes(file.read_bytes()[:-1])


def longer(file):
    file.write_bytes(file.read_bytes() + b"\n")


@pytest.mark.parametrize("change", [removed, truncated, longer])
@pytest.mark.parametrize("name", ["custody.jsonl", "sessions/chromium.normal-on.1/exchanges.btrec", "plans/*.toml"])
def test_the_command_names_the_file_and_ends_with_4(recorded, change, name):
    (file,) = recorded.glob(name)
    change(file)
    said = run_backtalk("verify", recorded)
    assert said.returncode == 4
    assert f"NOT AS SEALED  {file.relative_to(recorded)}" in said.stdout
    assert "Traceback" not in said.stderr


def test_an_added_and_two_swapped_files_are_named(recorded):
    (recorded / "sessions" / "chromium.normal-on.1" / "more.txt").write_text("more")
    one, two = (recorded / "sessions" / f"chromium.normal-on.{number}" / "tls.keys" for number in (1, 2))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    said = run_backtalk("verify", recorded)
    assert said.returncode == 4
    for name in ("1/more.txt", "1/tls.keys", "2/tls.keys"):
        assert f"sessions/chromium.normal-on.{name}" in said.stdout


def test_a_chain_cut_short_together_with_its_files_is_refused_with_the_head(recorded):
    head = re.search(r"head ([0-9a-f]{64})", run_backtalk("verify", recorded).stdout)[1]
    chain = recorded / "custody.jsonl"
    lines = chain.read_bytes().splitlines(keepends=True)
    about = b"sessions/chromium.normal-on.2"
    for path in sorted((recorded / about.decode()).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (recorded / about.decode()).rmdir()
    first = next(number for number, line in enumerate(lines) if about in line)
    assert all(about in line or b"normal-on.1" in line for line in lines[first:])
    chain.write_bytes(b"".join(lines[:first]))
    with_head = run_backtalk("verify", recorded, "--head", head)
    assert with_head.returncode == 4
    assert "custody.jsonl" in with_head.stdout
