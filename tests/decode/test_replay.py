"""Steps prove a sighting only when undoing them gives again what they gave."""

from __future__ import annotations

import base64
import gzip

import msgspec
import pytest

from backtalk.decode import Walker, replay
from backtalk.errors import IntegrityFailure
from backtalk.model.decoding import Step
from tests.decode.packaging import needle, packed

DATA = b'{"p":"x\\/","q":"' + base64.b64encode(gzip.compress(b"u=%62afizopuka", mtime=0)) + b'"}'
STEPS = Walker([needle()]).walk(DATA).hits[0].steps


def changed(place, **fields):
    return (*STEPS[:place], msgspec.structs.replace(STEPS[place], **fields), *STEPS[place + 1 :])


def test_each_output_in_turn():
    outputs = replay(DATA, STEPS)
    assert [step.codec for step in STEPS] == ["json", "base64", "gzip", "form"]
    assert outputs[1:] == (gzip.compress(b"u=%62afizopuka", mtime=0), b"u=%62afizopuka", b"bafizopuka")


def test_no_steps_no_outputs():
    assert replay(DATA, ()) == ()


@pytest.mark.parametrize(
    "steps",
    [
        changed(0, codec="rot13"),
        changed(0, version=99),
        changed(0, span=(0, len(DATA) + 1)),
        changed(0, span=(-1, 5)),
        changed(0, span=(9, 3)),
        changed(0, span=(STEPS[0].span[0] + 1, STEPS[0].span[1])),
        changed(0, params={"path": "$.somebody.else"}),
        changed(1, span=(0, 3)),
        changed(2, span=(1, 30)),
        changed(2, params={"length": -1}),
        changed(2, params={"length": "many"}),
        changed(2, params={"complete": False}),
        changed(3, params={"field": "v"}),
    ],
)
def test_a_changed_step_is_refused(steps):
    with pytest.raises(IntegrityFailure, match=r"Step \d \(\w+ at bytes -?\d+ to \d+\) cannot be undone again"):
        replay(DATA, steps)


@pytest.mark.parametrize("place", range(len(DATA)))
def test_a_changed_byte_is_noticed_or_leaves_the_sighting_true(place):
    data = DATA[:place] + bytes([DATA[place] ^ 1]) + DATA[place + 1 :]
    try:
        outputs = replay(data, STEPS)
    except IntegrityFailure:
        return
    assert outputs[-1] == b"bafizopuka"


@pytest.mark.parametrize("name", ["gzip", "zlib", "deflate", "brotli", "zstd", "base64", "hex", "multipart"])
def test_text_is_no_packaging(name):
    step = Step(codec=name, version=1, span=(0, 12), params={})
    with pytest.raises(IntegrityFailure):
        replay(b"plain words!", [step])


@pytest.mark.parametrize("name", ["gzip", "zlib", "zstd"])
@pytest.mark.parametrize("rest", [b" and text", bytes(range(256))])
def test_a_cut_stream_replays_as_cut(name, rest):
    data = packed([name], b"bafizopuka " * 400 + rest * 20_000)[:-5]
    hits = Walker([needle()]).walk(data).hits
    assert hits[0].steps[-1].params == {"complete": False}
    assert replay(data, hits[0].steps)[-1].startswith(b"bafizopuka")
