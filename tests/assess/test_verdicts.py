"""Exchanges and events in, verdicts out: each rule in both directions, and every trap that is known."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import msgspec
import pytest

from backtalk.assess import judge
from backtalk.model.capture import Gap
from tests.assess.scene import END, FIRST_KEY, KEY, NAVIGATION, Scene, case, verdict

Doing = Callable[[Scene], object]
ENGINE = "https://duckduckgo.com/?q="
SUGGEST = "https://duckduckgo.com/ac/?q="
VENDOR = "https://telemetry.vendor.example/collect"


def word(scene: Scene, action: str, kind: str = "", **more: str) -> str:
    canaries = scene.stimulus(action, **more).canaries
    return next(canary.value for canary in canaries if not kind or canary.kind == kind)


def typing(action: str, url: str = SUGGEST, **more) -> Doing:
    return lambda scene: scene.typing(scene.stimulus(action, how="type"), url, **more)


def key(scene: Scene, action: str, number: int) -> float:
    """The moment of the key `number` of what is typed."""
    return scene.begun(scene.stimulus(action, how="type")) + FIRST_KEY + KEY * number


def lengths(*wanted: int, url: Callable[[int], str] = lambda _: SUGGEST, action: str = "draft") -> Doing:
    """Beginnings of these lengths, one key after the other, each to its own URL."""

    def do(scene: Scene) -> None:
        text = scene.stimulus(action, how="type").text
        for number, length in enumerate(wanted):
            scene.http(key(scene, action, number), url(number) + text[:length])

    return do


def after(action: str, url: str, *, how: str | None = None, kind: str = "", seconds: float = 0.5, **more) -> Doing:
    """A request with the stimulus' canary at the end of its URL, this long after Return."""

    def do(scene: Scene) -> None:
        at = scene.submitted(scene.stimulus(action, how)) + seconds
        scene.http(at, url + word(scene, action, kind, **({"how": how} if how else {})), **more)

    return do


def names(*lengths: int) -> Doing:
    """DNS queries for a host that is still being typed."""

    def do(scene: Scene) -> None:
        for number, length in enumerate(lengths):
            scene.dns(key(scene, "visit", number), scene.stimulus("visit", how="type").text[:length])

    return do


def nothing(scene: Scene) -> None:
    """What any honest browser does is all there is."""


def full_host_asked_early(scene: Scene) -> None:
    host = word(scene, "visit", "host", how="type") + ".example"
    scene.dns(key(scene, "visit", 30), host)
    scene.tls(key(scene, "visit", 31), host)


def referer(host: str) -> Doing:
    def do(scene: Scene) -> None:
        visit = scene.stimulus("visit", how="paste")
        own = visit.url.split("/")[2]
        scene.http(scene.submitted(visit) + 1, f"https://{host or own}/x.js", headers={"Referer": visit.url})

    return do


def of_the_page(scene: Scene) -> None:
    visit = scene.stimulus("visit", how="type")
    url = f"{VENDOR}?u={quote(visit.url, safe='')}"
    scene.pages.add(url)
    scene.http(scene.submitted(visit) + 1, url)


def of_the_page_with_a_header(scene: Scene) -> None:
    of_the_page(scene)
    last = scene.exchanges.pop()
    visit = scene.stimulus("visit", how="type")
    scene.http(last.started - 1_800_000_000.0, last.url, headers={"X-Visited": visit.url})


def redirected_by_the_page(scene: Scene) -> None:
    visit = scene.stimulus("visit", how="type")
    there = f"https://login.example/?back={quote(visit.url, safe='')}"
    scene.exchanges = [one for one in scene.exchanges if one.url != visit.url]
    at = scene.submitted(visit) + 0.05
    scene.http(at, visit.url, status=302, answer_headers={"Location": there})
    scene.http(at + 0.1, there)


def mostly_of_the_page(scene: Scene) -> None:
    """Three growing beginnings, of which the page itself sent two."""
    text = word(scene, "draft")
    scene.pages |= {SUGGEST + text[:length] for length in (4, 5)}
    lengths(4, 5, 6)(scene)


def late_beginning(scene: Scene) -> None:
    """The suggestion for the whole URL is asked for just after Return: it belongs to the typing."""
    visit = scene.stimulus("visit", how="type")
    scene.typing(visit, SUGGEST, upto=20)
    scene.http(scene.submitted(visit) + 0.1, SUGGEST + quote(visit.text, safe=""))


def echo(scene: Scene) -> None:
    draft = scene.stimulus("draft")
    scene.http(scene.begun(draft) + 5, "https://updates.example/check", answer=word(scene, "draft").encode())


def by_chance(scene: Scene) -> None:
    text = word(scene, "draft")
    for number in range(6):
        scene.http(key(scene, "draft", number), VENDOR, body=f"data=Zm9v{text[:4]}YmFy{number}eA".encode())


def from_two_recipients(scene: Scene) -> None:
    hosts = ("https://one.example/s?q=", "https://two.example/s?q=")
    lengths(4, 5, 6, url=lambda number: hosts[number % 2])(scene)


def in_one_body(scene: Scene) -> None:
    text = word(scene, "draft")
    states = ",".join(f'{{"k":"{text[:length]}"}}' for length in range(1, len(text)))
    scene.http(key(scene, "draft", 12), VENDOR, body=f"[{states}]".encode())


def typed_elsewhere(scene: Scene) -> None:
    """The same beginnings, but when that text was not being typed."""
    text = word(scene, "draft")
    for number, length in enumerate((4, 5, 6, 7)):
        scene.http(scene.ended - 30 + number, SUGGEST + text[:length])


def prefetched(scene: Scene) -> None:
    search = scene.stimulus("search")
    headers = {**NAVIGATION, "Sec-Purpose": "prefetch"}
    scene.http(scene.submitted(search) - 0.3, ENGINE + search.text, headers=headers)


def preloaded(scene: Scene) -> None:
    visit = scene.stimulus("visit", how="type")
    scene.http(scene.submitted(visit) - 0.3, visit.url, headers=NAVIGATION)


TYPED_LEAK = [typing("search"), typing("draft", since=1), typing("visit"), names(5, 6, 7), names(4, 5, 6, 7, 8)]

SCENARIOS: list[tuple[str, str, Doing, str]] = [
    ("typed", "an honest browser", nothing, "consistent"),
    ("typed", "suggestions for a search", typing("search"), "contradicted"),
    ("typed", "suggestions for a draft", typing("draft", since=1), "contradicted"),
    ("typed", "suggestions for a URL", typing("visit"), "contradicted"),
    ("typed", "a URL's host letter by letter to the resolver", names(5, 6, 7, 8), "contradicted"),
    (
        "typed",
        "the half-typed host once, by its whole label",
        lambda s: s.dns(key(s, "visit", 9), word(s, "visit", "host", how="type")),
        "contradicted",
    ),
    ("typed", "the whole host to the resolver and its server", full_host_asked_early, "consistent"),
    ("typed", "the page itself, before Return", preloaded, "contradicted"),
    ("typed", "the search itself, before Return", prefetched, "contradicted"),
    ("typed", "three growing beginnings, the last of six", lengths(4, 5, 6), "contradicted"),
    ("typed", "two growing beginnings", lengths(4, 6), "consistent"),
    ("typed", "three beginnings, the last of five", lengths(3, 4, 5), "consistent"),
    ("typed", "beginnings that do not grow", lengths(6, 6, 6, 6), "consistent"),
    ("typed", "beginnings out of order", lengths(8, 7, 6, 5, 4), "consistent"),
    ("typed", "beginnings with corrections in between", lengths(4, 5, 4, 5, 6, 7), "contradicted"),
    ("typed", "beginnings that two recipients share", from_two_recipients, "consistent"),
    (
        "typed",
        "beginnings in two fields",
        lengths(4, 5, 6, url=lambda n: f"https://a.example/s?f{n % 2}="),
        "consistent",
    ),
    (
        "typed",
        "beginnings at two paths",
        lengths(4, 5, 6, url=lambda n: f"https://a.example/s{n % 2}?q="),
        "consistent",
    ),
    ("typed", "beginnings in the path", lengths(4, 5, 6, url=lambda _: "https://a.example/s/"), "contradicted"),
    ("typed", "all beginnings in one body", in_one_body, "contradicted"),
    ("typed", "beginnings when it was not being typed", typed_elsewhere, "consistent"),
    ("typed", "four letters by chance", by_chance, "consistent"),
    ("typed", "an echo in an answer", echo, "consistent"),
    ("typed", "a suggestion after Return", after("search", SUGGEST), "consistent"),
    (
        "typed",
        "the whole draft, long after",
        lambda s: s.http(s.ended - 5, f"{VENDOR}?w={word(s, 'draft')}"),
        "contradicted",
    ),
    ("visited", "an honest browser", nothing, "consistent"),
    ("visited", "a URL's beginnings to the search engine", typing("visit"), "contradicted"),
    ("visited", "a search's beginnings", typing("search"), "consistent"),
    ("visited", "the path to somebody else", after("visit", f"{VENDOR}?u=", how="paste", kind="path"), "contradicted"),
    (
        "visited",
        "the host in another case",
        lambda s: s.http(s.ended - 5, f"{VENDOR}?h={word(s, 'visit', 'host').upper()}"),
        "contradicted",
    ),
    ("visited", "Referer to its own site", referer(""), "consistent"),
    ("visited", "Referer to another site", referer("fonts.example"), "contradicted"),
    ("visited", "the page's own request", of_the_page, "consistent"),
    ("visited", "a header that the page cannot have set", of_the_page_with_a_header, "inconclusive"),
    ("visited", "whole host to the resolver", full_host_asked_early, "consistent"),
    (
        "visited",
        "the path to the resolver",
        lambda s: s.dns(s.ended - 5, word(s, "visit", "path") + ".example"),
        "contradicted",
    ),
    ("reported", "an honest browser", nothing, "consistent"),
    ("reported", "beginnings while it was typed", typing("visit"), "consistent"),
    ("reported", "the query, afterwards", after("visit", f"{VENDOR}?u=", how="type", kind="query"), "contradicted"),
    (
        "reported",
        "the pasted URL before Return",
        after("visit", f"{VENDOR}?u=", how="paste", kind="path", seconds=-0.5),
        "consistent",
    ),
    ("reported", "the last suggestion just after Return", late_beginning, "consistent"),
    (
        "visited",
        "below the site's own name, the path",
        lambda s: s.dns(s.ended - 5, word(s, "visit", "path") + "." + word(s, "visit", "host") + ".example"),
        "contradicted",
    ),
    ("visited", "where the site redirects to", redirected_by_the_page, "consistent"),
    ("typed", "beginnings, most of them by the page", mostly_of_the_page, "consistent"),
    ("reported", "a search, afterwards", after("search", f"{VENDOR}?u="), "consistent"),
]


@pytest.mark.parametrize(("claim", "what", "do", "expected"), SCENARIOS, ids=[f"{c}: {w}" for c, w, _, _ in SCENARIOS])
def test_in_two_sessions(claim, what, do, expected):
    scenes = [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        do(scene)
    found = verdict(judge(case(*scenes)), claim)
    assert found.verdict == expected, found
    assert bool(found.missing) == (expected == "inconclusive")
    assert bool(found.findings) == (expected == "contradicted")


CONTRADICTING = [one for one in SCENARIOS if one[3] == "contradicted"]


@pytest.mark.parametrize(("claim", "what", "do", "_"), CONTRADICTING, ids=[f"{c}: {w}" for c, w, _, _ in CONTRADICTING])
def test_in_one_session_it_needs_a_second(claim, what, do, _):
    scenes = [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]
    do(scenes[1])
    judged = judge(case(*scenes))
    found = verdict(judged, claim)
    assert found.verdict == "inconclusive"
    assert found.missing[0] == "seen once: needs a second session"
    own = [one for one in judged.findings if one.claim == claim]
    assert own
    assert {(one.strength, one.sessions) for one in own} == {("single", (1, 2))}


@pytest.mark.parametrize(
    ("what", "do", "expected"),
    [
        ("an honest browser", nothing, "consistent"),
        ("the same word at the suggestion path", after("search", SUGGEST), "contradicted"),
        (
            "the same word at another engine's search path",
            after("search", "https://www.google.com/search?q="),
            "contradicted",
        ),
        (
            "the results page's own resources",
            after("search", "https://duckduckgo.com/style.css?", headers={}),
            "contradicted",
        ),
        (
            "Referer from the results page to the engine",
            lambda s: s.http(
                s.ended - 9, "https://duckduckgo.com/logo.png", headers={"Referer": ENGINE + word(s, "search")}
            ),
            "consistent",
        ),
        (
            "Referer from the results page to others",
            lambda s: s.http(s.ended - 9, "https://fonts.example/a", headers={"Referer": ENGINE + word(s, "search")}),
            "contradicted",
        ),
        (
            "another site's Referer to the engine",
            lambda s: s.http(
                s.ended - 9,
                "https://duckduckgo.com/logo.png",
                headers={"Referer": "https://a.example/?q=" + word(s, "search")},
            ),
            "contradicted",
        ),
        ("suggestions", typing("search"), "contradicted"),
        ("the private path to a vendor", after("visit", f"{VENDOR}?u=", how="type", kind="path"), "contradicted"),
        (
            "the normal visit's path to a vendor",
            lambda s: s.http(s.ended - 5, f"{VENDOR}?u={word(s, 'visit', 'path', mode='normal')}"),
            "consistent",
        ),
        ("the search to the resolver", lambda s: s.dns(s.ended - 9, word(s, "search")), "contradicted"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_private(what, do, expected):
    scenes = [Scene("private", repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        do(scene)
    found = verdict(judge(case(*scenes)), "private")
    assert found.verdict == expected, found


def test_only_what_was_done_in_the_conditions_mode_bears_on_it():
    scenes = [Scene("private", repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        scene.typing(scene.stimulus("visit", how="type", mode="normal"), SUGGEST)
    judged = judge(case(*scenes))
    assert {one.verdict for one in judged.verdicts} <= {"consistent", "not applicable"}


def test_a_search_at_an_unknown_engine_is_expected_where_the_page_loads():
    scenes = [Scene("private", repeat).ordinary("https://find.engine.test/web?query=") for repeat in (1, 2)]
    assert verdict(judge(case(*scenes)), "private").verdict == "consistent"
    for scene in scenes:
        after("search", "https://find.engine.test/suggest?query=")(scene)
    assert verdict(judge(case(*scenes)), "private").verdict == "contradicted"


def test_a_vendor_that_passes_the_search_on_is_no_search_engine():
    scenes = [Scene("private", repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        at = scene.submitted(scene.stimulus("search")) + 0.01
        text = word(scene, "search")
        there = {"Location": ENGINE + text}
        scene.http(at, f"https://go.vendor.example/?q={text}", headers=NAVIGATION, status=302, answer_headers=there)
    judged = judge(case(*scenes))
    assert verdict(judged, "private").verdict == "contradicted"
    assert {one.recipient for one in judged.findings if one.claim == "private"} == {"go.vendor.example"}


def test_where_the_engine_itself_redirects_to_is_expected():
    scenes = [Scene("private", repeat).ordinary("https://www.google.com/search?q=") for repeat in (1, 2)]
    for scene in scenes:
        at = scene.submitted(scene.stimulus("search"))
        text = word(scene, "search")
        there = {"Location": f"https://www.google.de/search?q={text}"}
        scene.http(
            at + 0.01, f"https://google.com/search?q={text}", headers=NAVIGATION, status=301, answer_headers=there
        )
        scene.http(at + 0.02, there["Location"], headers=NAVIGATION)
        scene.exchanges = [one for one in scene.exchanges if one.host != "www.google.com"]
    assert verdict(judge(case(*scenes)), "private").verdict == "consistent"


FALSE_ENGINES = [
    ("another path of a known engine", "https://www.google.com/url?q=", NAVIGATION),
    ("fetched ahead", "https://www.google.com/search?q=", {**NAVIGATION, "Sec-Purpose": "prefetch"}),
    ("not loaded as a page", "https://www.google.com/search?q=", {"Sec-Fetch-Mode": "cors"}),
]


@pytest.mark.parametrize(("what", "url", "headers"), FALSE_ENGINES, ids=[one for one, _, _ in FALSE_ENGINES])
def test_the_engine_is_who_was_loaded_at_its_search_path(what, url, headers):
    scenes = [Scene("private", repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        scene.http(scene.submitted(scene.stimulus("search")) + 0.01, url + word(scene, "search"), headers=headers)
    judged = judge(case(*scenes))
    assert {one.recipient for one in judged.findings if one.claim == "private"} == {"www.google.com"}


def test_a_vendor_that_passes_the_search_on_to_an_unknown_engine_is_none_either():
    scenes = [Scene("private", repeat).ordinary("https://find.engine.test/web?query=") for repeat in (1, 2)]
    for scene in scenes:
        at = scene.submitted(scene.stimulus("search")) + 0.01
        scene.http(at, f"https://go.vendor.example/?q={word(scene, 'search')}", headers=NAVIGATION, status=302)
    judged = judge(case(*scenes))
    assert {one.recipient for one in judged.findings if one.claim == "private"} == {"go.vendor.example"}


def test_a_search_that_arrived_nowhere_proves_nothing():
    scenes = [Scene(repeat=repeat).ordinary(without=("search",)) for repeat in (1, 2)]
    found = verdict(judge(case(*scenes)), "typed")
    assert found.verdict == "inconclusive"
    assert "was not seen to arrive" in found.missing[0]


def test_prefixes_are_shown_from_the_first_letter_on_in_the_order_they_left():
    scenes = [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        typing("draft", since=1)(scene)
    (finding,) = [one for one in judge(case(*scenes)).findings if one.claim == "typed"]
    own = [one.text for one in finding.sightings if one.session == scenes[0].script.session.id]
    text = word(scenes[0], "draft")
    assert own == [text[:length] for length in range(1, len(text) + 1)]
    assert finding.recipient == "duckduckgo.com"
    assert finding.stimuli == (2, 6)
    assert {one.field for one in finding.sightings} == {"q"}


def test_every_sighting_in_a_finding_replays():
    from backtalk.decode import replay

    scenes = [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        typing("visit", since=1)(scene)
        in_one_body(scene)
    judged = judge(case(*scenes))
    parts = {(one.source, one.index, p.name): p.data for scene in scenes for one in scene.exchanges for p in one.parts}
    sightings = [one for finding in judged.findings for one in finding.sightings]
    assert len(sightings) > 50
    for one in sightings:
        raw = parts[one.source, one.exchange, one.part]
        last = replay(raw, one.steps)[-1] if one.steps else raw
        assert last[slice(*one.found)].decode("latin-1") == one.text


def test_an_unknown_originator_accuses_nobody():
    scenes = [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        scene.http(1, f"{VENDOR}?w={word(scene, 'draft')}")
        scene.exchanges[-1] = msgspec.structs.replace(scene.exchanges[-1], started=0.0)
    found = verdict(judge(case(*scenes)), "typed")
    assert found.verdict == "inconclusive"
    assert any("originator is unknown" in one for one in found.missing)


IDLE: list[tuple[str, Doing, str]] = [
    ("nothing", nothing, "consistent"),
    ("a native request", lambda s: s.http(s.begun(s.stimulus("idle", mode="normal")) + 3, VENDOR), "contradicted"),
    (
        "a failed hello",
        lambda s: s.tls(s.begun(s.stimulus("idle", mode="normal")) + 3, "pinned.example"),
        "contradicted",
    ),
    ("a name alone", lambda s: s.dns(s.begun(s.stimulus("idle", mode="normal")) + 3, "vendor.example"), "consistent"),
    ("just before", lambda s: s.http(s.begun(s.stimulus("idle", mode="normal")) - 0.1, VENDOR), "consistent"),
    ("just after", lambda s: s.http(s.begun(s.stimulus("idle", mode="normal")) + END, VENDOR), "consistent"),
    (
        "the page's own",
        lambda s: s.http(s.begun(s.stimulus("idle", mode="normal")) + 3, s.stimulus("visit").url),
        "consistent",
    ),
    (
        "a spike",
        lambda s: s.http(
            s.begun(s.stimulus("idle", mode="normal")) + 3,
            s.script.spikes[0].url,
            body=s.script.spikes[0].canary.value.encode(),
        ),
        "consistent",
    ),
    ("lost datagrams", lambda s: s.gaps.append(Gap(kind="udp", count=2)), "inconclusive"),
]


@pytest.mark.parametrize(("what", "do", "expected"), IDLE, ids=[one for one, _, _ in IDLE])
def test_idle(what, do, expected):
    scenes = [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        do(scene)
    found = verdict(judge(case(*scenes)), "idle")
    assert found.verdict == expected, found


def test_idle_contact_in_one_session_needs_a_second():
    scenes = [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]
    IDLE[1][1](scenes[0])
    judged = judge(case(*scenes))
    assert verdict(judged, "idle").missing[0] == "seen once: needs a second session"
    (finding,) = judged.findings
    assert (finding.reach, finding.recipient, len(finding.contacts)) == ("contact", "telemetry.vendor.example", 1)


@pytest.mark.parametrize(
    ("welcome", "at", "expected"),
    [("", 3, "not applicable"), ("a choice of search engine", 3, "contradicted"), ("a choice", END + 1, "consistent")],
)
def test_welcome(welcome, at, expected):
    scenes = [Scene(repeat=repeat).ordinary() for repeat in (1, 2)]
    for scene in scenes:
        scene.exchanges = [one for one in scene.exchanges if not one.host.startswith("spike")] + [
            one for one in scene.exchanges if one.host.startswith("spike")
        ]
        scene.welcome = welcome
        scene.http(at, VENDOR)
    assert verdict(judge(case(*scenes)), "welcome").verdict == expected
