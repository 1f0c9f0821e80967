"""Chance is kept below one in a million gigabytes, by figures that measurement bears out."""

from __future__ import annotations

import base64
import random
import re
from pathlib import Path

import pytest

from backtalk.decode import Walker
from backtalk.detect import chance, needles, sightings
from backtalk.detect.digests import BASIC, CHAINS, FEWEST, MOST_FORMS, PLAIN, Digests
from backtalk.detect.forms import forms
from backtalk.detect.mint import LETTERS, OTHER_LETTERS, PREFIX
from backtalk.detect.needles import GIVEN_PREFIX, PIECE, SPLITTABLE
from backtalk.detect.places import SURE
from backtalk.detect.salts import NEIGHBOURS, SEPARATORS
from backtalk.detect.spellings import spellings
from backtalk.detect.split import MOST_PIECES, REACH
from backtalk.model.canary import Canary
from backtalk.model.capture import Exchange, Part
from backtalk.model.view import FEWEST_LETTERS, FEWEST_PREFIXES
from tests.assess.scene import written

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "chance.md"
SHORTEST = min(low for low, _ in (*LETTERS.values(), OTHER_LETTERS))
SCRIPT = written("normal", 1)
OWN = forms(SCRIPT.planted, SCRIPT.stimuli)
DECOYS = 1000
PLAIN_ENTRIES = (len(OWN) + DECOYS) * len(PLAIN)
ENTRIES = len(OWN) * len(CHAINS) + DECOYS * len(PLAIN)

FIGURES = {
    "exact, caseless, reversed": chance.whole(SHORTEST),
    "prefix, in a session": chance.growing(PREFIX, least_last=FEWEST_LETTERS),
    "prefix and host, of a name on the command line": chance.beginning(GIVEN_PREFIX),
    "split, in pieces": chance.cut(SPLITTABLE, REACH, MOST_PIECES),
    "split, a piece of a URL": chance.piece(PIECE),
    "digest, 12 bytes and more": chance.digests(ENTRIES, FEWEST),
    "digest, a field of 8 bytes": chance.halves(PLAIN_ENTRIES),
    "digest, salted": chance.salted(
        len([one for one in OWN if one.name in BASIC]), NEIGHBOURS, 2 * len(SEPARATORS) + 1
    ),
    "xor, a key of one byte": chance.xored(SHORTEST),
}


@pytest.mark.parametrize("kind", FIGURES)
def test_every_kind_of_match_stays_below_the_bound(kind):
    assert 0 < FIGURES[kind] < chance.MOST


@pytest.mark.parametrize("kind", FIGURES)
def test_the_page_gives_the_figures_that_are_computed(kind):
    (said,) = re.findall(
        rf"^\| {re.escape(kind)} \|.*\| ([0-9.e-]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert said == f"{FIGURES[kind]:.0e}"


def test_what_the_figures_rest_on():
    assert FEWEST_PREFIXES == 3
    assert SURE == SHORTEST == SPLITTABLE
    assert chance.whole(SURE - 1) > chance.MOST
    assert chance.digests(MOST_FORMS * len(CHAINS), FEWEST) < chance.MOST


@pytest.mark.parametrize(
    "value",
    [
        "02:00:4c:4F:4f:50",
        "00:00:00:00:00:0a",
        "490154203237518",
        "9774d56d682e549c",
        "000000000000000a",
        "89014103211118510720",
        "+49 170 1234567",
        "00000000-0000-0000-0000-00000000000a",
        "6f9619ff-8b86-d011-b42d-00c04fc964ff",
    ],
)
def test_no_spelling_of_an_identifier_is_met_by_chance(value):
    own, *others = spellings(value)
    assert own.literal == value.encode()
    assert all(chance.per_gigabyte(one.literal, apart=one.word) <= chance.MOST for one in others)


def test_the_model_of_words_agrees_with_what_is_counted():
    """Three letters are met often enough to be counted: in a usual case anywhere, in others between marks."""
    draw = random.Random(5)
    size = 3 << 20
    noise = base64.b64encode(draw.randbytes(size))
    met = len(re.findall(b"(?=kob|KOB|Kob)", noise)) + len(
        re.findall(rb"(?i)(?<=[+/])(?!kob|KOB|Kob)kob(?=[+/])", noise)
    )
    expected = chance.whole(3) * len(noise) / chance.GIGABYTE
    assert abs(met - expected) < 6 * expected**0.5


def test_noise_holds_no_sighting_and_few_beginnings():
    """Of decoys in base64: no whole word, no piece; beginnings after a mark as often as the model says."""
    draw = random.Random(6)
    decoys = SCRIPT.decoys
    sought = needles(decoys)
    walker = Walker(sought)
    found = []
    for index in range(8):
        data = b"x=" + base64.b64encode(draw.randbytes(1 << 16))
        part = Part(name="request.body", data=data)
        walk = walker.walk(data)
        plain = [hit for hit in walk.hits if not hit.steps or hit.steps[0].codec == "form"]
        only = type(walk)(hits=tuple(plain), opaque=(), read=0, opaque_bytes=0)
        slices = lambda steps, data=data: data if not steps else data[slice(*steps[0].span)]  # noqa: E731
        found += sightings(Exchange(index=index, kind="http"), part, only, decoys, sought, slices)
    assert {one.match for one in found} <= {"prefix"}
    letters = 8 * len(base64.b64encode(bytes(1 << 16)))
    expected = len(decoys) * letters * (2 / 64) ** PREFIX * chance.MARKS
    assert len(found) <= expected + 6 * expected**0.5 + 1


def test_random_shapes_show_no_digest_of_a_thousand_decoys():
    draw = random.Random(7)
    decoys = tuple(Canary(value=f"decoy{number:06d}", kind="decoy", session="s") for number in range(DECOYS))
    digests = Digests(decoys)
    lines = b"".join(
        b'{"id":"%s","n":%d}\n' % (draw.randbytes(8).hex().encode(), draw.getrandbits(64)) for _ in range(20_000)
    )
    assert digests.look([(lines, ())], lambda _: lines, hits=False).known == ()
