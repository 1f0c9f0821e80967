from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from backtalk.errors import IntegrityFailure, UsageError
from backtalk.evidence import Case, verify

from .samples import PLAN, event, fill, raw_files, sealed_case, session


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create(tmp_path / "case", PLAN, "9.9.9")


def actions(case: Case) -> list[str]:
    return [json.loads(line)["action"] for line in (case.path / "custody.jsonl").read_bytes().splitlines()]


def test_a_new_case_holds_its_plan_under_its_hash(case: Case) -> None:
    assert case.plan_hash == hashlib.sha256(PLAN).hexdigest()
    assert (case.path / "plans" / f"{case.plan_hash}.toml").read_bytes() == case.plan_bytes() == PLAN
    assert actions(case) == ["create", "add-plan"]
    lines = (case.path / "custody.jsonl").read_bytes().splitlines()
    assert {json.loads(line)["version"] for line in lines} == {"9.9.9"}
    assert all(line.isascii() for line in lines)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "holiday.toml").write_text("mine")
    with pytest.raises(UsageError, match="is no case"):
        Case.create(tmp_path, PLAN)
    assert [path.name for path in tmp_path.rglob("*")] == ["plans", "holiday.toml"]


def test_a_file_cannot_be_a_case(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError):
        Case.create(tmp_path / "file", PLAN)


def test_the_same_plan_again_adds_nothing_and_an_older_one_becomes_the_newest(case: Case) -> None:
    first = case.plan_hash
    assert case.add_plan(PLAN) == first
    assert actions(case) == ["create", "add-plan"]
    second = case.add_plan(b"seed = 8\n")
    assert (case.plan_hash, case.plan_bytes()) == (second, b"seed = 8\n")
    assert case.plan_bytes(first) == PLAN
    assert case.add_plan(PLAN) == case.plan_hash == first
    assert verify(case).ok


def test_creating_an_existing_case_opens_it(case: Case) -> None:
    again = Case.create(case.path, PLAN)
    assert again.head == case.head


def test_a_changed_plan_is_not_given_out(case: Case) -> None:
    (case.path / "plans" / f"{case.plan_hash}.toml").write_bytes(b"seed = 9\n")
    with pytest.raises(IntegrityFailure, match="not the plan"):
        case.plan_bytes()


def test_sessions_are_read_back_as_sealed(case: Case) -> None:
    folder = case.begin_session(session(case))
    assert (folder.relative, folder.id, folder.attempt) == ("sessions/chromium.normal.1", "chromium.normal.1", 1)
    assert folder.session().state == "recording"
    fill(folder)
    assert [kept.relative for kept in case.interrupted()] == [folder.relative]
    case.seal_session(folder, session(case, state="failed"))
    assert case.interrupted() == ()
    (kept,) = case.sessions()
    assert kept.session() == session(case, state="failed")
    assert kept.events() == (event(1), event(2))
    exchanges, gaps = kept.exchanges()
    assert [(each.kind, each.source, each.index, each.host) for each in exchanges] == [
        ("http", "sessions/chromium.normal.1/exchanges.btrec", 0, "site.example"),
        ("dns", "sessions/chromium.normal.1/dns.jsonl", 0, "site.example"),
    ]
    assert gaps == ()


def test_sessions_are_sorted_by_id_and_attempt(case: Case) -> None:
    for name, attempt in (("b.x.1", 1), ("a.x.1", 10), ("a.x.1", 2), ("a.x.1", 1)):
        case.begin_session(session(case, name, attempt))
    assert [(folder.id, folder.attempt) for folder in case.sessions()] == [
        ("a.x.1", 1),
        ("a.x.1", 2),
        ("a.x.1", 10),
        ("b.x.1", 1),
    ]
    assert [folder.path.name for folder in case.sessions()][1] == "a.x.1~2"


def test_a_session_is_begun_once_and_sealed_once(case: Case) -> None:
    folder = case.begin_session(session(case))
    with pytest.raises(UsageError, match="begun before"):
        case.begin_session(session(case))
    case.seal_session(folder, session(case, state="sealed"))
    before = case.head
    with pytest.raises(UsageError, match="not under way"):
        case.seal_session(folder, session(case, state="failed"))
    with pytest.raises(UsageError, match="begun before"):
        case.begin_session(session(case))
    assert case.head == before
    assert verify(case).ok


@pytest.mark.parametrize("name", ["../x.normal.1", "a/b.normal.1", ".normal.1", "a~2.normal.1", "a b.normal.1"])
def test_a_session_cannot_leave_its_folder(case: Case, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a session"):
        case.begin_session(session(case, name))
    assert actions(case) == ["create", "add-plan"]


def test_a_session_needs_a_plan_in_custody(case: Case) -> None:
    wanted = session(case)
    other = Case.create(case.path.parent / "other", b"seed = 1\n")
    with pytest.raises(UsageError, match="not in custody"):
        other.begin_session(wanted)


def test_a_session_with_a_symlink_in_it_is_not_sealed(case: Case) -> None:
    folder = case.begin_session(session(case))
    (folder.path / "tls.keys").symlink_to("/etc/hostname")
    with pytest.raises(IntegrityFailure, match=r"tls\.keys is a symlink"):
        case.seal_session(folder, session(case, state="sealed"))
    (folder.path / "tls.keys").unlink()
    case.seal_session(folder, session(case, state="sealed"))
    assert verify(case).ok


def test_a_recording_session_cannot_be_sealed_as_such(case: Case) -> None:
    folder = case.begin_session(session(case))
    with pytest.raises(ValueError, match="recording"):
        case.seal_session(folder, session(case))


def test_an_unreadable_session_file_is_named(case: Case) -> None:
    folder = case.begin_session(session(case))
    (folder.path / "session.json").write_bytes(b"{")
    with pytest.raises(IntegrityFailure, match=r"sessions/chromium\.normal\.1/session\.json"):
        folder.session()


def test_a_session_without_a_record_file_is_not_a_quiet_one(case: Case) -> None:
    folder = case.begin_session(session(case))
    exchanges, gaps = folder.exchanges()
    assert exchanges == ()
    assert [(gap.kind, gap.source) for gap in gaps] == [("unrecorded", "sessions/chromium.normal.1/exchanges.btrec")]


def test_an_import_is_kept_untouched_under_its_hash(case: Case, tmp_path: Path) -> None:
    source = tmp_path / "é capture.har"
    source.write_bytes(b"\x00\xff" * 1_000_000)
    relative = case.add_import(source)
    assert relative == f"imports/{hashlib.sha256(source.read_bytes()).hexdigest()}/é capture.har"
    assert (case.path / relative).read_bytes() == source.read_bytes()
    head = case.head
    source.rename(tmp_path / "renamed.har")
    assert case.add_import(tmp_path / "renamed.har") == relative
    assert case.head == head
    assert verify(case).ok
    with pytest.raises(UsageError, match="cannot be read"):
        case.add_import(tmp_path)


def test_nothing_raw_is_left_over_in_the_case(tmp_path: Path) -> None:
    case = sealed_case(tmp_path / "case")
    assert [path.name for path in (case.path / "derived").iterdir()] == ["made.txt"]
    names = sorted({path.name for path in raw_files(case.path)} - {"custody.jsonl", f"{case.plan_hash}.toml"})
    assert names == [
        "dns.jsonl",
        "elsewhere.har",
        "exchanges.btrec",
        "s1.png",
        "s2.png",
        "session.json",
        "stimuli.jsonl",
        "tls.keys",
    ]


def test_a_damaged_chain_stops_reading_and_adding(tmp_path: Path) -> None:
    case = sealed_case(tmp_path / "case")
    chain = case.path / "custody.jsonl"
    chain.write_bytes(chain.read_bytes().replace(b'"create"', b'"Create"', 1))
    for use in (case.sessions, lambda: case.head, lambda: case.add_plan(b"seed = 2\n")):
        with pytest.raises(IntegrityFailure, match=r"custody\.jsonl line 1"):
            use()
    with pytest.raises(IntegrityFailure):
        Case.open(case.path, resume=True).add_plan(b"seed = 2\n")
