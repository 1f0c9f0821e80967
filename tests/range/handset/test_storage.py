"""Files are where they were put; the shell's rights, links and the one supply hold."""

from __future__ import annotations

import errno
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.handset import storage
from backtalk.range.handset.storage import Storage

NAMES = st.lists(st.sampled_from(["a", "b", "..", ".", "sdcard", "l", "ü"]), min_size=1, max_size=6).map(
    lambda one: "/" + "/".join(one)
)


@pytest.fixture
def files():
    return made()


def made():
    one = Storage(lambda: 5.0)
    one.put("/", mode=stat.S_IFDIR | 0o755)
    one.put("/storage/emulated/0", mode=stat.S_IFDIR | 0o770)
    one.put("/data/data/app", mode=stat.S_IFDIR | 0o700)
    one.put("/sdcard", b"/storage/emulated/0", stat.S_IFLNK | 0o777)
    return one


def code(call, *words, **named):
    with pytest.raises(OSError) as raised:
        call(*words, **named)
    return raised.value.errno


def test_paths_through_links_and_upwards(files):
    files.write("/sdcard/new/deep/x", b"data")
    assert files.read("/storage/emulated/0/new/deep/../deep/./x") == b"data"
    assert [name for name, _ in files.entries("/sdcard/new")] == ["deep"]
    files.write("/sdcard/l", b"x", stat.S_IFLNK | 0o777)
    assert code(files.read, "/sdcard/l") == errno.ENOENT
    files.write("/sdcard/l2", b"l2", stat.S_IFLNK | 0o777)
    assert code(files.read, "/sdcard/l2") == errno.ELOOP


def test_what_the_shell_may_not(files):
    assert code(files.write, "/system/x", b"") == errno.EROFS
    assert code(files.write, "/data/x", b"") == errno.EACCES
    assert code(files.entries, "/data/data") == errno.EACCES
    assert files.stat("/data/data/app", follow=True).error == errno.EACCES
    assert code(files.remove, "/sdcard") == errno.EROFS
    assert code(files.make_folder, "/x") == errno.EROFS
    assert code(files.write, "relative", b"") == errno.ENOENT
    assert code(files.write, "/sdcard/" + "x" * 256, b"") == errno.ENAMETOOLONG


def test_everything_shares_one_supply(files, monkeypatch):
    monkeypatch.setattr(storage, "SUPPLY", 1000)
    room = files.room()
    assert room.take(500)
    assert code(files.write, "/sdcard/x", bytes(482)) == errno.ENOSPC
    files.write("/sdcard/x", bytes(481))
    assert not room.take(1)
    files.write("/sdcard/x", bytes(100))
    assert room.take(300)
    room.free()
    files.remove("/sdcard/x")
    assert files.left == 1000 - len("/storage/emulated/0")


@given(
    st.lists(st.tuples(NAMES, st.binary(max_size=5), st.sampled_from([stat.S_IFREG, stat.S_IFLNK])), max_size=12), NAMES
)
def test_no_path_escapes_or_breaks(written, asked):
    files = made()
    for path, data, kind in written:
        try:
            files.write(path, data, kind | 0o600)
        except OSError:
            continue
    assert set(files._nodes["/"].__class__.__struct_fields__) >= {"data"}
    assert all(path == "/" or path.startswith(("/storage", "/data", "/sdcard")) for path in files._nodes)
    assert files.left == storage.SUPPLY - sum(len(node.data) for node in files._nodes.values())
    files.stat(asked, follow=True)
