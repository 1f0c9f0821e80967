import pytest

from backtalk.model.finding import Sighting, Verdict
from backtalk.report.text import DASH
from backtalk.report.words import bound, growth, place, prefixes, sign


def verdict(word="consistent", sessions=2, share=0.776, preliminary=True):
    return Verdict(
        claim="c",
        subject="s",
        condition="k",
        verdict=word,
        reason="",
        sessions=sessions,
        bound=share,
        preliminary=preliminary,
    )


def sighting(**changes):
    values = {
        "canary": "kobarikudo", "kind": "text", "stimulus": "s1", "session": "x.1", "match": "prefix", "source": "f",
        "exchange": 1, "host": "search.test", "part": "request.url", "found": (0, 1), "field": "q", "text": "kob",
        "url": "https://search.test/ac/?q=kob", "at": 1.0,
    }  # fmt: skip
    return Sighting(**(values | changes))


def test_a_weak_bound_is_called_preliminary():
    assert bound(verdict()) == "Preliminary: 0 of 2 sessions excludes only leaks in 78 % of sessions and more."


def test_a_strong_bound_is_told_plainly():
    told = bound(verdict(sessions=59, share=0.0495, preliminary=False))
    assert told == "0 of 59 sessions excludes only leaks in 5 % of sessions and more."


@pytest.mark.parametrize("word", ["contradicted", "inconclusive", "not tested", "not applicable"])
def test_no_bound_is_claimed_where_nothing_was_shown_by_absence(word):
    assert bound(verdict(word)) == ""


def test_signs_differ_so_that_colour_is_never_needed():
    told = [sign(word) for word in ("contradicted", "consistent", "inconclusive", "not tested")]
    assert told == ["✗", "✓", "~", DASH]
    assert sign("something newer") == DASH


def test_prefixes_are_told_in_the_order_in_which_they_left():
    texts = ["koba", "kob", "kobarikudo", "kobar", "kobari", "kobarik", "kobariku"]
    run = prefixes([sighting(text=text, at=float(len(text))) for text in texts])
    assert len(run) == 1
    assert growth(run[0]) == "kob koba kobar kobari kobarik … kobarikudo"


def test_runs_are_told_apart_by_session_and_stimulus_and_exact_sightings_are_none():
    seen = [sighting(), sighting(session="x.2"), sighting(stimulus="s2"), sighting(match="exact")]
    assert len(prefixes(seen)) == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "search.test/ac/?q="),
        ({"field": ""}, "search.test/ac/"),
        ({"url": "https://t.test/kob/x", "field": ""}, "search.test/…"),
        ({"url": "not a url [::"}, "search.test/?q="),
        ({"part": "request.body", "field": "data"}, "search.test request.body data:"),
        ({"part": "dns.name", "field": ""}, "search.test dns.name"),
    ],
)
def test_places(changes, expected):
    assert place(sighting(**changes)) == expected
