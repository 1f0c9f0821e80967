"""What must hold for any bytes in decode: nothing fails, spans lie inside, and everything that was undone replays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise

import msgspec

from backtalk.decode import CODECS, Budget, Walker, replay, tree
from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer, Respelling, Sought, Structure, Substitution
from backtalk.decode.codecs.cipher import Keyed
from backtalk.decode.formats import FORMATS, read
from backtalk.decode.formats.buffer import Buffer as Message
from backtalk.decode.formats.format import Format
from backtalk.decode.native.spans import merged, size
from backtalk.errors import IntegrityFailure
from backtalk.model.canary import Needle
from backtalk.model.decoding import Opaque, Span, Step
from backtalk.model.keyring import Keyring, joined, parse
from tests.fuzz.target import GOLDEN, Target

WORDS = (b"bafizopuka", b"kotevilamu")
NEEDLES = tuple(Needle(canary=index, match="exact", literal=word, caseless=True) for index, word in enumerate(WORDS))
SOUGHT = Sought(tuple((word, True) for word in WORDS))
BUDGET = Budget(steps=20_000, bytes=1 << 22)
EXPANDS = 8
"""How many bytes one byte of packaging that is no compression gives, at most."""


def inside(span: Span, length: int) -> bool:
    return 0 <= span[0] <= span[1] <= length


def within(span: Span, free: Sequence[Span]) -> bool:
    return any(low <= span[0] and span[1] <= high for low, high in free)


def stretches(length: int) -> Iterable[list[Span]]:
    """What a codec may be given: all of a buffer, or what others left of it."""
    yield [(0, length)]
    if length > 8:
        yield [(1, length // 3), (length // 3 + 1, length - 1)]


@cache
def keys(codec: str) -> Keyring:
    """The keys of the golden cases of a codec."""
    files = sorted((GOLDEN / "decode" / codec).glob("*/keys.toml"))
    named = [
        msgspec.structs.replace(key, name=f"{key.name}{number}")
        for number, file in enumerate(files)
        for key in parse(file.read_text()).keys
    ]
    return joined([Keyring(keys=tuple(named))])


def found(codec: Codec, data: bytes, free: Sequence[Span]) -> list[Layer | Opaque]:
    buffer = Buffer(data)
    buffer.sought = SOUGHT
    buffer.keyring = keys(codec.ID) if isinstance(codec, Keyed) else None
    if isinstance(codec, Respelling):
        forms = [codec.form(word) for word in WORDS]
        places = [(at, at + len(form)) for form in forms for at in [data.find(form)] if at >= 0]
        return list(codec.around(buffer, free, places))
    meter = Meter(BUDGET)
    layers: list[Layer | Opaque] = []
    for layer in codec.layers(buffer, free, meter):
        if isinstance(layer, Layer):
            most = max(BUDGET.bytes // 2, EXPANDS * len(data))
            assert len(layer.data) <= most, f"{len(layer.data)} bytes out of {len(data)}"
            if not meter.spend(1, len(layer.data)):
                break
        layers.append(layer)
    return layers


def undone(codec: Codec, data: bytes, layer: Layer) -> bytes:
    if isinstance(codec, Keyed):
        return codec.undo_with(keys(codec.ID), data, layer.span, layer.params)
    return codec.undo(data, layer.span, layer.params)


def opens(codec: Codec) -> Callable[[bytes], None]:
    """Its layers lie in what is free, in order, replay, and come a second time."""

    def run(data: bytes) -> None:
        for free in stretches(len(data)):
            layers = found(codec, data, free)
            assert layers == found(codec, data, free), "not the same twice"
            for layer in layers:
                assert inside(layer.span, len(data))
                assert within(layer.span, free), f"{layer.span} is taken"
                if isinstance(layer, Layer):
                    assert undone(codec, data, layer) == layer.data
                    if isinstance(codec, Substitution):
                        _comes_from(codec, data, layer)
        if isinstance(codec, Structure):
            _names(codec, data)

    return run


def _comes_from(codec: Substitution, data: bytes, layer: Layer) -> None:
    length = len(layer.data)
    spans = [(0, length), (length // 3, length // 2), (length, length)]
    for origin, span in zip(codec.origins(data, layer.span, layer.params, spans), spans, strict=True):
        assert layer.span[0] <= origin[0] <= origin[1] <= layer.span[1] or span[0] == span[1], (origin, span)


def _names(codec: Structure, data: bytes) -> None:
    leaves = codec.leaves(data)
    assert all(inside(leaf.span, len(data)) for leaf in leaves)
    assert all(one.span[1] <= other.span[0] for one, other in pairwise(leaves)), "leaves overlap"
    for leaf in leaves[:64]:
        held = codec.undo(data, leaf.span, leaf.params)
        assert "numbers" in leaf.params or held == codec.open(data[slice(*leaf.span)], leaf.params)


@cache
def _walker() -> Walker:
    return Walker(NEEDLES, BUDGET)


def walk(data: bytes) -> None:
    """Whatever was walked before, the walk is the same, within its budget, and all that it tells replays."""
    buffers: list[tuple[bytes, tuple[Step, ...]]] = []
    first = _walker().walk(data, lambda buffer, steps: buffers.append((buffer, steps)))
    assert first == Walker(NEEDLES, BUDGET).walk(data), "not the same twice"
    assert first.read + first.opaque_bytes == len(data)
    assert 0 <= first.opaque_bytes <= len(data)
    assert buffers[0] == (data, ())
    assert len(buffers) - 1 <= BUDGET.steps
    assert sum(len(buffer) for buffer, _ in buffers[1:]) <= BUDGET.bytes
    for buffer, steps in buffers[:200]:
        assert len(steps) <= BUDGET.depth
        assert (data, *replay(data, steps))[-1] == buffer
    for hit in first.hits:
        last = (data, *replay(data, hit.steps))[-1]
        assert last[slice(*hit.found)].lower() == WORDS[hit.needle]
    for item in first.opaque:
        last = (data, *replay(data, item.steps))[-1]
        assert item.span[0] < item.span[1], item
        assert inside(item.span, len(last))
    own = merged(item.span for item in first.opaque if not item.steps)
    assert size(own) <= first.opaque_bytes
    lowered = data.lower()
    for index, word in enumerate(WORDS):
        assert word not in lowered or any(hit.needle == index for hit in first.hits), "a plain needle is not told"


def draw(data: bytes) -> None:
    """Each node of the tree replays from the one above."""
    nodes = [tree(data, BUDGET)]
    while nodes:
        node = nodes.pop()
        assert all(item.span[0] < item.span[1] and inside(item.span, len(node.data)) for item in node.opaque)
        for child in node.children:
            assert child.step is not None
            assert replay(node.data, [child.step]) == (child.data,)
        nodes += node.children


STEPS = msgspec.json.Decoder(tuple[Step, ...])


def again(data: bytes) -> None:
    """Steps as a file may hold them, a line of JSON before the bytes: undone, or refused in one way alone."""
    head, newline, raw = data.partition(b"\n")
    try:
        steps = STEPS.decode(head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    try:
        assert newline or not raw
        assert len(replay(raw, steps)) == len(steps)
    except IntegrityFailure:
        return


def names(form: Format) -> Callable[[bytes], None]:
    """What a format names lies in the buffer, and is the same a second time."""

    def run(data: bytes) -> None:
        message = form.read(Message(data)) if Message(data).fits else None
        assert message == (form.read(Message(data)) if Message(data).fits else None)
        read(data)
        if message is None:
            return
        for event in message.events:
            assert inside(event.span, len(data))
        for named in (*message.shared, *(field for event in message.events for field in event.fields)):
            assert inside(named.span, len(data))

    return run


TARGETS = (
    *(Target(f"codec/{codec.ID}", opens(codec), (f"decode/{codec.ID}/*/input.*",)) for codec in CODECS),
    *(Target(f"format/{form.ID}", names(form), (f"formats/{form.ID}/*/input.*",)) for form in FORMATS),
    Target("walk", walk, ("decode/*/*/input.*", "formats/*/*/input.*")),
    Target("tree", draw, ("decode/*/*/input.*",)),
    Target("replay", again),
)
