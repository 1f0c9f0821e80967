"""The prefix rule by itself: growing, in order, long enough, in one place."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backtalk.detect.keystrokes import growth, keystrokes
from backtalk.model.timeline import Timeline
from tests.assess.scene import Scene
from tests.detect.kit import sighting


def test_growth_is_the_longest_run_in_the_order_of_time():
    run = growth([sighting("kobalum", at=3), sighting("koba", at=1), sighting("kobal", at=2), sighting("koba", at=2.5)])
    assert [one.text for one in run] == ["koba", "kobal", "kobalum"]


@given(st.lists(st.integers(1, 10), max_size=12))
def test_growth_is_strict_and_as_long_as_it_can_be(lengths):
    run = growth([sighting("x" * length, at=float(at)) for at, length in enumerate(lengths)])
    texts = [len(one.text) for one in run]
    assert all(one < other for one, other in pairwise(texts))
    best = [0] * 11
    for length in lengths:
        best[length] = max(best[length], 1 + max(best[:length], default=0))
    assert len(run) == max(best)


def test_sequences_say_whether_all_left_before_return():
    scene = Scene()
    search = scene.stimulus("search")
    scene.typing(search, "https://s.example/?q=")
    (one,) = scene.view().keystrokes
    assert one.before
    last = (f"={search.text}", f"={search.text[:-1]}")
    scene.exchanges = [each for each in scene.exchanges if not each.url.endswith(last)]
    scene.http(scene.submitted(search) + 0.1, f"https://s.example/?q={search.text[:-1]}")
    (one,) = scene.view().keystrokes
    assert not one.before
    assert one.recipient == "s.example"
    assert (one.field, one.part, one.text, one.stimulus) == ("q", "request.url", search.text, search.id)


def test_what_tells_only_the_end_of_a_text_is_not_told_twice():
    scene = Scene()
    visit = scene.stimulus("visit", how="type")
    scene.typing(visit, "https://s.example/?q=")
    (one,) = scene.view().keystrokes
    assert one.canary == visit.canaries[0].value
    assert one.text == visit.text
    assert one.sightings[-1].text == visit.text


def test_the_path_alone_is_a_sequence_where_the_host_did_not_leave():
    scene = Scene()
    visit = scene.stimulus("visit", how="type")
    path = visit.canaries[1].value
    for length in range(4, 9):
        scene.http(scene.begun(visit) + 1 + length / 10, f"https://s.example/?q={path[:length]}")
    assert [one.canary for one in scene.view().keystrokes] == [path]


def test_shorter_beginnings_come_from_the_same_field_and_time_only():
    scene = Scene()
    draft = scene.stimulus("draft")
    at = scene.begun(draft)
    text = draft.text
    for url, moment in (
        (f"https://s.example/?q={text[:2]}", at + 0.5),
        (f"https://s.example/?other={text[:2]}", at + 0.5),
        (f"https://t.example/?q={text[:2]}", at + 0.5),
        (f"https://s.example/?q={text[:1]}", at - 1),
        ("https://s.example/?q=zz", at + 0.6),
    ):
        scene.http(moment, url)
    scene.typing(draft, "https://s.example/?q=", since=4)
    (one,) = scene.view().keystrokes
    assert [each.text for each in one.sightings][:2] == [text[:2], text[:4]]


def test_shorter_names_at_the_resolver_are_shown():
    scene = Scene()
    visit = scene.stimulus("visit", how="type")
    for length in range(1, 9):
        scene.dns(scene.begun(visit) + length / 10, visit.text[:length])
    (one,) = scene.view().keystrokes
    assert [each.text for each in one.sightings] == [visit.text[:length] for length in range(1, 9)]
    assert one.recipient == "the configured resolver"


def test_encoded_beginnings_are_shown_with_the_step_that_undoes_them():
    scene = Scene()
    search = scene.stimulus("search")
    text = search.text
    for length in range(2, 8):
        packed = "".join(f"%{ord(letter):02X}" for letter in text[:length])
        scene.http(scene.begun(search) + length / 10, f"https://s.example/?q={packed}")
    (one,) = scene.view().keystrokes
    assert [each.text for each in one.sightings] == [text[:length] for length in range(2, 8)]
    assert {tuple(step.codec for step in each.steps) for each in one.sightings} == {("form",)}


def test_what_comes_in_is_no_keystroke():
    scene = Scene()
    draft = scene.stimulus("draft")
    for length in range(4, 9):
        scene.http(scene.begun(draft) + length / 10, "https://s.example/", answer=draft.text[:length].encode())
    view = scene.view()
    assert view.sightings
    assert view.keystrokes == ()


def test_no_events_no_keystrokes():
    scene = Scene()
    scene.typing(scene.stimulus("draft"), "https://s.example/?q=")
    view = scene.view()
    assert keystrokes(view.sightings, scene.script, Timeline.of(scene.script, ()), view.exchanges) == ()
