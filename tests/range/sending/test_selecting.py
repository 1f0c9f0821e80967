"""What happens is reported exactly where the build's file says so, under the identifiers that it says."""

from __future__ import annotations

from itertools import product

import pytest

from backtalk.range import builds
from backtalk.range.handset.happening import Happening
from backtalk.range.sending.identifying import SIGNER
from backtalk.range.sending.naming import EVENTS
from tests.range.sending.kit import BROWSER, DAY, HOME, IN_BROWSER, MUSIC, ONE_OF_EACH, START, URL, Owner

HEAD = 'name = "x"\nsummary = "s"\nlike = "silent"\n[[collectors]]\nid = "c"\nhost = "c.example"\npackaging = "xor"\n'
ALL_EVENTS = ", ".join(f'"{one}"' for one in ONE_OF_EACH)
EVERYTHING = 'modes = ["normal", "incognito", "enhanced"]\nconsent = ["unasked", "given", "refused"]\n'


def build(report, *identifiers):
    kinds = "".join(f'[[identifiers]]\nid = "{one}"\nkind = "{one}"\nproperty = "own"\n' for one in identifiers)
    return builds.parse(f'{HEAD}{kinds}[[reports]]\nto = ["c"]\n{report}')


def identified(kind, **how):
    return Owner(build(f'events = [{ALL_EVENTS}]\nidentifiers = ["{kind}"]\n{EVERYTHING}', kind), **how)


def who(owner, event="search", **how):
    (record,) = owner.records(event, **how)
    return record.distinct_id


def test_every_event_that_can_be_reported_has_a_name():
    assert set(EVENTS) == set(ONE_OF_EACH)


def test_an_event_is_named_and_told_as_published():
    owner = Owner(build(f"events = [{ALL_EVENTS}]\n{EVERYTHING}"))
    told = {event: owner.records(event)[0] for event in ONE_OF_EACH}
    assert told["visit start"].event == "page_load_event_start"
    assert told["visit finish"].event == "page_load_event_finish"
    assert told["visit finish"].properties["url"] == URL
    assert told["search"].properties["search_word"] == "zavorimupe"
    assert told["search"].properties["used_searchengine"] == "RangeSearch"
    assert told["download"].properties["type"] == "general"
    assert told["folder"].properties["folder_name"] == "Tools"
    assert told["music"].properties["track"] == "Harbour Lights"
    assert told["account"].type == "track_signup"
    assert all(one.time == START * 1000 for one in told.values())
    assert "$model" not in told["search"].properties
    (private,) = owner.records("download", mode="incognito")
    assert private.properties["type"] == "privacy"


@pytest.mark.parametrize("event", ONE_OF_EACH)
@pytest.mark.parametrize("reported", ONE_OF_EACH)
def test_only_the_events_that_are_named_are_sent(reported, event):
    owner = Owner(build(f'events = ["{reported}"]\n{EVERYTHING}'))
    assert bool(owner.do(event)) == (event == reported)


@pytest.mark.parametrize("modes", [["normal"], ["incognito"], ["enhanced"], ["normal", "enhanced"]])
@pytest.mark.parametrize("consents", [["unasked"], ["given"], ["refused"], ["unasked", "refused"]])
def test_only_in_the_modes_and_under_the_consent_that_are_named(modes, consents):
    made = build(f"events = [{ALL_EVENTS}]\nmodes = {modes}\nconsent = {consents}\n".replace("'", '"'))
    for consent, mode, enhanced in product(("unasked", "given", "refused"), ("normal", "incognito"), (True, False)):
        owner = Owner(made, consent=consent)
        owner.switch("enhanced_incognito", on=enhanced)
        meant = "enhanced" if mode == "incognito" and enhanced else mode
        for event in IN_BROWSER:
            assert bool(owner.do(event, mode=mode)) == (meant in modes and consent in consents)


def test_a_switch_decides():
    owner = Owner(build('events = ["search"]\nswitches = {experience = true}\n'), consent="given")
    assert not owner.do("search")
    owner.switch("experience", on=True)
    assert owner.do("search")
    owner.do("switch", "com.android.settings", name="experience", on="0")
    assert owner.do("search"), "another program's switch of the same name is another switch"
    owner.switch("experience", on=False)
    assert not owner.do("search")


def test_erased_data_asks_again_and_switches_back():
    owner = Owner(build('events = ["search"]\nswitches = {experience = true}\n'), consent="given")
    owner.switch("experience", on=True)
    owner.do("clear data", name=MUSIC)
    assert owner.do("search")
    owner.do("clear data", name=BROWSER)
    owner.do("consent", BROWSER, answer="given")
    assert not owner.do("search")


def test_only_slow_pages_where_it_says_so():
    owner = Owner(build('events = ["visit finish", "search"]\nslower_ms = 3000\n'), consent="given")
    assert not owner.do("visit finish", url=URL, ms="2999")
    assert owner.do("visit finish", url=URL, ms="3000")
    assert owner.do("search")


def test_counts_say_how_often_and_nothing_else():
    owner = Owner(build('events = ["search", "visit finish"]\ncount_of = 3\n'), consent="given")
    assert not owner.do("search")
    assert not owner.do("visit finish")
    (record,) = owner.records("search")
    assert record.event == "usage_counts"
    assert {n: v for n, v in record.properties.items() if n.startswith("count_")} == {
        "count_search": 2,
        "count_page_load_event_finish": 1,
    }
    assert URL not in str(record.properties)
    assert "zavorimupe" not in str(record.properties)
    assert not owner.do("search"), "it begins anew"


def test_the_handset_is_described_where_it_says_so():
    (record,) = Owner(build('events = ["search"]\ndevice = true\n'), consent="given").records("search")
    assert record.properties["$model"] == "Mirage M9"
    assert record.properties["$os_version"] == "10"
    assert record.properties["$carrier"] == "Range Telecom"


def test_a_random_identifier_is_the_programs_until_its_data_is_erased():
    owner = identified("random")
    first = who(owner)
    owner.moment += 1000 * DAY
    assert who(owner) == first
    assert who(owner, "folder") != first, "each program has its own"
    owner.do("clear data", name=HOME)
    assert who(owner) == first
    owner.do("clear data", name=BROWSER)
    assert who(owner) != first
    assert who(identified("random")) == first
    assert who(identified("random", seed=2)) != first


def test_daily_use_for_two_years_gives_nine_identifiers_or_one():
    for kind, daily, rare in (("rotating", 9, 9), ("never rotating", 1, 9)):
        for every, expected in ((1, daily), (91, rare)):
            owner = identified(kind)
            seen = set()
            for _ in range(0, 730, every):
                seen.add(who(owner))
                owner.moment += every * DAY
            assert len(seen) == expected, (kind, every)


def test_the_handsets_own_identifier_outlives_the_data():
    owner = identified("android_id")
    first = who(owner)
    assert first == owner.identities.android_id_for(SIGNER)
    owner.do("clear data", name=BROWSER)
    assert who(owner) == first == who(owner, "music")


def test_the_account_is_who_somebody_is_once_signed_in():
    report = f'events = [{ALL_EVENTS}]\nidentifiers = ["account", "random"]\n{EVERYTHING}'
    owner = Owner(build(report, "account", "random"))
    before = who(owner, app="android")
    (signup,) = (one.record for one in owner.sign("me@mail.example"))
    assert (signup.event, signup.distinct_id, signup.original_id) == ("$SignUp", "me@mail.example", before)
    assert who(owner) == "me@mail.example"
    assert not owner.sign("")
    assert who(owner, app="android") == before


def test_nobody_is_named_where_nothing_names():
    (record,) = identified("none").records("search")
    assert record.distinct_id == "anonymous"
    assert "own" not in record.properties


def test_an_identifier_is_a_property_too():
    (record,) = identified("random").records("search")
    assert record.properties["own"] == record.distinct_id


def test_the_factory_forgets_everything():
    owner = identified("random", consent="given")
    first = who(owner)
    owner.do("factory reset")
    assert who(owner) != first
    assert owner.selection.consent == "unasked"


def test_heartbeats_come_when_due_and_say_nothing_of_the_owner():
    made = builds.parse(HEAD + '[[heartbeats]]\nevery = 60\nevents = 2\nto = ["c"]\nconsent = ["given"]\n')
    owner = Owner(made)
    assert not list(owner.selection.beat(0))
    assert not list(owner.selection.beat(60)), "not without consent"
    owner.do("consent", BROWSER, answer="given")
    owner.selection.hear(Happening(moment=61, app=BROWSER, event="search", details=ONE_OF_EACH["search"][1]))
    beats = [one.record for one in owner.selection.beat(61)]
    assert [one.properties["sequence"] for one in beats] == [1, 2]
    assert {one.event for one in beats} == {"heartbeat"}
    assert not list(owner.selection.beat(120))
    assert len(list(owner.selection.beat(5000))) == 2, "what was missed is not made up for"
