"""The commands of the shell say what a phone's say."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range import LABEL
from backtalk.range.handset.shell.commands import COMMANDS, FAMILIES
from tests.range.handset.kit import BROWSER, START, Desk

WORDS = st.sampled_from(
    [
        "-f",
        "-d",
        "-S",
        "9",
        "-n",
        "/sdcard",
        "/",
        "..",
        "list",
        "packages",
        "start",
        "get",
        "put",
        "global",
        "a",
        "tap",
        "swipe",
        "text",
        "keyevent",
        "nan",
        "1e999",
        "-1",
        "install",
        "grant",
        "dump",
        "@9",
        "+%s",
        "%",
        "wlan0",
        "",
        BROWSER,
        "\udcff",
    ]
)


def package(name, code):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("ABOUT.txt", f"package: {name}\nversion: 1.{code} ({code})\n")
    return kept.getvalue()


def test_names_are_there_once_and_each_family_tells_its_limits():
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))
    assert all(family.LIMITATIONS for family in FAMILIES)


@given(st.sampled_from(COMMANDS), st.lists(WORDS, max_size=5))
def test_no_command_breaks_on_any_words(command, words):
    desk = Desk()
    line = " ".join([command.name, *("'" + word + "'" for word in words)])
    out, err = desk.run(line, b"stdin")
    assert "Traceback" not in out + err


def test_properties():
    desk = Desk()
    assert desk.say("getprop ro.product.model") == "Mirage M9\n"
    assert desk.say("getprop none") == "\n"
    assert f"[ro.serialno]: [{desk.phone.identities.serial}]" in desk.say("getprop")
    assert desk.say("setprop debug.x 1; getprop debug.x") == "1\n"
    assert "Failed to set property" in desk.run("setprop ro.x 1", code=1)[1]


def test_packages_are_listed_with_their_paths():
    desk = Desk()
    assert f"package:/system/app/Browser/Browser.apk={BROWSER}\n" in desk.say("pm list packages -f")
    assert desk.say("pm list packages fileexp") == "package:com.mirage.fileexplorer\n"
    assert desk.say("pm list packages -3") == ""
    assert desk.say(f"pm path {BROWSER}") == "package:/system/app/Browser/Browser.apk\n"
    assert desk.run("pm path none", code=1) == ("", "")
    assert desk.say("cmd package list packages") == desk.say("pm list packages")
    assert "versionName=12.1.3-g" in desk.say(f"dumpsys package {BROWSER}")


def test_permissions_are_granted_and_taken_and_only_those_that_can_be():
    desk, phone = Desk(), "android.permission.READ_PHONE_STATE"
    assert f"{phone}: granted=false" in desk.say(f"dumpsys package {BROWSER}")
    desk.say(f"pm grant {BROWSER} {phone}")
    assert f"{phone}: granted=true" in desk.say(f"dumpsys package {BROWSER}")
    desk.say(f"pm revoke {BROWSER} {phone}")
    assert f"{phone}: granted=false" in desk.say(f"dumpsys package {BROWSER}")
    assert "has not requested" in desk.run(f"pm grant {BROWSER} android.permission.CAMERA", code=255)[1]
    assert "not a changeable" in desk.run(f"pm grant {BROWSER} android.permission.INTERNET", code=255)[1]
    assert "Unknown package" in desk.run(f"pm grant none {phone}", code=255)[1]


def test_programs_are_installed_updated_and_removed():
    desk = Desk()
    desk.phone.files.write("/data/local/tmp/a.apk", package("org.example.a", 5))
    assert desk.say("pm install /data/local/tmp/a.apk") == "Success\n"
    assert desk.say("pm path org.example.a") == "package:/data/app/org.example.a-1/base.apk\n"
    data = package("org.example.a", 4)
    assert "DOWNGRADE" in desk.run(f"pm install -S {len(data)}", data, code=1)[1]
    data = package("org.example.a", 6)
    assert desk.run(f"cmd package install -r -S {len(data)}", data, code=0)[0] == "Success\n"
    assert "versionCode=6" in desk.say("dumpsys package org.example.a")
    assert desk.say("pm uninstall org.example.a") == "Success\n"
    assert "not installed" in desk.run("pm uninstall org.example.a", code=1)[1]
    assert "not an APK" in desk.run("pm install -S 4", b"none", code=1)[1].replace("NOT_APK", "not an APK")
    assert "INSUFFICIENT_STORAGE" in desk.run("pm install -S 99999999999", code=1)[1]
    assert "Failure" in desk.run(f"pm uninstall {BROWSER}", code=1)[1]


def test_settings_are_read_and_written():
    desk = Desk()
    assert desk.say("settings get secure android_id") == desk.phone.identities.android_id + "\n"
    assert desk.say("settings get global none") == "null\n"
    desk.say("settings put global wifi_on 0; settings put system x 'a b'")
    assert desk.say("settings get system x") == "a b\n"
    assert "wifi_on=0\n" in desk.say("settings list global")
    assert desk.say("settings delete system x") == "Deleted 1 rows\n"
    assert "inet 198" not in desk.say("ip addr show wlan0")
    desk.say("svc wifi enable")
    assert f"link/ether {desk.phone.identities.wifi_mac}" in desk.say("ip addr show wlan0")
    assert f"HWaddr {desk.phone.identities.wifi_mac}" in desk.say("ifconfig wlan0")


def test_intents_find_their_program_or_fail_as_on_a_phone():
    desk = Desk()
    said = desk.say("am start -a android.intent.action.VIEW -d https://a.example/")
    assert said == "Starting: Intent { act=android.intent.action.VIEW dat=https://a.example/ }\n"
    assert "mCurrentFocus=Window{" in desk.say("dumpsys window")
    assert f"{BROWSER}/{BROWSER}.BrowserActivity" in desk.say("dumpsys window | grep mCurrentFocus")
    assert "does not exist" in desk.run("am start -n com.none/.Main", code=1)[1]
    assert "unable to resolve" in desk.run("am start -a VIEW -d ftp://a.example/", code=1)[1]
    assert "Status: ok" in desk.say("am start -W -n com.android.settings/.Settings")
    assert "com.android.settings" in desk.say("dumpsys activity activities | grep mResumedActivity")
    desk.say("monkey -p com.mirage.player -c android.intent.category.LAUNCHER 1")
    assert desk.phone.front == "com.mirage.player"
    number = desk.say("pidof com.mirage.player").strip()
    assert re.search(rf"{number}.*com\.mirage\.player", desk.say("ps"))
    desk.say("am force-stop com.mirage.player")
    assert desk.run("pidof com.mirage.player", code=1)[0] == ""
    assert desk.phone.front == "com.mirage.home"


def test_the_log_tells_what_the_system_did():
    desk = Desk()
    desk.say("am start -d https://a.example/; log -t Mine words")
    lines = desk.say("logcat -d").splitlines()
    assert lines[0] == "--------- beginning of main"
    assert any(
        re.search(r"^04-30 12:\d\d:\d\d\.\d{3} .* I ActivityTaskManager: START u0 .*dat=https://a\.example/", line)
        for line in lines
    )
    assert desk.say("logcat -d -v brief -s Mine").splitlines()[1].startswith("I/Mine( 1203): words")
    desk.say("logcat -c")
    assert len(desk.say("logcat -d").splitlines()) == 1


def test_time_passes_by_the_handsets_own_clock():
    desk = Desk()
    assert desk.say("date +%s") == f"{int(START)}\n"
    desk.say("sleep 5")
    assert desk.say("date +%s") == f"{int(START) + 5}\n"


def test_files():
    desk = Desk()
    assert desk.say("cat /sdcard/ABOUT.txt") == f"Mirage M9: {LABEL}\n"
    desk.say("cd /sdcard; mkdir -p a/b; echo x > a/b/c; cp a/b/c a/d; mv a/d a/e; touch a/f")
    assert desk.say("ls /sdcard/a") == "b\ne\nf\n"
    assert re.search(r"-rw-rw---- 1 media_rw media_rw +2 2020-04-30 12:00 c", desk.say("ls -l /sdcard/a/b"))
    assert desk.say("md5sum /sdcard/a/b/c") == "401b30e3b8b5d629635a5c613cdb7919  /sdcard/a/b/c\n"
    assert desk.say("stat -c '%s %F' /sdcard/a/b/c") == "2 regular file\n"
    assert desk.run("rm /sdcard/a", code=1)[1] == "rm: /sdcard/a: Is a directory\n"
    desk.say("rm -rf /sdcard/a /sdcard/none")
    assert (
        desk.run("ls /sdcard/a /data", code=1)[1]
        == "ls: /sdcard/a: No such file or directory\nls: /data: Permission denied\n"
    )
    assert desk.run("cat /data/data/x", code=1)[1] == "cat: /data/data/x: No such file or directory\n"


def test_reboot_is_a_new_start():
    desk = Desk()
    desk.say("am start -n com.mirage.player/.MainActivity")
    desk.run("reboot")
    assert (desk.phone.restarts, desk.phone.front, desk.display.locked) == (1, "com.mirage.home", True)
    assert desk.events("restart")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_dialogue(terminal):
    from backtalk.range.adb.device import Exit, Input, Out

    desk = Desk()
    stdin = Input(desk.phone.files.room(), terminal=terminal)
    stdin.feed(b"A=5\recho $\x7f$A\rfoo\rexit 3\r")
    steps = list(desk.device.run("", stdin))
    said = b"".join(step.data for step in steps if isinstance(step, Out)).decode()
    assert steps[-1] == Exit(3)
    if terminal:
        assert said.startswith("fata:/ $ A=5\r\nfata:/ $ echo $\b \b$A\r\n5\n")
    assert "foo: inaccessible or not found" in said
