"""What makers' formats say, in lines: a message's events and telling values, and where a sighting stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backtalk.model.message import Message, Named, NameKind, Setting
from backtalk.report.text import count, shown

MOST_EVENTS, MOST_VALUES = 5, 12
"""Events of a message that are told, and values of each."""

TELLING: tuple[NameKind, ...] = (
    "identifier", "account", "session", "url", "search", "screen",
    "time", "place", "device", "app", "project", "library",
)  # fmt: skip
"""Kinds that are told, in this order."""


def message_lines(message: Message) -> Iterator[str]:
    """The format, what all its events share, and the events; values that are the customer's own are left out."""
    events = message.events
    yield shown(message.title, 60) + (f": {count(len(events), 'event')}" if events else "")
    if values := _values(message.shared):
        yield f"  {values}"
    for event in events[:MOST_EVENTS]:
        yield f"  {shown(event.name, 80) or 'event'}  {_values(event.fields)}".rstrip()
    if len(events) > MOST_EVENTS:
        yield f"  … {count(len(events) - MOST_EVENTS, 'more event')}: --json"


def setting_lines(setting: Setting) -> Iterator[str]:
    """Where a sighting stands: the event and field, then the identifiers that left with it."""
    event = f", event {shown(setting.event, 80)}" if setting.event else ""
    kind = f" ({setting.kind})" if setting.kind != "property" else ""
    field = f", field {shown(setting.field, 120)}{kind}" if setting.field else ""
    yield f"{shown(setting.title, 60)}{event}{field}"
    for one in setting.beside:
        yield f"  beside the {one.kind} {shown(one.name, 120)}={shown(one.value, 80)}  in {one.part}"


def _values(fields: Iterable[Named]) -> str:
    told = sorted((one for one in fields if one.kind in TELLING and one.value), key=lambda one: TELLING.index(one.kind))
    words = [f"{shown(one.name, 60)}={shown(one.value, 60)} ({one.kind})" for one in told[:MOST_VALUES]]
    return ", ".join(words + ["…"] * (len(told) > MOST_VALUES))
