"""A connection keeps its streams apart, waits for its turn, and lets no host make it grow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.adb.connection import MOST, STREAMS
from backtalk.range.adb.message import AUTH, CLSE, CNXN, OKAY, OPEN, SUMMED, UNSUMMED, WRTE, Message, encode
from tests.range.adb.toy import Host, Toy

COMMANDS = st.sampled_from([CNXN, AUTH, OPEN, OKAY, WRTE, CLSE, 7])
SERVICES = st.sampled_from(
    [b"shell:say 70000", b"shell,v2:echo", b"exec:fail 3", b"sync:", b"reboot:", b"root:", b"no"]
)
NUMBERS = st.integers(0, 4) | st.integers(0, 0xFFFFFFFF)
SAID = st.builds(Message, COMMANDS, NUMBERS, NUMBERS, SERVICES | st.binary(max_size=80))


def test_the_banner_names_the_device_and_what_it_can():
    welcome = Host().welcome
    assert welcome.command == CNXN
    assert (welcome.arg0, welcome.arg1) == (UNSUMMED, MOST)
    assert welcome.data.startswith(b"device::ro.product.name=toy;features=shell_v2,cmd,")


def test_a_program_writes_no_further_before_its_words_were_taken():
    host = Host(most=5000)
    local, told = host.open(b"shell:say 12000")
    assert [len(one.data) for one in told] == [5000]
    assert host.say(Message(OKAY, 77, local)) == [], "another stream's word"
    assert host.hear(local, told) == b"x" * 12000
    assert host.say(Message(OKAY, 9, local)) == [], "it has ended"


def test_streams_do_not_disturb_each_other():
    host = Host()
    one, _ = host.open(b"shell:echo", 21)
    two, _ = host.open(b"shell:echo", 22)
    assert one != two
    told = host.say(Message(WRTE, 22, two, b"zwei"), Message(WRTE, 21, one, b"eins"))
    assert [(answer.command, answer.arg1, answer.data) for answer in told] == [
        (WRTE, 22, b"zwei"), (OKAY, 22, b""), (WRTE, 21, b"eins"), (OKAY, 21, b""),
    ]  # fmt: skip
    assert host.say(Message(CLSE, 21, one)) == [Message(CLSE, one, 21)]
    assert host.say(Message(WRTE, 21, one, b"more")) == []


def test_a_host_that_does_not_wait_for_its_turn_loses_the_stream():
    host = Host()
    local, _ = host.open(b"shell:wait")
    assert [one.command for one in host.say(Message(WRTE, 9, local, bytes(1 << 17)))] == []
    assert host.say(Message(WRTE, 9, local, b"more")) == [Message(CLSE, local, 9)]


def test_what_waits_for_something_else_is_asked_again():
    host = Host()
    local, told = host.open(b"shell:wait")
    assert (told, host.connection.waiting, list(host.connection.poll())) == ([], True, [])
    host.device.go = True
    told = [one for answer in host.connection.poll() for one in host.framer.feed(answer)]
    assert host.hear(local, told) == b"gone"
    assert not host.connection.waiting


def test_an_unknown_service_and_one_stream_too_many_are_refused():
    host = Host()
    assert host.say(Message(OPEN, 5, 0, b"jdwp:12\0")) == [Message(CLSE, 0, 5)]
    for remote in range(1, STREAMS + 1):
        host.open(b"shell:wait", remote)
    assert host.say(Message(OPEN, 999, 0, b"shell:wait\0")) == [Message(CLSE, 0, 999)]


def test_old_hosts_get_sums_and_theirs_are_checked():
    host = Host(version=SUMMED)
    local, told = host.open(b"shell:say 40")
    assert host.hear(local, told) == b"x" * 40
    bent = encode(Message(OPEN, 3, 0, b"shell:say 1\0"))[:-3] + b"z1\0"
    assert host.raw(bent) == []
    assert host.connection.over


def test_reboot_is_told_to_the_device():
    host = Host()
    host.open(b"reboot:bootloader")
    assert host.device.rebooted == ["bootloader"]


def test_connecting_anew_drops_what_was_open():
    host = Host()
    local, _ = host.open(b"shell:echo")
    (welcome,) = host.say(Message(CNXN, UNSUMMED, 4096, b"host::"))
    assert welcome.command == CNXN
    assert host.say(Message(WRTE, 9, local, b"x")) == []


@given(st.lists(SAID, max_size=30))
def test_whatever_a_host_says_nothing_escapes_and_nothing_grows(said):
    host = Host()
    for message in said:
        if host.connection.over:
            break
        host.say(message)
    assert len(host.connection._streams) <= STREAMS
    host.connection.close()
    assert host.device.files.taken == 0


@given(st.lists(SAID, max_size=12), st.integers(1, 40))
def test_pieces_of_a_connection_do_not_matter(said, size):
    stream = b"".join(map(encode, [Message(CNXN, UNSUMMED, 4096, b"host::"), *said]))
    whole, pieces = Host(Toy(), connect=False), Host(Toy(), connect=False)
    told = b"".join(whole.connection.receive(stream))
    cut = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert told == b"".join(answer for piece in cut for answer in pieces.connection.receive(piece))
