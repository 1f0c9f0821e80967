"""What makers' formats say, in lines that a terminal only prints."""

from __future__ import annotations

from backtalk.model.message import Beside, Event, Message, Named, Setting
from backtalk.report.makers import MOST_EVENTS, message_lines, setting_lines


def named(kind, name, value):
    return Named(kind=kind, name=name, value=value, span=(0, 1))


def message(events):
    return Message(format="made-up", version=1, title="Made Up", shared=(named("project", "key", "K"),), events=events)


def test_identifiers_come_first_and_the_customers_own_values_not_at_all():
    fields = (named("time", "at", "1"), named("property", "own", "x"), named("identifier", "id", "7"))
    lines = list(message_lines(message((Event(name="open", span=(0, 9), fields=fields),))))
    assert lines == ["Made Up: 1 event", "  key=K (project)", "  open  id=7 (identifier), at=1 (time)"]


def test_of_many_events_the_first_are_told():
    lines = list(message_lines(message((Event(span=(0, 9), fields=()),) * (MOST_EVENTS + 2))))
    assert lines[-1] == "  … 2 more events: --json"
    assert len(lines) == MOST_EVENTS + 3


def test_hostile_names_are_spelled_out():
    hostile = "\x1b[31m\u202e\n"
    beside = (Beside(kind="identifier", name=hostile, value=hostile, part="request.body", depth=0, span=(0, 1)),)
    setting = Setting(format="made-up", version=1, title="Made Up", event=hostile, field=hostile, beside=beside)
    event = Event(name=hostile, span=(0, 9), fields=(named("account", hostile, hostile),))
    for line in [*setting_lines(setting), *message_lines(message((event,)))]:
        assert line.isprintable()


def test_a_setting_says_what_it_knows():
    told = Setting(format="made-up", version=1, title="Made Up")
    assert list(setting_lines(told)) == ["Made Up"]
    told = Setting(format="made-up", version=1, title="Made Up", event="open", field="page", kind="url")
    assert list(setting_lines(told)) == ["Made Up, event open, field page (url)"]
