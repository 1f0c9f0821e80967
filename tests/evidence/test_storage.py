from __future__ import annotations

from pathlib import Path

import pytest

from backtalk.errors import StorageFailed
from backtalk.evidence.storage import append_whole, hash_bytes, hash_file, replace_file


def test_a_replaced_file_is_whole_to_whoever_reads_it_meanwhile(tmp_path: Path) -> None:
    target = tmp_path / "session.json"
    replace_file(target, b"old", tmp_path / "derived")
    with target.open("rb") as reader:
        replace_file(target, b"and new", tmp_path / "derived")
        assert reader.read() == b"old"
    assert target.read_bytes() == b"and new"
    assert list((tmp_path / "derived").iterdir()) == []


def test_appending_never_goes_through_a_symlink(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"mine")
    (tmp_path / "stimuli.jsonl").symlink_to(tmp_path / "other")
    with pytest.raises(StorageFailed):
        append_whole(tmp_path / "stimuli.jsonl", b"line")
    with pytest.raises(OSError, match="symbolic link"):
        hash_file(tmp_path / "stimuli.jsonl")
    assert (tmp_path / "other").read_bytes() == b"mine"


@pytest.mark.parametrize("data", [b"", b"a", b"x" * 3_000_000])
def test_a_file_hashes_as_its_bytes_do(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    assert hash_file(tmp_path / "file", sync=True) == hash_file(tmp_path / "file") == hash_bytes(data)
