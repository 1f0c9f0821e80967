"""Records leave in batches, each program's own, as often as the collector is tried."""

from __future__ import annotations

from backtalk.range import builds
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.message import Packed
from backtalk.range.sending.outbox import Outbox
from backtalk.range.sending.packagings import BY_ID
from backtalk.range.sending.record import Record
from backtalk.range.sending.selecting import Selected

KEYS = Keys()


def outbox(batch=1, copies=1):
    made = builds.parse(
        'name = "x"\nsummary = "s"\nlike = "silent"\n[[collectors]]\nid = "c"\nhost = "c.example"\n'
        f'packaging = "xor"\nbatch = {batch}\ncopies = {copies}\nscheme = "http"\n'
    )
    sent = []
    return Outbox(made, KEYS, sent.append), sent


def selected(number, app="a"):
    return Selected(app, "c", Record(type="track", event=f"e{number}", time=1, distinct_id="w"))


def events(message):
    return [one.event for one in BY_ID["xor"].unpack(Packed(path=message.path, type="", body=message.body), KEYS)]


def test_a_message_says_where_it_goes_and_who_sends_it():
    box, sent = outbox()
    box.put(selected(1))
    (message,) = sent
    assert (message.app, message.scheme, message.host, message.path) == ("a", "http", "c.example", "/x1/up")
    assert message.headers == (("Content-Type", "text/plain"),)
    assert events(message) == ["e1"]


def test_a_batch_leaves_when_it_is_full_or_asked_for():
    box, sent = outbox(batch=3)
    for number in range(4):
        box.put(selected(number))
    assert [events(one) for one in sent] == [["e0", "e1", "e2"]]
    box.flush()
    box.flush()
    assert [events(one) for one in sent] == [["e0", "e1", "e2"], ["e3"]]


def test_each_program_has_a_batch_of_its_own():
    box, sent = outbox(batch=2)
    for app in ("a", "b", "a"):
        box.put(selected(1, app))
    assert [one.app for one in sent] == ["a"]
    box.forget("b")
    box.flush()
    assert len(sent) == 1


def test_a_retry_sends_the_very_bytes_again():
    box, sent = outbox(copies=3)
    box.put(selected(1))
    assert len(sent) == 3
    assert len(set(sent)) == 1
