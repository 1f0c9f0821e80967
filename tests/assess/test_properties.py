"""What must hold whatever a browser sends."""

from __future__ import annotations

import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backtalk.assess import judge
from tests.assess.scene import Scene, case
from tests.assess.test_verdicts import typing

CARRYING = ("typed", "visited", "private", "reported")
ACTS = ("visit", "search", "draft")
MORE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

hosts = st.sampled_from(["duckduckgo.com", "vendor.example", "www.google.com", "incoming.telemetry.mozilla.org"])
moments = st.floats(min_value=0.5, max_value=159.0, allow_nan=False)
condition = st.sampled_from(["normal", "private"])
unlike = st.text(alphabet=string.ascii_uppercase + string.digits + '{}=&%+/:."', max_size=60)
"""Bytes in which no canary can stand: the letters are upper case and hold no vowel's word by construction."""


def words(judged, *claims: str) -> dict[tuple[str, str], str]:
    return {(one.claim, one.condition): one.verdict for one in judged.verdicts if not claims or one.claim in claims}


def scenes(kind: str, *, leaking: bool = False) -> list[Scene]:
    made = [Scene(kind, repeat).ordinary() for repeat in (1, 2)]
    for scene in made:
        if leaking:
            typing("search")(scene)
    return made


@MORE
@given(
    condition,
    st.lists(
        st.tuples(hosts, moments, st.integers(0, 39), st.integers(3, 12), st.sampled_from(["query", "body", "path"])),
        max_size=12,
    ),
    st.booleans(),
)
def test_no_decoy_is_part_of_a_finding_nor_of_a_contradiction(kind, sent, leaking):
    made = scenes(kind, leaking=leaking)
    whole = False
    for scene in made:
        for host, at, number, letters, where in sent:
            value = scene.script.decoys[number].value[:letters]
            whole = whole or letters >= len(scene.script.decoys[number].value)
            url = {"query": f"https://{host}/c?v={value}", "path": f"https://{host}/{value}"}.get(
                where, f"https://{host}/c"
            )
            scene.http(at, url, body=b'{"v":"%s"}' % value.encode() if where == "body" else b"")
    judged = judge(case(*made))
    decoys = {decoy.value for scene in made for decoy in scene.script.decoys}
    assert not any(one.canary in decoys for finding in judged.findings for one in finding.sightings)
    alarms = [session.decoy_sightings for session in judged.sessions]
    if all(alarms):
        assert "contradicted" not in words(judged).values()
        assert "consistent" not in words(judged, *CARRYING).values()
    if not leaking:
        assert "contradicted" not in words(judged, *CARRYING).values()


@MORE
@given(
    condition,
    st.lists(st.tuples(hosts, moments, st.binary(min_size=1, max_size=40)), min_size=1, max_size=6),
    st.booleans(),
)
def test_unread_payload_never_acquits(kind, sent, leaking):
    made = scenes(kind, leaking=leaking)
    before = words(judge(case(*made)), *CARRYING)
    for scene in made:
        for host, at, secret in sent:
            scene.opaque(at, host, b"\x80" + secret)
    after = words(judge(case(*made)), *CARRYING)
    for key, word in after.items():
        assert word == before[key] or (before[key], word) == ("consistent", "inconclusive")


@MORE
@given(condition, st.lists(st.tuples(hosts, moments, unlike, unlike), max_size=12))
def test_exchanges_that_hold_no_canary_never_contradict(kind, sent):
    made = scenes(kind)
    for scene in made:
        for host, at, query, body in sent:
            text = f"{query} {body}".lower()
            if any(canary.value[:4] in text for canary in scene.script.planted):
                continue
            scene.http(at, f"https://{host}/p", body=body.encode(), headers={"X-Note": query})
    assert "contradicted" not in words(judge(case(*made)), *CARRYING).values()


@MORE
@given(condition, st.sampled_from(ACTS), st.integers(0, 12), st.booleans())
def test_one_session_alone_never_contradicts(kind, action, since, whole):
    made = scenes(kind)
    scene = made[0]
    stimulus = scene.stimulus(action)
    scene.typing(stimulus, "https://vendor.example/s?q=", since=since + 1)
    if whole:
        scene.http(scene.ended - 3, f"https://vendor.example/w?q={stimulus.canaries[0].value}")
    assert "contradicted" not in words(judge(case(*made))).values()


@MORE
@given(st.permutations([4, 5, 6, 7, 8]), st.lists(st.sampled_from(["a", "b", "c"]), min_size=5, max_size=5))
def test_a_sequence_needs_three_growing_beginnings_at_one_recipient(order, recipients):
    scene = Scene().ordinary()
    draft = scene.stimulus("draft")
    for number, (length, who) in enumerate(zip(order, recipients, strict=True)):
        scene.http(scene.begun(draft) + 1 + number, f"https://{who}.example/s?q={draft.text[:length]}")
    reached: dict[tuple[str, int], tuple[int, int]] = {}
    for length, who in zip(order, recipients, strict=True):
        best = max((run for (other, end), (run, _) in reached.items() if other == who and end < length), default=0)
        reached[who, length] = (best + 1, length)
    passes = {who for (who, _), (run, _) in reached.items() if run >= 3}
    told = {one.recipient.split(".")[0] for one in scene.view().keystrokes}
    # The longest of all runs must end at six letters or more: with lengths of 4 to 8, three growing ones always do.
    assert told == passes
