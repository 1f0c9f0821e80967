"""Which unread bytes cannot carry a canary because they left elsewhere too, and which copies prove nothing."""

from __future__ import annotations

import msgspec
import pytest

from backtalk.assess import judge
from backtalk.assess.copies import ELSEWHERE, FEWEST, REPEATED
from backtalk.model.view import CaseView, SessionView
from tests.assess.scene import Scene, case, verdict

CONSTANT = bytes(range(128, 192))
LATER = 10_000.0
RFC = "said to be random (RFC 6455)"
CUP = "said to be random (Omaha's Client Update Protocol)"


def constant(scene: Scene) -> Scene:
    scene.opaque(scene.ended - 5, "blob.example", CONSTANT)
    return scene


def pair() -> list[Scene]:
    return [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]


def later(view: SessionView, **changes: object) -> SessionView:
    """The same session once more, hours later."""
    moved = msgspec.structs.replace
    session = view.session
    return moved(
        view,
        session=moved(session, began=session.began + LATER, ended=session.ended + LATER, attempt=2, **changes),
        events=tuple(moved(one, at=moved(one.at, wall=one.at.wall + LATER)) for one in view.events),
        exchanges=tuple(moved(one, started=one.started + LATER, ended=one.ended + LATER) for one in view.exchanges),
        sightings=tuple(moved(one, at=one.at + LATER) for one in view.sightings),
        keystrokes=(),
    )


def replaced(view: CaseView, *sessions: SessionView) -> CaseView:
    return msgspec.structs.replace(view, sessions=sessions)


def test_what_is_the_same_in_sessions_with_other_canaries_carries_none_and_is_named():
    judged = judge(case(*map(constant, pair())))
    found = verdict(judged, "typed")
    assert found.verdict == "consistent"
    assert [one for one in found.cleared if ELSEWHERE in one] == [
        f"unread: request.body to blob.example: binary, 2 times, 128 bytes: {ELSEWHERE}"
    ]
    assert {group.cleared for session in judged.sessions for group in session.coverage.opaque} == {ELSEWHERE}


def test_one_bit_of_difference_is_a_difference():
    one, two = pair()
    constant(one)
    two.opaque(two.ended - 5, "blob.example", CONSTANT[:-1] + b"\xc1")
    found = verdict(judge(case(one, two)), "typed")
    assert found.verdict == "inconclusive"
    assert found.missing == ("unread: request.body to blob.example: binary",)


@pytest.mark.parametrize(("size", "expected"), [(FEWEST - 1, "inconclusive"), (FEWEST, "consistent")])
def test_few_bytes_may_be_equal_by_chance(size, expected):
    scenes = pair()
    for scene in scenes:
        scene.opaque(scene.ended - 5, "blob.example", CONSTANT[:size])
    assert verdict(judge(case(*scenes)), "typed").verdict == expected


def test_twice_in_the_same_session_proves_nothing():
    one, two = pair()
    constant(constant(one))
    assert verdict(judge(case(one, two)), "typed").verdict == "inconclusive"


@pytest.mark.parametrize("state", ["sealed", "interrupted", "failed"])
def test_another_attempt_at_the_same_session_plants_the_same_and_clears_nothing(state):
    """The case resumed: what left in the first attempt left before the second began, and can still carry its words."""
    one, two = pair()
    view = case(constant(one), two)
    first, other = view.sessions
    again = later(first)
    first = msgspec.structs.replace(first, session=msgspec.structs.replace(first.session, state=state))
    found = verdict(judge(replaced(view, first, again, other)), "typed")
    assert found.verdict == "inconclusive"
    assert "unread: request.body to blob.example: binary" in found.missing


def test_a_session_that_shares_one_word_clears_nothing():
    one, two = map(constant, pair())
    view = case(one, two)
    first, other = view.sessions
    script = other.session.script
    spike = msgspec.structs.replace(
        script.spikes[0], canary=msgspec.structs.replace(script.spikes[0].canary, value=one.script.planted[0].value)
    )
    script = msgspec.structs.replace(script, spikes=(spike, *script.spikes[1:]))
    other = msgspec.structs.replace(other, session=msgspec.structs.replace(other.session, script=script))
    cleared = judge(replaced(view, first, other)).sessions[0].coverage.opaque
    assert [group.cleared for group in cleared] == [""]


def test_a_session_that_goes_on_with_a_profile_clears_nothing():
    """A profile that is used again may have kept what an earlier session planted."""
    one, two = map(constant, pair())
    two.lost.add(two.stimulus("start", mode="normal").id)
    judged = judge(case(one, two))
    assert [[group.cleared for group in one.coverage.opaque] for one in judged.sessions] == [[""], [ELSEWHERE]]


def test_a_session_that_does_not_count_clears_nothing_by_being_equal():
    one, two = map(constant, pair())
    two.state = "failed"
    assert [group.cleared for group in judge(case(one, two)).sessions[0].coverage.opaque] == [""]


def test_an_earlier_session_with_other_canaries_clears_even_if_it_does_not_count():
    """What left before anything of this session was planted cannot carry it, whatever became of the other session."""
    one, two = map(constant, pair())
    two.state = "failed"
    first, other = case(one, two).sessions
    judged = judge(replaced(case(one, two), later(first), other))
    (group,) = judged.sessions[0].coverage.opaque
    assert group.cleared == REPEATED


def test_leaks_of_the_other_session_do_not_matter():
    one, two = map(constant, pair())
    two.typing(two.stimulus("draft", how="type"), "https://vendor.example/?q=", since=1)
    assert [group.cleared for group in judge(case(one, two)).sessions[0].coverage.opaque] == [ELSEWHERE]


@pytest.mark.parametrize(
    ("part", "headers", "url", "said"),
    [
        (
            "request.header",
            {"Sec-WebSocket-Key": "SECRET"},
            "https://push.services.mozilla.com/",
            "Sec-WebSocket-Key in request.header to push.services.mozilla.com (push service): {RFC}",
        ),
        (
            "request.url",
            {},
            "http://clients2.google.com/time/1/current?a=1&cup2key=9:SECRET&b=2",
            "cup2key in request.url to clients2.google.com (clock check): {CUP}",
        ),
        ("request.url", {}, "https://x.example/SECRET?a=1", "request.url to x.example: binary"),
        ("request.header", {"X-Key": "SECRET"}, "https://x.example/", "X-Key in request.header to x.example: binary"),
    ],
)
def test_what_stayed_shut_is_named_by_its_field_and_function(part, headers, url, said):
    scenes = pair()
    for scene in scenes:
        secret = ("q7" + scene.script.session.id).encode()
        filled = {name: value.replace("SECRET", secret.decode()) for name, value in headers.items()}
        index = scene.http(scene.ended - 5, url.replace("SECRET", secret.decode()), headers=filled)
        scene.unread.append((index, part, secret))
    found = verdict(judge(case(*scenes)), "typed")
    assert found.missing == (f"unread: {said.format(CUP=CUP, RFC=RFC)}",)
    assert found.reason == "What left and could not be read could carry it."
