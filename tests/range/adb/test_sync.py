"""Files go in and come out as they were, in both versions of each request."""

from __future__ import annotations

import errno
import stat
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.adb.message import WRTE, Message
from tests.range.adb.toy import SUPPLY, Host

FACTS = "<4sIQQIIIIQqqq"


def request(kind, path=b""):
    return kind + struct.pack("<I", len(path)) + path


def answer(*requests, host=None):
    host = host or Host()
    local, told = host.open(b"sync:")
    return host.hear(local, told, then=requests)


def send(path, data, modified=5, piece=1 << 16):
    parts = [data[at : at + piece] for at in range(0, len(data), piece)]
    return (
        request(b"SEND", path)
        + b"".join(request(b"DATA", part) for part in parts)
        + b"DONE"
        + modified.to_bytes(4, "little")
    )


def test_stat_in_all_its_versions():
    assert answer(request(b"STAT", b"/a")) == struct.pack("<4sIII", b"STAT", 0o100644, 4, 1_600_000_000)
    assert answer(request(b"STAT", b"/none")) == b"STAT" + bytes(12)
    for kind in (b"LST2", b"STA2"):
        facts = struct.unpack(FACTS, answer(request(kind, b"/a")))
        assert (facts[0], facts[1], facts[4], facts[8], facts[10]) == (kind, 0, 0o100644, 4, 1_600_000_000)
        assert struct.unpack(FACTS, answer(request(kind, b"/none")))[:3] == (kind, errno.ENOENT, 0)


def test_lists_end_with_an_entry_of_zeros():
    heard = answer(request(b"LIST", b"/"))
    assert heard.startswith(struct.pack("<4sIIII", b"DENT", 0o100644, 4, 1_600_000_000, 1) + b"a")
    assert heard.endswith(b"DONE" + bytes(16))
    assert answer(request(b"LIST", b"/none")) == b"DONE" + bytes(16)
    heard = answer(request(b"LIS2", b"/"))
    assert heard[:4] == b"DNT2"
    assert heard.endswith(b"big" + b"DONE" + bytes(72))


def test_a_file_comes_out_in_pieces_and_a_missing_one_says_so():
    heard = answer(request(b"RECV", b"/big"))
    assert heard.startswith(b"DATA\0\0\1\0")
    assert heard.endswith(b"DONE\0\0\0\0")
    assert len(heard) == 300_000 + 6 * 8
    assert answer(request(b"RECV", b"/none")) == request(b"FAIL", b"open failed: No such file or directory")
    assert answer(request(b"RCV2", b"/a") + b"RCV2\0\0\0\0") == request(b"DATA", b"eins") + request(b"DONE")
    assert answer(request(b"RCV2", b"/a") + b"RCV2\1\0\0\0").startswith(b"FAIL")


@given(st.binary(max_size=3000), st.integers(1, 700), st.integers(1, 900))
def test_a_file_goes_in_whole_however_it_is_cut(data, piece, size):
    host = Host()
    stream = send(b"/new,33188", data, 1_500_000_000, piece) + request(b"STAT", b"/new")
    heard = answer(*(stream[at : at + size] for at in range(0, len(stream), size)), host=host)
    assert heard == request(b"OKAY") + struct.pack("<4sIII", b"STAT", 0o100666, len(data), 1_500_000_000)
    assert host.device.files.kept["/new"] == (data, 0o100666, 1_500_000_000)
    assert host.device.files.taken == 0


def test_the_second_version_of_send_and_a_link():
    host = Host()
    setup = b"SND2" + struct.pack("<II", stat.S_IFREG | 0o600, 0)
    assert answer(request(b"SND2", b"/n") + setup + request(b"DATA", b"zwei") + request(b"DONE"), host=host) == request(
        b"OKAY"
    )
    assert host.device.files.kept["/n"][0] == b"zwei"
    assert answer(send(b"/l,41471", b"/a\0"), host=host) == request(b"OKAY")
    assert stat.S_ISLNK(host.device.files.kept["/l"][1])
    packed = b"SND2" + struct.pack("<II", 0o100600, 1)
    assert b"unknown flags" in answer(request(b"SND2", b"/n") + packed + request(b"DONE"), host=host)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (request(b"STAT", bytes(1025)), b"path too long"),
        (b"STAT\xff\xff\xff\xff", b"path too long"),
        (request(b"WHAT", b"/a"), b"unknown command"),
        (request(b"SEND", b"/n,33188") + b"DATA\1\0\1\0", b"oversize"),
        (request(b"SEND", b"/n,33188") + b"WHAT\1\0\0\0", b"invalid data"),
        (send(b"/n", b"x"), b"missing ,"),
        (send(b"/system/x,33188", b"x"), b"Read-only file system"),
        (send(b"/n,33188", bytes(SUPPLY + 1)), b"No space left on device"),
    ],
)
def test_what_cannot_be_done_fails_with_a_reason_and_holds_nothing(said, why):
    host = Host()
    cut = [said[at : at + (1 << 19)] for at in range(0, len(said), 1 << 19)]
    heard = answer(*cut, host=host)
    assert heard[:4] == b"FAIL"
    assert why in heard
    assert host.device.files.taken == 0
    assert "/n" not in host.device.files.kept


def test_requests_wait_while_answers_are_not_taken():
    host = Host(most=4096)
    local, _ = host.open(b"sync:")
    told = host.say(Message(WRTE, 9, local, request(b"RECV", b"/big") * 5))
    assert [one.command for one in told] == [WRTE], "no word that more may come"
    assert host.hear(local, told)[-8:] == request(b"DONE")
    assert answer(request(b"QUIT") + request(b"STAT", b"/a"), host=host) == b""


@given(st.binary(max_size=200), st.sampled_from([b"", b"SEND", b"SND2", b"RCV2", b"LIST"]))
def test_made_up_requests_do_no_harm(data, start):
    host = Host()
    local, _ = host.open(b"sync:")
    host.say(Message(WRTE, 9, local, start + data))
    host.connection.close()
    assert host.device.files.taken == 0
