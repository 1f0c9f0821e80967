"""Decoys, control pages, spikes, unread payload and lost sessions: what a verdict may rest on."""

from __future__ import annotations

import msgspec
import pytest

from backtalk.assess import CLAIMS, annotated, judge
from backtalk.assess.bound import bound, preliminary
from backtalk.errors import UsageError
from backtalk.model.capture import Gap
from tests.assess.scene import EPOCH, NAVIGATION, Scene, case, verdict
from tests.assess.test_verdicts import SUGGEST, VENDOR, key, typing, word

SECRET = bytes(range(128, 192))


def own(scene: Scene) -> bytes:
    """Bytes that no other session sends."""
    return SECRET + scene.script.session.id.encode()


def pair(condition: str = "normal", **more) -> list[Scene]:
    return [Scene(condition, repeat).ordinary(**more) for repeat in (1, 2)]


def decoy_whole(scene: Scene) -> None:
    scene.http(3, f"{VENDOR}?d={scene.script.decoys[0].value}")


def decoy_letter_by_letter(scene: Scene) -> None:
    for number, length in enumerate((4, 5, 6, 7)):
        scene.http(key(scene, "draft", number), f"{VENDOR}?d={scene.script.decoys[1].value[:length]}")


@pytest.mark.parametrize("alarm", [decoy_whole, decoy_letter_by_letter])
@pytest.mark.parametrize("leaking", [False, True])
def test_a_false_alarm_leaves_nothing_to_accuse_or_acquit_with(alarm, leaking):
    scenes = pair()
    for scene in scenes:
        alarm(scene)
        if leaking:
            typing("search")(scene)
    judged = judge(case(*scenes))
    found = verdict(judged, "typed")
    assert found.verdict == "inconclusive"
    assert any("decoy" in one for one in found.missing)
    assert all(session.decoy_sightings == 1 for session in judged.sessions)
    decoys = {decoy.value for scene in scenes for decoy in scene.script.decoys}
    assert not any(one.canary in decoys for finding in judged.findings for one in finding.sightings)


def test_four_letters_of_a_decoy_are_no_false_alarm():
    scenes = pair()
    for scene in scenes:
        scene.http(key(scene, "draft", 1), f"{VENDOR}?d={scene.script.decoys[0].value[:4]}")
    judged = judge(case(*scenes))
    assert verdict(judged, "typed").verdict == "consistent"
    assert all(session.decoy_sightings == 0 for session in judged.sessions)


def test_without_its_control_page_a_session_accuses_nobody():
    scenes = pair(without=("control",))
    for scene in scenes:
        typing("search")(scene)
    judged = judge(case(*scenes))
    found = verdict(judged, "typed")
    assert found.verdict == "inconclusive"
    assert any("the control page was not seen" in one for one in found.missing)
    assert not any(session.control_seen for session in judged.sessions)


def test_two_sound_sessions_accuse_though_a_third_lost_its_control():
    scenes = [*pair(), Scene(repeat=3).ordinary(without=("control",))]
    for scene in scenes:
        typing("search")(scene)
    assert verdict(judge(case(*scenes)), "typed").verdict == "contradicted"


@pytest.mark.parametrize(("leaking", "expected"), [(False, "inconclusive"), (True, "contradicted")])
def test_a_lost_spike_voids_absence_and_not_presence(leaking, expected):
    scenes = pair(without=("spike",))
    for scene in scenes:
        if leaking:
            typing("search")(scene)
    judged = judge(case(*scenes))
    found = verdict(judged, "typed")
    assert found.verdict == expected
    assert {(one.spikes_sent, one.spikes_recovered) for one in judged.sessions} == {(3, 0)}
    assert leaking or any("0 of 3 spikes" in one for one in found.missing)


def test_a_spike_is_the_labs_and_no_leak():
    scene = Scene().ordinary()
    spikes = [one for one in annotated(scene.view()) if one.kind == "spike"]
    assert len(spikes) == 3
    assert {one.origin for one in spikes} == {"lab"}


def first_canary(scene: Scene) -> float:
    return min(scene.begun(one) for one in scene.script.stimuli if one.canaries)


UNREAD = [
    ("before the stimulus", lambda s: s.opaque(first_canary(s) - 5, "blob.example", SECRET), "consistent"),
    ("after it", lambda s: s.opaque(s.ended - 5, "blob.example", own(s)), "inconclusive"),
    ("after it, the same in every session", lambda s: s.opaque(s.ended - 5, "blob.example", SECRET), "consistent"),
    ("after it, too few bytes", lambda s: s.opaque(s.ended - 5, "blob.example", SECRET[:7]), "inconclusive"),
    (
        "after it, as it left before",
        lambda s: [s.opaque(at, "blob.example", SECRET) for at in (first_canary(s) - 5, s.ended - 5)],
        "consistent",
    ),
    (
        "after it, nearly as it left before",
        lambda s: [
            s.opaque(first_canary(s) - 5, "blob.example", own(s)),
            s.opaque(s.ended - 5, "blob.example", b"\xff" + own(s)[1:]),
        ],
        "inconclusive",
    ),
    (
        "by the page itself",
        lambda s: (s.pages.add("https://blob.example/blob"), s.opaque(s.ended - 5, "blob.example", SECRET)),
        "consistent",
    ),
    ("a body that broke off", lambda s: s.http(s.ended - 5, VENDOR, complete=False), "inconclusive"),
    ("a body that broke off early", lambda s: s.http(first_canary(s) - 5, VENDOR, complete=False), "inconclusive"),
    ("QUIC", lambda s: s.gaps.append(Gap(kind="quic", count=3)), "inconclusive"),
    ("ICMP", lambda s: s.gaps.append(Gap(kind="icmp", count=3)), "consistent"),
    ("a damaged record", lambda s: s.gaps.append(Gap(kind="damaged", count=1)), "inconclusive"),
]


@pytest.mark.parametrize(("what", "do", "expected"), UNREAD, ids=[one for one, _, _ in UNREAD])
def test_unread_payload(what, do, expected):
    scenes = pair()
    for scene in scenes:
        do(scene)
    judged = judge(case(*scenes))
    found = verdict(judged, "typed")
    assert found.verdict == expected, found
    if what in {"before the stimulus", "after it, as it left before", "ICMP"}:
        assert found.cleared
    assert verdict(judged, "idle").verdict in {"consistent", "contradicted", "inconclusive"}


def test_what_left_before_in_another_session_cannot_carry_this_ones_canary():
    scenes = pair()
    scenes[0].opaque(2, "blob.example", SECRET)
    scenes[1].opaque(scenes[1].ended - 5, "blob.example", SECRET)
    assert verdict(judge(case(*scenes)), "typed").verdict == "consistent"


@pytest.mark.parametrize(
    ("at", "read", "expected"),
    [(2.0, False, "consistent"), (150.0, False, "inconclusive"), (150.0, True, "consistent")],
)
def test_a_failed_handshake_hides_what_would_have_been_sent(at, read, expected):
    scenes = pair()
    for scene in scenes:
        scene.tls(at, "pinned.example")
        if read:
            scene.http(at + 1, "https://pinned.example/")
        scene.gaps.append(Gap(kind="tls-failed", count=1, host="pinned.example"))
    assert verdict(judge(case(*scenes)), "typed").verdict == expected


def test_a_part_that_nobody_searched_is_unread():
    view = case(*pair())
    native = {one.index for one in view.sessions[0].exchanges if one.host == "duckduckgo.com"}
    broken = tuple(
        msgspec.structs.replace(one, readings=tuple(each for each in one.readings if each.exchange not in native))
        for one in view.sessions
    )
    found = verdict(judge(msgspec.structs.replace(view, sessions=broken)), "typed")
    assert found.verdict == "inconclusive"
    assert any("it was not searched" in one for one in found.missing)


def test_a_search_cut_short_proves_nothing():
    view = case(*pair())
    native = next(one for one in view.sessions[0].exchanges if one.host == "duckduckgo.com")
    readings = tuple(
        msgspec.structs.replace(one, cut=one.exchange == native.index) for one in view.sessions[0].readings
    )
    sessions = (msgspec.structs.replace(view.sessions[0], readings=readings), *view.sessions[1:])
    judged = judge(msgspec.structs.replace(view, sessions=sessions))
    assert verdict(judged, "typed").verdict == "inconclusive"
    assert judged.sessions[0].coverage.cut > 0


@pytest.mark.parametrize("state", ["interrupted", "failed", "recording"])
def test_a_session_that_was_not_finished_does_not_count(state):
    scenes = pair()
    scenes[1].state = state
    judged = judge(case(*scenes))
    found = verdict(judged, "typed")
    assert (found.verdict, found.sessions) == ("consistent", 1)
    assert [bool(one.excluded) for one in judged.sessions] == [False, True]
    typing("search")(scenes[1])
    assert verdict(judge(case(*scenes)), "typed").verdict == "inconclusive"
    typing("search")(scenes[0])
    assert verdict(judge(case(*scenes)), "typed").missing[0] == "seen once: needs a second session"


def test_a_gap_of_which_no_exchange_tells_is_not_cleared():
    scenes = pair()
    for scene in scenes:
        scene.tls(2, "pinned.example")
        scene.gaps.append(Gap(kind="tls-failed", count=2, host="pinned.example"))
    assert verdict(judge(case(*scenes)), "typed").verdict == "inconclusive"


def test_without_a_session_that_counts_it_was_not_tested():
    scenes = pair()
    for scene in scenes:
        scene.state = "failed"
    judged = judge(case(*scenes))
    assert {one.verdict for one in judged.verdicts} == {"not tested", "not applicable"}
    assert len(judged.not_tested) == sum(one.verdict == "not tested" for one in judged.verdicts)


def test_a_skipped_subject_is_not_tested_and_never_clean():
    judged = judge(case(skipped={"chromium": "chromium is not installed"}))
    assert {(one.verdict, one.reason) for one in judged.verdicts} == {("not tested", "chromium is not installed")}


@pytest.mark.parametrize("how", ["failed", "lost"])
def test_a_stimulus_that_did_not_take_place_is_missing(how):
    scenes = pair()
    draft = scenes[0].stimulus("draft")
    if how == "failed":
        scenes[0].failed[draft.id] = "the address bar held ''"
    else:
        scenes[0].lost.add(draft.id)
    found = verdict(judge(case(*scenes)), "typed")
    assert found.verdict == "inconclusive"
    assert any(draft.id in one for one in found.missing)


def test_a_canary_of_another_session_means_that_the_sessions_are_not_apart():
    view = case(*pair())
    stray = msgspec.structs.replace(view.sessions[0].sightings[0], canary="notofthissession")
    sessions = (
        msgspec.structs.replace(view.sessions[0], sightings=(*view.sessions[0].sightings, stray)),
        view.sessions[1],
    )
    found = verdict(judge(msgspec.structs.replace(view, sessions=sessions)), "typed")
    assert found.verdict == "inconclusive"
    assert any("another session" in one for one in found.missing)


COOKIE = "{}f3a9c51e2d84b06a1c7"


def joined(normal_host: str, private_host: str, value: str = COOKIE, given: bool = False):
    def do(scene: Scene, number: int) -> None:
        cookie = {"Cookie": f"uid={value.format(number)}"}
        answer = {"Set-Cookie": cookie["Cookie"]} if given else {}
        first, second = 4.0, scene.submitted(scene.stimulus("search"))
        if given:
            scene.http(first - 1, f"https://{normal_host}/", answer_headers=answer)
            scene.http(second + 0.1, f"https://{private_host}/robots.txt", answer_headers=answer)
        scene.http(first, f"https://{normal_host}/", headers=cookie)
        scene.http(second + 1, f"https://{private_host}/", headers=cookie)

    return do


@pytest.mark.parametrize(
    ("do", "expected", "noted"),
    [
        (joined("duckduckgo.com", "duckduckgo.com"), "contradicted", True),
        (joined("vendor.example", "duckduckgo.com"), "contradicted", True),
        (joined("vendor.example", "vendor.example"), "consistent", True),
        (joined("duckduckgo.com", "duckduckgo.com", value="samesamesame"), "consistent", False),
        (joined("duckduckgo.com", "duckduckgo.com", value="{}3645182"), "consistent", False),
        (joined("duckduckgo.com", "duckduckgo.com", given=True), "consistent", False),
    ],
    ids=["cookie", "other host before", "nobody confided in", "words", "too little entropy", "given in both"],
)
def test_identifiers(do, expected, noted):
    scenes = pair("private")
    for number, scene in enumerate(scenes):
        do(scene, number)
    judged = judge(case(*scenes))
    found = verdict(judged, "private")
    assert found.verdict == expected, found
    identities = [one for one in judged.findings if one.reach == "identity"]
    assert bool(identities) == noted
    assert bool(found.findings) == (expected == "contradicted")


def test_a_constant_of_the_build_is_no_identifier():
    scenes = pair("private")
    for scene in scenes:
        joined("duckduckgo.com", "duckduckgo.com")(scene, 1)
    assert verdict(judge(case(*scenes)), "private").verdict == "consistent"


def test_with_one_session_constants_cannot_be_told_from_identifiers():
    scene = Scene("private").ordinary()
    joined("duckduckgo.com", "duckduckgo.com")(scene, 1)
    found = verdict(judge(case(scene)), "private")
    assert found.verdict == "inconclusive"
    assert any("another session of this subject" in one for one in found.missing)


def test_a_value_joined_in_one_session_needs_a_second():
    scenes = pair("private")
    joined("duckduckgo.com", "duckduckgo.com")(scenes[0], 1)
    assert verdict(judge(case(*scenes)), "private").missing[0] == "seen once: needs a second session"


@pytest.mark.parametrize(("sessions", "expected"), [(0, 1.0), (1, 0.95), (2, 0.78), (3, 0.63), (29, 0.10), (59, 0.05)])
def test_the_bound_is_what_the_design_prints(sessions, expected):
    assert round(bound(sessions), 2) == expected


def test_a_bound_weaker_than_ten_percent_is_preliminary():
    assert [preliminary(number) for number in (1, 3, 28, 29, 59)] == [True, True, True, False, False]


def test_the_same_case_in_another_order_gives_the_same_bytes():
    scenes = pair()
    for scene in scenes:
        typing("visit")(scene)
        scene.opaque(30, "blob.example", SECRET)
    view = case(*scenes)
    turned = msgspec.structs.replace(
        view,
        sessions=tuple(
            msgspec.structs.replace(one, exchanges=one.exchanges[::-1], readings=one.readings[::-1])
            for one in view.sessions[::-1]
        ),
    )
    assert msgspec.json.encode(judge(view)) == msgspec.json.encode(judge(turned))


def test_finding_ids_change_with_what_they_name():
    scenes = pair()
    for scene in scenes:
        typing("draft")(scene)
    one = {finding.id for finding in judge(case(*scenes)).findings}
    typing("search")(scenes[0])
    other = {finding.id for finding in judge(case(*scenes)).findings}
    assert one.isdisjoint(other)
    assert all(len(name) == 14 and name.startswith("F-") for name in one | other)


def test_only_the_plans_claims_are_judged_and_they_must_exist():
    judged = judge(case(*pair(), claims=("idle", "typed")))
    assert [one.claim for one in judged.verdicts] == ["typed", "idle"]
    assert [one.id for one in judged.claims] == ["typed", "idle"]
    with pytest.raises(UsageError, match="nonsense"):
        judge(case(*pair(), claims=("nonsense",)))


def test_every_claim_says_how_it_is_tested_and_what_it_misses():
    assert len({claim.ID for claim in CLAIMS}) == len(CLAIMS) == 6
    for claim in CLAIMS:
        assert claim.STATEMENT.endswith(".")
        assert claim.TESTED_BY
        assert claim.LIMITATIONS
        assert claim.REFERENCES
        assert claim.APPLIES


def test_a_session_is_shown_with_its_recipients_and_coverage():
    scene = Scene().ordinary()
    scene.opaque(scene.ended - 5, "blob.example", SECRET)
    (shown,) = judge(case(scene)).sessions
    by_host = {(one.host, one.origin): one for one in shown.recipients}
    assert by_host["the configured resolver", "page"].expected == "the configured resolver"
    assert by_host["duckduckgo.com", "native"].expected == "the search engine"
    assert by_host["blob.example", "native"].sent == len(SECRET)
    assert shown.coverage.bytes_opaque == len(SECRET)
    assert [(one.host, one.bytes, one.cleared) for one in shown.coverage.opaque] == [("blob.example", len(SECRET), "")]
    assert shown.began == EPOCH
    assert shown.stimuli[0].screenshot == ""


def test_expectation_is_told_on_each_sighting():
    scene = Scene().ordinary()
    visit = scene.stimulus("visit", how="paste")
    scene.http(scene.submitted(visit) + 2, f"{SUGGEST}{word(scene, 'search')}", headers=NAVIGATION)
    told = annotated(scene.view())
    assert {one.expected for one in told if one.part == "dns.name" and one.kind == "host"} == {
        "the configured resolver"
    }
    assert {one.expected for one in told if one.canary == visit.canaries[1].value} == {"the visited site"}
    search = [one for one in told if one.kind == "text"]
    assert {(one.url.split("?")[0], one.expected) for one in search} == {
        ("https://duckduckgo.com/", "the search engine"),
        ("https://duckduckgo.com/ac/", ""),
    }
