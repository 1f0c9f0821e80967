"""Identities survive what they survive on a phone, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.handset.identities import born, readvertised, reset
from tests.range.handset.kit import BROWSER, Desk

HARDWARE = ("serial", "imei", "wifi_mac", "bluetooth_mac")


def luhn(number):
    digits = [int(digit) for digit in reversed(number)]
    return sum(digit if not place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)) % 10


@given(st.integers(0, 1 << 62))
def test_a_seed_gives_the_same_sound_identities_again(seed):
    one = born(seed)
    assert one == born(seed)
    assert one != born(seed + 1)
    assert (len(one.imei), luhn(one.imei)) == (15, 0)
    assert int(one.wifi_mac[:2], 16) & 3 == 2, "locally administered, of one device"
    assert len(one.android_id) == 16
    assert one.android_id_for("a") != one.android_id_for("b")


def test_a_factory_reset_renews_what_is_not_hardware_each_time():
    first = born(3)
    second, third = reset(first, 3, 1), reset(first, 3, 2)
    for one in (second, third):
        assert all(getattr(one, name) == getattr(first, name) for name in HARDWARE)
    assert len({first.android_id, second.android_id, third.android_id}) == 3
    assert (
        len(
            {
                first.advertising_id,
                second.advertising_id,
                third.advertising_id,
                readvertised(first, 3, 1).advertising_id,
            }
        )
        == 4
    )


@pytest.mark.parametrize(
    ("done", "kept"),
    [
        (lambda desk: desk.phone.reboot(), {"android_id", "advertising_id", "account", "consent"}),
        (
            lambda desk: desk.say("am force-stop com.mirage.browser"),
            {"android_id", "advertising_id", "account", "consent"},
        ),
        (lambda desk: desk.say("pm clear com.mirage.browser"), {"android_id", "advertising_id", "account"}),
        (
            lambda desk: desk.say(f"pm uninstall --user 0 {BROWSER} && pm install-existing {BROWSER}"),
            {"android_id", "advertising_id", "account"},
        ),
        (lambda desk: desk.phone.factory_reset(), set()),
        (lambda desk: desk.phone.readvertise(), {"android_id", "account", "consent"}),
    ],
    ids=["restart", "force-stop", "clear data", "reinstall", "factory reset", "another advertising ID"],
)
def test_what_survives(done, kept):
    desk = Desk()
    desk.say(f"am start -n {BROWSER}/.BrowserActivity")
    desk.tap("Agree")
    desk.phone.sign("me@mail.example")

    def facts():
        ids = desk.phone.identities
        return {
            "android_id": (ids.android_id, desk.say("settings get secure android_id")),
            "advertising_id": ids.advertising_id,
            "account": ids.account,
            "consent": desk.phone.apps[BROWSER].saved.consent,
        }

    hardware = [getattr(desk.phone.identities, name) for name in HARDWARE]
    before = facts()
    done(desk)
    after = facts()
    assert {name for name in before if before[name] == after[name]} == kept
    assert [getattr(desk.phone.identities, name) for name in HARDWARE] == hardware


def test_signing_in_and_out_and_another_advertising_id_by_the_settings():
    desk = Desk()
    for words in ("Settings", "Mirage Account", "Sign in", "account_name"):
        desk.tap(words)
    desk.say("input text me@mail.example; input keyevent ENTER")
    assert desk.phone.identities.account == "me@mail.example"
    assert "name=me@mail.example" in desk.say("dumpsys account")
    desk.tap("Sign out")
    assert desk.phone.identities.account == ""
    before = desk.phone.identities.advertising_id
    desk.say("input keyevent BACK")
    for words in ("Privacy", "Ads", "Reset advertising ID"):
        desk.tap(words)
    assert desk.phone.identities.advertising_id not in {before, ""}
    assert desk.phone.identities.advertising_id in desk.words()


def test_a_clock_that_is_moved_moves_nothing_else():
    desk = Desk()
    up = desk.say("uptime").split("up")[1]
    desk.say("date 080112002021.30")
    assert desk.say("date +%Y-%m-%dT%H:%M:%S") == "2021-08-01T12:00:30\n"
    assert desk.say("uptime").split("up")[1] == up
    assert "12:00" in desk.words()
    desk.say("date @1700000000")
    assert desk.say("date +%s") == "1700000000\n"
    assert desk.run("date 99999999", code=1)[1] == "date: bad date '99999999'\n"
