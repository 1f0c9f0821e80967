"""What must hold for any bytes in detect: whatever is sighted stands where it is said to stand."""

from __future__ import annotations

from functools import cache

from backtalk.decode import replay
from backtalk.detect.made import again
from backtalk.model.canary import Canary
from backtalk.model.capture import Exchange, Part, PartName
from backtalk.model.keyring import Key, Keyring
from backtalk.model.plan import Stimulus
from backtalk.pipeline.analyze import Reader
from tests.fuzz.target import Target

PLANTED = (
    Canary(value="bafizopuka", kind="host", session="s", stimulus="v"),
    Canary(value="kotevilamu", kind="text", session="s", stimulus="q"),
)
GIVEN = tuple(
    Canary(value=value, kind="given")
    for value in (
        "02:00:4c:4f:4f:50",
        "490154203237518",
        "https://www.luridobase.example/artikel/zomaruki?a=pefolinata",
    )
)
DECOY = Canary(value="zupirogani", kind="decoy", session="s")
STIMULI = (
    Stimulus(id="v", action="visit", how="type", text="bafizopuka.example", url="https://bafizopuka.example/"),
    Stimulus(id="q", action="search", how="type", text="kotevilamu"),
)
KEYS = Keyring(keys=(Key(name="app", data=bytes(range(0x90, 0xA0))),))
PARTS: tuple[PartName, ...] = ("request.url", "request.header", "request.body", "response.body", "dns.name")


@cache
def _reader() -> Reader:
    return Reader((*PLANTED, *GIVEN, DECOY), "s", STIMULI, KEYS)


def sights(data: bytes) -> None:
    """The first byte chooses the part that holds the others."""
    part = Part(name=PARTS[data[0] % len(PARTS)] if data else "request.body", data=data[1:])
    exchange = Exchange(index=0, kind="http", host="t.example", url="https://t.example/", parts=(part,))
    seen, reading = _reader().read(exchange, part)
    assert (seen, reading) == _reader().read(exchange, part), "not the same twice"
    assert reading.read + reading.opaque == len(part.data)
    for one in seen:
        last = (part.data, *replay(part.data, one.steps, KEYS))[-1]
        there = b"".join(last[slice(*span)] for span in one.pieces or (one.found,))
        assert there.decode("latin-1") == one.text
        assert 0 <= one.found[0] < one.found[1] <= len(last)
        assert one.digest is None or len(again(one.digest)) == one.digest.size
        assert one.match != "prefix" or not one.spelling


TARGETS = (Target("sightings", sights, ("decode/*/*/input.*",)),)
