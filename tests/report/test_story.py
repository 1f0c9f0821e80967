import msgspec
import pytest

from backtalk.errors import IntegrityFailure
from backtalk.report.screens import Album
from backtalk.report.story import LETTERS, RUNS, SIGHTINGS, WAYS, Teller
from backtalk.report.text import DASH


@pytest.fixture
def tell(results, case, replay):
    result = results["contradicted"]()
    return result.findings, Teller(result, Album(case), replay).story


def test_prefixes_are_timed_from_the_first_key_and_return_stands_where_it_was_pressed(tell):
    findings, story = tell
    first = story(findings[0]).typings[0]
    assert first.typed == "kobarikudo lamp"
    assert first.place == "search.test/ac/?q="
    assert [one.text for one in first.prefixes][:2] == ["kob", "koba"]
    assert [(one.when, one.text) for one in first.prefixes][-2:] == [("2.60 s", "kobarikudo"), ("3.10 s", "")]


def test_letters_that_leave_after_return_stand_after_it(tell):
    findings, story = tell
    late = tuple(msgspec.structs.replace(one, at=one.at + 2.0) for one in findings[0].sightings)
    first = story(msgspec.structs.replace(findings[0], sightings=late)).typings[0]
    assert first.prefixes[0].when == "3.06 s"
    assert [one.text for one in first.prefixes].index("") == 1


def test_different_places_are_told_one_by_one(tell):
    findings, story = tell
    mixed = tuple(msgspec.structs.replace(one, field=f"q{one.exchange}") for one in findings[0].sightings)
    assert story(msgspec.structs.replace(findings[0], sightings=mixed)).typings[0].place == ""


def test_paths_are_of_independent_sessions_with_the_picture_of_the_moment(tell):
    findings, story = tell
    ways = story(findings[0]).ways
    assert len(ways) == WAYS
    assert [way.sighting.session for way in ways] == ["chromium.normal-on.1", "chromium.normal-on.2"]
    assert {way.sighting.text for way in ways} == {"kobarikudo", "vasopelitu"}
    assert [way.shot.path for way in ways] == [
        f"sessions/{way.sighting.session}/screens/s02-search.png" for way in ways
    ]


def test_what_is_left_out_is_counted(tell):
    findings, story = tell
    one = findings[0].sightings[0]
    letters = tuple(msgspec.structs.replace(one, text="k" * size) for size in range(1, LETTERS + 4))
    assert story(msgspec.structs.replace(findings[0], sightings=letters)).typings[0].more == 3
    runs = tuple(msgspec.structs.replace(one, stimulus=f"s{place}") for place in range(RUNS + 2))
    assert story(msgspec.structs.replace(findings[0], sightings=runs)).more_typings == 2
    seen = tuple(msgspec.structs.replace(one, match="exact") for _ in range(SIGHTINGS + 5))
    assert story(msgspec.structs.replace(findings[0], sightings=seen)).more_seen == 5


def test_a_sighting_of_an_earlier_session_has_no_time_since_its_key(tell):
    findings, story = tell
    strange = msgspec.structs.replace(findings[1].sightings[0], stimulus="s99-other")
    told = story(msgspec.structs.replace(findings[1], sightings=(strange,)))
    assert told.seen[0].when == DASH
    assert told.ways[0].shot.path.endswith("s07-idle.png")


def test_a_sighting_that_cannot_be_replayed_is_not_glossed_over(results, case):
    result = results["contradicted"]()

    def broken(sighting):
        raise IntegrityFailure("exchanges are not what was sealed")

    with pytest.raises(IntegrityFailure):
        Teller(result, Album(case), broken).story(result.findings[0])


def test_a_whole_word_at_the_end_of_its_letters_is_told_with_them(tell):
    findings, story = tell
    whole = msgspec.structs.replace(findings[0].sightings[7], match="exact")
    elsewhere = msgspec.structs.replace(whole, exchange=99)
    told = story(msgspec.structs.replace(findings[0], sightings=(*findings[0].sightings, whole, elsewhere)))
    assert len(told.seen) == 1
