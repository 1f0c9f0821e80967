"""Where a place in a buffer stands in a maker's format: which event, which field, beside which identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from backtalk.model.capture import PartName
from backtalk.model.decoding import Span, Step
from backtalk.model.message import IDENTIFYING, Beside, Event, Message, Named, Setting

MOST_BESIDE = 12
"""Values told beside one place."""

Read = Callable[[bytes], Message | None]
Buffers = Callable[[tuple[Step, ...]], bytes]


def setting(
    part: PartName, steps: Sequence[Step], found: Span, buffer: Buffers, read: Read, url: bytes
) -> Setting | None:
    """What formats say of `found` in the buffer that `steps` reach; None when none knows it.

    The outermost message on the way names the format; those of the same format within it,
    and in the exchange's `url`, add to it. A `url` that alone is known names the
    format of what was sent with it.
    """
    way = list(_way(steps, found, buffer, read))
    beyond = read(url) if url and part != "request.url" else None
    first = way[0][1] if way else beyond
    if first is None:
        return None
    told = Setting(format=first.format, version=first.version, title=first.title)
    beside: list[Beside] = []
    for depth, message, span in way:
        if message.format != first.format:
            continue
        event = _around(message, span)
        own = _field(message, event, span)
        if own is not None:
            told = msgspec.structs.replace(told, field=own.name, kind=own.kind)
        if event is not None and event.name:
            told = msgspec.structs.replace(told, event=event.name)
        fields = (*(event.fields if event else ()), *message.shared)
        beside += [_beside(one, part, depth) for one in fields if one.kind in IDENTIFYING and one != own]
    if beyond is not None and beyond.format == first.format:
        alone = beyond.events[0].fields if len(beyond.events) == 1 else ()
        named = next((one.value for one in beyond.shared if one.kind == "event"), "")
        told = msgspec.structs.replace(told, event=told.event or named)
        beside += [_beside(one, "request.url", 0) for one in (*beyond.shared, *alone) if one.kind in IDENTIFYING]
    return msgspec.structs.replace(told, beside=tuple(dict.fromkeys(beside))[:MOST_BESIDE])


def _way(steps: Sequence[Step], found: Span, buffer: Buffers, read: Read) -> Iterator[tuple[int, Message, Span]]:
    """Each buffer on the way that a format knows: its depth, its message, and the place that leads on."""
    for depth in range(len(steps) + 1):
        message = read(buffer(tuple(steps[:depth])))
        if message is not None:
            yield depth, message, steps[depth].span if depth < len(steps) else found


def _around(message: Message, span: Span) -> Event | None:
    """The event around a place; where several share their bytes, the first."""
    return next((one for one in message.events if one.span[0] <= span[0] and span[1] <= one.span[1]), None)


def _field(message: Message, event: Event | None, span: Span) -> Named | None:
    """The value around a place, the shortest of those that are."""
    fields = (*(event.fields if event else ()), *message.shared)
    around = [one for one in fields if one.span[0] <= span[0] and span[1] <= one.span[1]]
    return min(around, key=lambda one: one.span[1] - one.span[0], default=None)


def _beside(one: Named, part: PartName, depth: int) -> Beside:
    return Beside(kind=one.kind, name=one.name, value=one.value, part=part, depth=depth, span=one.span)
