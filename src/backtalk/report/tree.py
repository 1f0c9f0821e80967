"""The tree of undone packagings on the terminal: each layer, what it is, where it lies, how it begins."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.console import Console
from rich.text import Text

from backtalk.model.decoding import Node, Opaque, Span, Step
from backtalk.model.message import Message
from backtalk.report.makers import message_lines
from backtalk.report.signs import plain
from backtalk.report.text import count, number, shown

CODEC, PARAM, PLACE, WORDS, DUMP, UNREAD, ASIDE = "bold cyan", "cyan", "dim", "green", "", "yellow", "dim"
"""Styles; what is unread has the colour of what is inconclusive."""
MAKER = "magenta"
"""The style of what a maker's format says."""
Makers = Callable[[bytes], Message | None]
FEW, MANY = 24, 240
"""Layers shown in one buffer, and in all."""
STRETCHES = 12
"""Unread stretches shown of one buffer."""
LINES = 2
"""Lines of a buffer's beginning."""
NARROW = 60
"""Columns below which guides are thin and dumps are short."""
LEAST = 16
"""Columns that a line has, however deep it stands."""
URL = re.compile(r"https?://[^\s\"'<>⟨⟩]+")
_ROWS = ((16, 76), (8, 40), (4, 0))
"""Bytes in a row of a dump, and the columns from which on there is room for so many."""


class _Drawn:
    """A node, those of its children that are shown, and how many layers are not."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.children: list[_Drawn] = []
        self.left_out = 0


def tree_lines(
    root: Node, console: Console, *, everything: bool = False, makers: Makers = lambda _: None
) -> Iterator[Text]:
    """The tree as lines no wider than the console; control and direction characters are spelled out.

    Without `everything`, at most MANY layers are drawn, those first that hold others or
    something unread; how many are left out is said where they would stand. `makers` says what a buffer is to a
    maker's format, if it is anything.
    """
    return _lines(_chosen(root, everything=everything), console, Text(), Text(), makers)


def _chosen(root: Node, *, everything: bool) -> _Drawn:
    top = _Drawn(root)
    waiting = deque([top])
    left = MANY
    while waiting:
        one = waiting.popleft()
        children = one.node.children
        most = len(children) if everything else min(FEW, left)
        telling = sorted(range(len(children)), key=lambda at: not (children[at].children or children[at].opaque))
        kept = set(telling[:most])
        one.children = [_Drawn(child) for at, child in enumerate(children) if at in kept]
        one.left_out = sum(_layers(child) for at, child in enumerate(children) if at not in kept)
        left -= len(one.children)
        waiting.extend(one.children)
    return top


def _layers(node: Node) -> int:
    return 1 + sum(map(_layers, node.children))


def _lines(drawn: _Drawn, console: Console, first: Text, rest: Text, makers: Makers) -> Iterator[Text]:
    node = drawn.node
    entries: list[tuple[Span, _Drawn | Opaque]] = [
        (child.node.step.span, child) for child in drawn.children if child.node.step
    ]
    entries += [(item.span, item) for item in node.opaque[:STRETCHES]]
    entries.sort(key=lambda entry: entry[0])
    asides = list(_asides(drawn))
    below = plain("│ ", console, ASIDE) if entries or asides else Text("  ")
    yield from _fitted(_heading(node), node.data, (0, len(node.data)), console, first, rest, below)
    message = makers(node.data)
    for said in message_lines(message) if message else ():
        yield rest + below + _cut(said, console, rest + below)
    for at, (_, entry) in enumerate(entries):
        begins, goes_on = _guides(console, last=at == len(entries) - 1 and not asides)
        if isinstance(entry, Opaque):
            # Of a buffer that is unread as a whole, the beginning stands above.
            span = entry.span if entry.span != (0, len(node.data)) else (0, 0)
            heading = _unread(entry)
            yield from _fitted(heading, node.data, span, console, rest + begins, rest + goes_on, Text("  "))
        else:
            yield from _lines(entry, console, rest + begins, rest + goes_on, makers)
    for at, aside in enumerate(asides):
        begins, _ = _guides(console, last=at == len(asides) - 1)
        yield rest + begins + plain(aside, console, ASIDE)


def _cut(line: str, console: Console, before: Text) -> Text:
    """As much of a line as there is room for."""
    room = max(console.width - cell_len(before.plain), LEAST)
    cut = line if cell_len(line) <= room else f"{set_cell_size(line, room - 1).rstrip()}…"
    return plain(cut, console, MAKER)


def _asides(drawn: _Drawn) -> Iterator[str]:
    """What is not drawn of a buffer."""
    if stretches := drawn.node.opaque[STRETCHES:]:
        size = sum(item.span[1] - item.span[0] for item in stretches)
        yield f"… {count(len(stretches), 'more unread stretch', 'more unread stretches')}, {count(size, 'byte')}"
    if drawn.left_out:
        yield f"… {count(drawn.left_out, 'more layer')}: --all"


def _guides(console: Console, *, last: bool) -> tuple[Text, Text]:
    thin = console.width < NARROW
    begins, goes_on = ("└", " ") if last else ("├", "│")
    return plain(begins + "─" * (not thin) + " " * (not thin), console, ASIDE), plain(
        goes_on + "  " * (not thin), console, ASIDE
    )


def _heading(node: Node) -> list[tuple[str, str]]:
    if node.step is None:
        return [("input", CODEC), (f"  {count(len(node.data), 'byte')}", PLACE)]
    step = node.step
    packed, inside = step.span[1] - step.span[0], len(node.data)
    size = count(inside, "byte") if packed == inside else f"{number(packed)} → {count(inside, 'byte')}"
    return [(shown(step.codec, 60), CODEC), *_params(step), (f"  {_place(step.span)}  {size}", PLACE)]


def _params(step: Step) -> Iterator[tuple[str, str]]:
    for name, value in step.params.items():
        yield f" {shown(name, 60)}=", PLACE
        yield shown(str(value), 120), PARAM


def _unread(item: Opaque) -> list[tuple[str, str]]:
    size = count(item.span[1] - item.span[0], "byte")
    return [("unread", f"bold {UNREAD}"), (f"  {_place(item.span)}  {size}  ", PLACE), (shown(item.reason), UNREAD)]


def _place(span: Span) -> str:
    return f"[{span[0]}:{span[1]}]"


def _fitted(
    heading: list[tuple[str, str]], data: bytes, span: Span, console: Console, first: Text, rest: Text, below: Text
) -> Iterator[Text]:
    """The heading, with the buffer's beginning beside it where there is room, else below it."""
    line = Text()
    for words, style in heading:
        line.append_text(plain(words, console, style))
    room = max(console.width - cell_len(rest.plain), LEAST)
    start, stop = span
    text = _text(data[start : min(stop, start + LINES * room)])
    whole = text is not None and stop - start <= LINES * room
    if start < stop and text is not None and cell_len(text) + line.cell_len + 4 <= room and whole:
        yield first + line + Text("  ") + _words(f'"{text}"', console)
        return
    for at, part in enumerate(line.wrap(console, room if line.cell_len <= room else room - 2, overflow="fold")):
        yield (rest + Text("  ") if at else first) + part
    if start == stop:
        return
    inner = max(room - cell_len(below.plain), LEAST)
    rows = _dump(data, span, inner, console) if text is None else _excerpt(f'"{text}"', inner, console, whole=whole)
    for row in rows:
        yield rest + below + row


def _text(head: bytes) -> str | None:
    """The beginning of a buffer as one line of text; None where it is rather a dump."""
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or not error.start:
            return None
        text = head[: error.start].decode()
    controls = sum(not letter.isprintable() for letter in text) - sum(map(text.count, "\t\r\n"))
    return None if controls * 4 > len(text) else shown(text.replace("\r\n", "↵").replace("\n", "↵"), len(text) + 1)


def _words(text: str, console: Console) -> Text:
    line = plain(text.replace("↵", "\\n") if console.options.ascii_only else text, console, WORDS)
    line.highlight_regex(URL, "underline")
    return line


def _excerpt(text: str, room: int, console: Console, *, whole: bool) -> Iterator[Text]:
    pieces = chop_cells(text.removesuffix('"'), room - 2)  # room for what ends it
    ends = '"' if whole and len(pieces) <= LINES else " …"
    pieces = pieces[:LINES]
    pieces[-1] += ends
    for piece in pieces:
        yield _words(piece, console)


def _dump(data: bytes, span: Span, room: int, console: Console) -> Iterator[Text]:
    start, stop = span
    digits = len(str(min(stop, start + LINES * 16)))
    width = next(size for size, needed in _ROWS if room - digits >= needed)
    for at in range(start, min(stop, start + LINES * width), width):
        row = data[at : min(at + width, stop)]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in row)
        more = " …" if at + width >= start + LINES * width and stop > at + width else ""
        yield plain(f"{at:>{digits}}  ", console, PLACE) + plain(
            f"{row.hex(' '):<{width * 3 - 1}}  {letters}{more}", console, DUMP
        )
