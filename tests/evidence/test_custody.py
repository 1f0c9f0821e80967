from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from backtalk.errors import IntegrityFailure
from backtalk.evidence import Case, verify
from backtalk.evidence.chain import read_chain

from .samples import PLAN, fill, sealed_case, session


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return sealed_case(tmp_path / "case")


def _lab(path: Path, name: str, go: object) -> None:
    case = Case.open(path)
    go.wait()
    for repeat in range(1, 11):
        wanted = f"{name}.normal.{repeat}"
        folder = case.begin_session(session(case, wanted))
        fill(folder)
        case.seal_session(folder, session(case, wanted, state="sealed"))


def test_two_labs_side_by_side_add_to_one_chain(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", PLAN)
    fork = multiprocessing.get_context("fork")
    go = fork.Event()
    labs = [fork.Process(target=_lab, args=(case.path, name, go)) for name in ("chromium", "firefox")]
    for lab in labs:
        lab.start()
    go.set()
    for lab in labs:
        lab.join(60)
    assert [lab.exitcode for lab in labs] == [0, 0]
    found = verify(case)
    assert (found.ok, found.faults, found.entries) == (True, (), 2 + 2 * 2 * 10)
    assert len(case.sessions()) == 20
    owners = [entry.payload.about.partition(".")[0] for entry in case.custody.read().entries[2:]]
    assert set(owners) == {"sessions/chromium", "sessions/firefox"}


def test_a_chain_cut_in_its_last_line_is_told_refused_and_repaired_with_nothing_dropped(case: Case) -> None:
    chain = case.path / "custody.jsonl"
    data = chain.read_bytes()
    before = data[: data[:-1].rindex(b"\n") + 1]
    for size in (*range(len(before) + 1, len(data) - 1, 9), len(data) - 1):
        chain.write_bytes(data[:size])
        assert "custody.jsonl" in {fault.file for fault in verify(case).faults}
        assert len(case.sessions()) == 2, "reading goes on without the torn line"
        with pytest.raises(IntegrityFailure, match="half a line"):
            case.add_plan(b"seed = 9\n")
        assert chain.read_bytes() == data[:size]
        Case.open(case.path, resume=True)
        assert verify(case).ok, "the import, whose line was torn, is adopted under its own hash"
        repaired = chain.read_bytes()
        assert repaired.startswith(before)
        entry = read_chain(repaired).entries[len(read_chain(before).entries)]
        assert (entry.action, bytes.fromhex(entry.payload.torn)) == ("repair", data[len(before) : size])


def test_resuming_a_whole_case_adds_nothing(case: Case) -> None:
    before = case.head
    assert Case.open(case.path, resume=True).head == before


def test_a_seal_that_was_torn_leaves_the_session_to_be_sealed_again(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", PLAN)
    folder = case.begin_session(session(case))
    fill(folder)
    case.seal_session(folder, session(case, state="sealed"))
    chain = case.path / "custody.jsonl"
    chain.write_bytes(chain.read_bytes()[:-1])
    again = Case.open(case.path, resume=True)
    (left,) = again.interrupted()
    assert left.session().state == "recording"
    again.seal_session(left, session(again, state="interrupted"))
    assert verify(again).ok
    assert again.sessions()[0].session().state == "interrupted"


@pytest.mark.parametrize("made", [False, True])
def test_a_session_killed_before_its_first_file_is_void_and_can_be_begun_again(tmp_path: Path, made: bool) -> None:
    case = Case.create(tmp_path / "case", PLAN)
    folder = case.begin_session(session(case))
    (folder.path / "session.json").unlink()
    if not made:
        folder.path.rmdir()
    assert (case.interrupted(), case.sessions(), verify(case).ok) == ((), (), True)
    resumed = Case.open(case.path, resume=True)
    assert resumed.interrupted() == ()
    again = resumed.begin_session(session(case))
    resumed.seal_session(again, session(case, state="sealed"))
    assert verify(resumed).ok
    assert len(resumed.sessions()) == 1


def test_a_plan_killed_before_its_line_is_adopted_and_never_used(case: Case) -> None:
    newest = case.plan_hash
    added = Case.create(case.path.parent / "other", b"seed = 3\n")
    name = f"plans/{added.plan_hash}.toml"
    (case.path / name).write_bytes(b"seed = 3\n")
    assert [fault.file for fault in verify(case).faults] == [name]
    assert Case.open(case.path, resume=True).plan_hash == newest
    assert verify(case).ok


def test_resuming_adopts_nothing_that_does_not_state_its_own_hash(case: Case) -> None:
    for name in (f"plans/{'0' * 64}.toml", "stray", f"imports/{'0' * 64}/x"):
        (case.path / name).parent.mkdir(exist_ok=True)
        (case.path / name).write_bytes(b"x")
        Case.open(case.path, resume=True)
        assert [fault.file for fault in verify(case).faults] == [name]
        (case.path / name).unlink()


def test_a_removed_chain_stops_everything(case: Case) -> None:
    (case.path / "custody.jsonl").unlink()
    for use in (case.sessions, lambda: case.add_plan(b"x"), lambda: Case.create(case.path, PLAN)):
        with pytest.raises(IntegrityFailure, match=r"custody\.jsonl cannot be opened"):
            use()
    assert not (case.path / "custody.jsonl").exists()
