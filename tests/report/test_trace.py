import re

import pytest

from backtalk.model.decoding import Step
from backtalk.model.finding import Digest, Sighting
from backtalk.model.trace import Stage, Trace
from backtalk.report.trace import layers, most_telling, said, told, trace_lines


@pytest.fixture
def packed(results, replay):
    return replay(results["contradicted"]().findings[1].sightings[0])


def test_each_step_is_told_with_codec_params_and_span(packed):
    lines = trace_lines(packed)
    told = [line for line in lines if re.match(r"\d\. ", line)]
    assert [line.split(":")[0] for line in told] == [
        "0. request.body of exchange 97, as recorded",
        "1. form v1 (field=data_list) undone",
        "2. base64 v1 undone",
        "3. gzip v1 undone",
    ]
    assert [line.strip() for line in lines if "packaged as" in line or "the canary" in line] == [
        "bytes [30:194], packaged as form",
        "bytes [0:152], packaged as base64",
        "bytes [0:113], packaged as gzip",
        "bytes [83:87], the canary",
    ]
    assert lines[0] == "sessions/chromium.normal-on.1/exchanges.btrec  sha256 " + "a7" * 32
    assert lines[-2:] == ["found  rado", "canary rado"]


def test_carets_stand_under_the_canary(packed):
    lines = trace_lines(packed)
    carets = [at for at, line in enumerate(lines) if line.strip() and set(line.strip()) == {"^"}]
    under = lines[carets[-1]]
    assert lines[carets[-1] - 1][under.index("^") : under.rindex("^") + 1] == "rado"


def test_carets_in_a_dump_stand_under_the_digits_of_the_span():
    step = Step(codec="gzip", version=1, span=(18, 21))
    trace = Trace(
        source="a", exchange=0, part="request.body", raw=bytes(range(200, 240)),
        stages=(Stage(step=step, output=b"kob"),),
        found=(0, 3), canary="kob",
    )  # fmt: skip
    lines = trace_lines(trace)
    under = next(line for line in lines if "^" in line)
    over = lines[lines.index(under) - 1]
    assert over[under.index("^") : under.rindex("^") + 1] == "da db dc"


def test_a_sighting_in_plain_sight_has_no_steps(results, replay):
    trace = replay(results["contradicted"]().findings[0].sightings[7])
    assert trace.last == trace.raw
    assert [layer.title for layer in layers(trace)] == ["request.url of exchange 50, as recorded: 46 bytes"]


def test_hostile_names_and_bytes_stay_on_their_lines():
    step = Step(codec="x\x1b[2J", version=1, span=(0, 9999), params={"field\n": "\u202e" + "v" * 10_000})
    trace = Trace(
        source="s\n\x1b]0;t\x07", exchange=0, part="p", raw=b"\x1b[2J\n\r" * 40,
        stages=(Stage(step=step, output=b"\0\x1b"),),
        found=(-4, 10**12), canary="c\r" * 1_000_000, digest="\x9b31m",
    )  # fmt: skip
    for line in trace_lines(trace):
        assert line.isprintable()
        assert len(line) < 1000


def sighted(text, canary="kobalumi", **more):
    known = {"kind": "text", "stimulus": "s", "session": "one", "source": "a", "exchange": 0, "part": "request.url"}
    return Sighting(
        **{**known, "match": "prefix", "host": "t.example", "found": (0, 1), **more}, text=text, canary=canary
    )


def test_the_longest_of_each_canary_is_shown_before_the_next_longest():
    sightings = [sighted("k"), sighted("ko"), sighted("kob"), sighted("koba"), sighted("mi", canary="mirotakesu")]
    assert most_telling(sightings, 3) == [3, 4, 2]
    assert most_telling(sightings, 99) == [3, 4, 2, 1, 0]
    assert most_telling([], 3) == []


def test_a_sighting_is_told_with_what_is_known_and_no_more():
    assert told(sighted("k")) == "prefix, to t.example"
    whole = sighted("k", at=1.6e9, origin="native", spelling="MAC with\ndots")
    assert told(whole) == "prefix, written as MAC with⟨LF⟩dots, to t.example, 2020-09-13 12:26:40 UTC, native"
    digest = Digest(chain=("sha256",), form="host", preimage="kobalumi", size=12)
    assert told(sighted("", match="digest", digest=digest)) == "digest, made as sha256(host)[:12], to t.example"


def test_parameters_are_told_in_one_order():
    told = {
        said(Step(codec="c", version=2, span=(0, 1), params=params))
        for params in ({"a": 1, "b": True}, {"b": True, "a": 1})
    }
    assert told == {"c v2 (a=1, b=True)"}
