from __future__ import annotations

import os
import random
from pathlib import Path

import msgspec
import pytest

from backtalk.errors import UsageError
from backtalk.evidence import Case, verify
from backtalk.evidence.chain import Payload, read_chain
from backtalk.evidence.storage import FileHash

from .samples import PLAN, fill, raw_files, sealed_case, session

CHAIN = "custody.jsonl"
FIREFOX = "sessions/firefox.private.1"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return sealed_case(tmp_path / "case")


def named(case: Case, head: str | None = None) -> set[str]:
    found = verify(case, head)
    assert found.ok == (not found.faults)
    return {fault.file for fault in found.faults}


def test_an_untouched_case_is_right_and_fully_hashed(case: Case) -> None:
    found = verify(case, case.head)
    assert (found.ok, found.faults, found.notes) == (True, (), ())
    assert found.files == len(raw_files(case.path)) - 1
    assert found.bytes == sum(file.stat().st_size for file in raw_files(case.path) if file.name != CHAIN)
    assert found.head == case.head


def test_two_hundred_changed_bytes_are_each_found_in_the_right_file(case: Case) -> None:
    draw = random.Random(20200430)
    files = raw_files(case.path)
    met = set()
    for _ in range(200):
        file = draw.choice(files)
        before = file.read_bytes()
        place = draw.randrange(len(before))
        after = bytearray(before)
        after[place] ^= draw.randrange(1, 256)
        file.write_bytes(after)
        assert named(case) == {file.relative_to(case.path).as_posix()}, (file, place)
        file.write_bytes(before)
        met.add(file)
    assert met == set(files)
    assert named(case) == set()


@pytest.mark.parametrize("lost", [1, 7, None])
def test_each_truncated_or_emptied_file_is_named(case: Case, lost: int | None) -> None:
    for file in raw_files(case.path):
        before = file.read_bytes()
        file.write_bytes(before[: -lost if lost else 0])
        assert named(case) == {file.relative_to(case.path).as_posix()}
        file.write_bytes(before)


def test_each_removed_file_is_named(case: Case) -> None:
    for file in raw_files(case.path):
        before = file.read_bytes()
        file.unlink()
        assert named(Case.open(case.path)) == {file.relative_to(case.path).as_posix()}
        file.write_bytes(before)


def test_each_file_with_something_after_its_end_is_named(case: Case) -> None:
    for file in raw_files(case.path):
        before = file.read_bytes()
        for trail in (b"\n", b"\0", b" "):
            file.write_bytes(before + trail)
            assert named(case) == {file.relative_to(case.path).as_posix()}
        file.write_bytes(before)


@pytest.mark.parametrize(
    "name",
    ["stray", ".hidden", "plans/other.toml", f"{FIREFOX}/screens/s9.png", "sessions/ghost/session.json", "deriveds/x"],
)
def test_an_added_file_is_named_wherever_it_is(case: Case, name: str) -> None:
    (case.path / name).parent.mkdir(exist_ok=True)
    (case.path / name).write_bytes(b"")
    assert named(case) == {name}


def test_what_is_derived_is_no_evidence(case: Case) -> None:
    (case.path / "derived" / "made.txt").unlink()
    (case.path / "report" / "more.html").write_text("x")
    assert named(case) == set()
    (case.path / FIREFOX / "derived").mkdir()
    (case.path / FIREFOX / "derived" / "x").write_text("x")
    assert named(case) == {f"{FIREFOX}/derived/x"}


def test_two_swapped_files_are_both_named(case: Case) -> None:
    one, two = (case.path / FIREFOX / "screens" / name for name in ("s1.png", "s2.png"))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert named(case) == {f"{FIREFOX}/screens/s1.png", f"{FIREFOX}/screens/s2.png"}


def test_a_renamed_file_is_missing_under_one_name_and_added_under_the_other(case: Case) -> None:
    (case.path / FIREFOX / "tls.keys").rename(case.path / FIREFOX / "tls.key")
    assert named(case) == {f"{FIREFOX}/tls.keys", f"{FIREFOX}/tls.key"}


def test_a_symlink_to_the_same_bytes_is_not_the_file(case: Case, tmp_path: Path) -> None:
    file = case.path / FIREFOX / "tls.keys"
    file.rename(tmp_path / "moved")
    file.symlink_to(tmp_path / "moved")
    assert [fault for fault in verify(case, None).faults if "symlink" in fault.what]
    assert named(case) == {f"{FIREFOX}/tls.keys"}


def test_a_folder_behind_a_symlink_is_not_followed(case: Case, tmp_path: Path) -> None:
    (case.path / "imports").rename(tmp_path / "imports")
    (case.path / "imports").symlink_to(tmp_path / "imports")
    held = next(path for path in (tmp_path / "imports").rglob("*.har"))
    assert named(case) == {"imports", held.relative_to(tmp_path).as_posix()}


def test_a_chain_behind_a_symlink_is_refused(case: Case, tmp_path: Path) -> None:
    (case.path / CHAIN).rename(tmp_path / "moved")
    (case.path / CHAIN).symlink_to(tmp_path / "moved")
    assert named(case) == {CHAIN}


def test_a_pipe_is_found_and_never_opened(case: Case) -> None:
    os.mkfifo(case.path / "pipe")
    assert named(case) == {"pipe"}


def test_a_changed_mode_or_time_is_fine(case: Case) -> None:
    for file in raw_files(case.path):
        file.chmod(0o600)
        os.utime(file, (1, 1))
    assert named(case) == set()


def test_names_that_would_steer_a_terminal_are_shown_escaped(case: Case) -> None:
    (case.path / "a\x1b[31m\nb").write_bytes(b"")
    (case.path / os.fsdecode(b"c\xff")).write_bytes(b"")
    assert named(case) == {r"a\x1b[31m\nb", r"c\udcff"}


def test_any_two_swapped_lines_and_any_line_removed_or_doubled_are_found(case: Case) -> None:
    chain = case.path / CHAIN
    lines = chain.read_bytes().splitlines(keepends=True)
    tampered = [
        [*lines[:place], lines[other], *lines[place + 1 : other], lines[place], *lines[other + 1 :]]
        for place in range(len(lines))
        for other in range(place + 1, len(lines))
    ]
    tampered += [lines[:place] + lines[place + 1 :] for place in range(len(lines) - 1)]
    tampered += [lines[: place + 1] + lines[place:] for place in range(len(lines))]
    for changed in tampered:
        chain.write_bytes(b"".join(changed))
        assert named(case) == {CHAIN}


def forge(case: Case, place: int, **changed: object) -> None:
    """Put another entry in a line's place, true to its own hash."""
    chain = case.path / CHAIN
    lines = chain.read_bytes().splitlines(keepends=True)
    entry = read_chain(b"".join(lines)).entries[place]
    lines[place] = msgspec.structs.replace(entry, **changed).sealed().line()
    chain.write_bytes(b"".join(lines))


def test_a_forged_line_is_found_by_the_one_after_it(case: Case) -> None:
    forge(case, 2, when="2020-04-30T00:00:00.000000+00:00")
    (fault,) = verify(case).faults
    assert (fault.file, fault.what) == (CHAIN, "line 4 does not follow the line before it")


def test_a_line_with_another_number_is_found(case: Case) -> None:
    forge(case, -1, seq=99)
    (fault,) = verify(case).faults
    assert (fault.file, fault.what) == (CHAIN, "line 7 says that it is entry 99")


def test_entries_that_contradict_each_other_are_found(case: Case) -> None:
    with case.custody.extending() as chain:
        chain.append("seal-session", Payload(about="sessions/never.begun.1"))
        chain.append("begin-session", Payload(about=FIREFOX))
        chain.append("add-import", Payload(files={f"{FIREFOX}/tls.keys": FileHash("0" * 64, 1)}))
    assert {fault.what.split(" ", 2)[2] for fault in verify(case).faults if fault.file == CHAIN} >= {
        "ends sessions/never.begun.1, which was not under way",
        f"begins {FIREFOX} twice",
        f"hashes {FIREFOX}/tls.keys again, to something else",
    }


def test_an_action_of_a_later_version_is_a_note(case: Case) -> None:
    with case.custody.extending() as chain:
        chain.append("annotate", Payload())
    found = verify(case)
    assert (found.ok, found.notes) == (True, ("'annotate' is an action that this version does not know",))


def test_a_seal_cut_from_the_chain_is_found_though_its_session_looks_unsealed(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", PLAN)
    folder = case.begin_session(session(case))
    fill(folder)
    begun = (case.path / CHAIN).read_bytes()
    case.seal_session(folder, session(case, state="sealed"))
    (case.path / CHAIN).write_bytes(begun)
    assert named(case) == {CHAIN}


def test_a_line_in_another_form_is_found_even_with_its_hash_intact(case: Case) -> None:
    chain = case.path / CHAIN
    before = chain.read_bytes()
    for old, new in ((b'"seq":1}', b'"seq": 1}'), (b'"seq":1,', b'"seq":1.0,'), (b'"action"', b'"\\u0061ction"')):
        if old in before:
            chain.write_bytes(before.replace(old, new, 1))
            assert named(case) == {CHAIN}
    chain.write_bytes(before.replace(b"\n", b"\r\n"))
    assert named(case) == {CHAIN}


def test_a_chain_cut_short_without_its_files_is_found(case: Case) -> None:
    chain = case.path / CHAIN
    data = chain.read_bytes()
    for size in range(len(data)):
        chain.write_bytes(data[:size])
        assert not verify(case).ok, size


def test_a_chain_cut_short_with_its_files_is_refused_only_with_its_head(tmp_path: Path) -> None:
    case = sealed_case(tmp_path / "case")
    early, entries = case.head, (case.path / CHAIN).read_bytes()
    folder = case.begin_session(session(case, "chromium.normal.2"))
    fill(folder)
    case.seal_session(folder, session(case, "chromium.normal.2", state="sealed"))
    late = case.head
    grown = verify(case, early)
    assert grown.ok
    assert grown.notes == ("2 entries were added after the given head",)
    (case.path / CHAIN).write_bytes(entries)
    for file in sorted(folder.path.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    folder.path.rmdir()
    assert named(case) == set()
    assert named(case, early.upper()) == set()
    assert named(case, late) == {CHAIN}
    assert named(case, late[:-1]) == {CHAIN}


def test_a_session_still_unsealed_is_a_note(case: Case) -> None:
    folder = case.begin_session(session(case, "chromium.normal.2"))
    fill(folder)
    found = verify(case)
    assert found.ok
    assert found.notes == (f"{folder.relative} was begun and never sealed: its files are not in custody yet",)


def test_any_bytes_as_a_chain_are_a_fault_and_never_an_exception(case: Case) -> None:
    deep = b"[" * 100_000
    number = b'{"seq":' + b"9" * 5000 + b"}"
    for hostile in (b"\n", b"\0\n", deep + b"\n", number + b"\n", b"null\n", b"{}\n", b"\xff\xfe\n", b"NaN\n"):
        (case.path / CHAIN).write_bytes(hostile)
        assert named(case) >= {CHAIN}


def test_another_chain_over_the_same_files_is_refused_only_with_the_head(case: Case, tmp_path: Path) -> None:
    other = sealed_case(tmp_path / "other")
    (case.path / CHAIN).write_bytes((other.path / CHAIN).read_bytes())
    assert verify(case).ok, "the same files under another chain of custody: only the head can tell"
    assert named(case, "0" * 64) == {CHAIN}


def test_no_case_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no case"):
        Case.open(tmp_path)
