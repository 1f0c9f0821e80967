from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backtalk.errors import StorageFailed
from backtalk.evidence import Case, RecordWriter, read_records, verify

from .samples import PLAN, event, session, wire

FILLING = Path(__file__).with_name("filling.py")


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: writes are cut short there, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def one_line(said: str) -> bool:
    return "cannot be written" in said and "is kept" in said and "--resume" in said and "\n" not in said


@pytest.mark.lab
def test_a_full_disk_is_told_in_one_line_and_loses_nothing(tmp_path: Path) -> None:
    mounted = f"mount -t tmpfs -o size=400k none '{tmp_path}' && exec '{sys.executable}' '{FILLING}' '{tmp_path}'"
    done = subprocess.run(["unshare", "--mount", "sh", "-c", mounted], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for said in ("events_said", "records_said", "plan_said", "import_said", "seal_said"):
        assert one_line(found[said]), (said, found[said])
    for kept in ("events_kept", "records_kept", "same_head", "still_recording", "events_go_on", "records_go_on"):
        assert found[kept], kept
    assert found["gaps"] == found["faults"] == []


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create(tmp_path / "case", PLAN)


def test_an_event_cut_short_is_taken_back(case: Case) -> None:
    folder = case.begin_session(session(case))
    folder.append_event(event(0))
    with files_end_at((folder.path / "stimuli.jsonl").stat().st_size + 10), pytest.raises(StorageFailed) as said:
        folder.append_event(event(1))
    assert one_line(str(said.value))
    folder.append_event(event(2))
    assert folder.events() == (event(0), event(2))


def test_a_record_cut_short_is_taken_back(case: Case, tmp_path: Path) -> None:
    with RecordWriter(tmp_path / "exchanges.btrec") as writer:
        writer.write(wire()[0])
        with files_end_at(writer.path.stat().st_size + 10), pytest.raises(StorageFailed):
            writer.write(wire()[1])
        writer.write(wire()[2])
    assert read_records(writer.path) == ((wire()[0], wire()[2]), ())


def test_a_custody_line_cut_short_is_taken_back_and_the_session_can_be_sealed_later(case: Case) -> None:
    folder = case.begin_session(session(case))
    chain = case.path / "custody.jsonl"
    before = chain.read_bytes()
    with files_end_at(len(before) + 100), pytest.raises(StorageFailed):
        case.seal_session(folder, session(case, state="sealed"))
    assert chain.read_bytes() == before
    (left,) = case.interrupted()
    case.seal_session(left, session(case, state="sealed"))
    assert verify(case).ok


def test_a_session_file_that_cannot_be_replaced_stays_as_it_was(case: Case) -> None:
    folder = case.begin_session(session(case))
    before = (folder.path / "session.json").read_bytes()
    with files_end_at(20), pytest.raises(StorageFailed):
        case.seal_session(folder, session(case, state="sealed"))
    assert (folder.path / "session.json").read_bytes() == before
    assert list((case.path / "derived").iterdir()) == []


def test_a_case_where_no_folder_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFailed, match="cannot be written"):
        Case.create(tmp_path / "file" / "case", PLAN)
