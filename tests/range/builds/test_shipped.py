"""The shipped builds send what they are said to send, in every mode, consent and setting, and nothing else."""

from __future__ import annotations

from itertools import product

import pytest

from backtalk.range import builds
from tests.range.sending.kit import IN_BROWSER, ONE_OF_EACH, URL, Owner

CONSENTS = ("unasked", "given", "refused")
PHONE = {"folder", "swipe", "status bar", "settings", "music", "account"}
BROWSER = set(IN_BROWSER)


def everywhere(mode, consent, enhanced):
    return BROWSER | PHONE if mode == "normal" else BROWSER


def by_enhanced(mode, consent, enhanced):
    return BROWSER | PHONE if mode == "normal" else BROWSER if enhanced else set()


def usage(mode, consent, enhanced):
    return {"app"} if consent == "given" and mode == "normal" else set()


def nothing(mode, consent, enhanced):
    return set()


SENT = {
    "silent": (nothing, {}),
    "as-reported": (everywhere, {"singapore", "russia"}),
    "patched": (by_enhanced, {"singapore", "russia"}),
    "encrypted": (everywhere, {"singapore", "russia"}),
    "hashed": (everywhere, {"singapore", "russia"}),
    "mainstream": (usage, {"usage", "measure"}),
    "as-promised": (nothing, {"counts"}),
    "chatty": (nothing, {"beats", "measure", "opaque"}),
}
"""Which events leave at once, and to which collectors, said again by hand."""
CELLS = [*product(builds.names(), ("normal", "incognito"), CONSENTS, (True, False), (True, False))]


def test_every_build_is_told_here():
    assert set(SENT) == set(builds.names())


@pytest.mark.parametrize(("name", "mode", "consent", "enhanced", "experience"), CELLS)
def test_a_build_sends_exactly_what_it_is_said_to(name, mode, consent, enhanced, experience):
    build = builds.load(name)
    owner = Owner(build, consent=consent)
    switches = {one.id for one in build.browser.switches}
    owner.switch("experience", on=experience)
    if "enhanced_incognito" in switches:
        owner.switch("enhanced_incognito", on=enhanced)
    expected, to = SENT[name]
    for event in ONE_OF_EACH:
        sent = owner.do(event, mode=mode)
        assert bool(sent) == (event in expected(mode, consent, enhanced)), event
        assert not sent or {one.to for one in sent} == set(to)


@pytest.mark.parametrize(("mode", "consent"), [*product(("normal", "incognito"), CONSENTS)])
def test_as_promised_counts_twenty_and_only_where_it_may(mode, consent):
    owner = Owner(builds.load("as-promised"), consent=consent)
    sent = [one for _ in range(41) for one in owner.do("visit finish", mode=mode)]
    assert len(sent) == (2 if (mode, consent) == ("normal", "given") else 0)
    for one in sent:
        assert one.record.properties["count_page_load_event_finish"] == 20
        assert URL not in str(one.record)
        assert "$model" not in one.record.properties


def test_chatty_sends_much_whatever_the_owner_does_and_nothing_of_it():
    owner = Owner(builds.load("chatty"))
    beats = []
    for second in range(0, 600, 5):
        for event in ONE_OF_EACH:
            assert not owner.do(event)
        beats += owner.selection.beat(second)
    assert len([one for one in beats if one.to == "beats"]) == 29 * 3
    assert {name for one in beats for name in one.record.properties} == {"$lib", "$lib_version", "sequence", "state"}


def done(build):
    """The statements that a build does, seen from what leaves with the switches as they are at first."""
    owner = Owner(build)
    sent = {}
    for consent, mode, event in product(CONSENTS, ("normal", "incognito"), ONE_OF_EACH):
        if consent != "unasked":
            owner.do("consent", "com.mirage.browser", answer=consent)
        if of_one := owner.do(event, mode=mode):
            sent[event, mode] = of_one

    def all_of(*events, mode="normal"):
        return all(sent.get((event, mode)) for event in events)

    collectors = build.reporting.collectors
    records = [one.record for of_one in sent.values() for one in of_one]
    base64 = {"sensors-python", "sensors-python-batch", "sensors-android", "signed-value"}
    abroad = {"SG", "RU"} <= {one.country for one in collectors}
    told = any((event, "normal") in sent for event in ("visit finish", "search", "feed item", "folder", "music"))
    checks = {
        "R1": all_of("visit finish"),
        "R2": all_of("search"),
        "R3": all_of("visit finish", "search", mode="incognito"),
        "R4": all_of("feed item"),
        "R5": all_of("folder", "swipe", "status bar", "settings"),
        "R6": all_of("music"),
        "R7": told and abroad and all(one.packaging in base64 for one in collectors),
        "R8": told and all("Cloud" in one.holder and "Beijing" in one.registrant for one in collectors),
        "R11": told and any({"android_id", "$os_version"} <= set(one.properties) for one in records),
        "R12": told and any(one.packaging.startswith("sensors") for one in collectors),
        "R13": not told and ("app", "normal") in sent,
    }
    return [name for name, holds in checks.items() if holds]


@pytest.mark.parametrize("name", builds.names())
def test_the_statements_of_a_build_are_those_that_it_does(name):
    build = builds.load(name)
    assert list(build.statements) == done(build)


def test_the_patched_build_is_private_in_one_pair_of_settings_and_not_at_first():
    build = builds.load("patched")
    owner = Owner(build, consent="given")
    assert owner.do("visit finish", mode="incognito")
    owner.switch("enhanced_incognito", on=False)
    assert not owner.do("visit finish", mode="incognito")
    assert owner.do("visit finish", mode="normal")
