"""The dump, the picture and the taps say the same of every screen that can be reached."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from backtalk.range import LABEL
from backtalk.range.handset.screen import Look, Widget, Window, at
from backtalk.range.handset.screen.dump import dump
from backtalk.range.handset.screen.icons import ICONS
from backtalk.range.handset.screen.paint import SCREEN, png
from backtalk.range.handset.screen.widget import walk
from tests.range.handset.kit import BROWSER, HOME, Desk

PAGE = (
    """<title>T</title><h1>Head</h1><p>Words <a href="/b?x=1">go there</a></p><form action="/s"><input name=q></form>"""
)
MOVES = st.one_of(
    st.integers(0, 60),
    st.sampled_from(
        ["keyevent BACK", "keyevent HOME", "keyevent POWER", "keyevent APP_SWITCH", "keyevent ENTER", "keyevent DEL",
         "text a.example", "text words", "swipe 540 1500 540 700", "swipe 540 700 540 1500", "swipe 900 1200 100 1200",
         "swipe 100 1200 900 1200", "swipe 540 10 540 900", "keyevent WAKEUP MENU"]
    ),
)  # fmt: skip


def nodes(desk):
    return list(ET.fromstring(desk.display.dump()).iter("node"))


def check(desk):
    """What the dump says can be tapped is what a tap in its middle hits, unless something lies over it."""
    window = desk.display.focused()
    listed = [(one, seen) for one, seen in walk(window.root, SCREEN)]
    found = nodes(desk)
    assert len(found) == len(listed)
    for node, (one, seen) in zip(found, listed, strict=True):
        assert node.get("bounds") == "[{},{}][{},{}]".format(*seen)
        assert (node.get("text"), node.get("clickable")) == (one.text, str(bool(one.action)).lower())
        assert node.get("package") == window.package
        if one.action:
            assert at(window.root, SCREEN, (seen[0] + seen[2]) // 2, (seen[1] + seen[3]) // 2) is not None
        assert 0 <= seen[0] < seen[2] <= SCREEN[2]
        assert 0 <= seen[1] < seen[3] <= SCREEN[3]


@settings(max_examples=60)
@given(st.lists(MOVES, max_size=25))
def test_wherever_somebody_goes_the_screen_is_whole(moves):
    desk = Desk()
    desk.web = {"https://news.example/": PAGE, "https://a.example/": PAGE}
    for move in moves:
        if isinstance(move, int):
            tappable = [seen for one, seen in walk(desk.display.focused().root, SCREEN) if one.action]
            if tappable:
                left, top, right, bottom = tappable[move % len(tappable)]
                desk.display.tap((left + right) // 2, (top + bottom) // 2)
        else:
            desk.say(f"input {move}")
        desk.bring()
        check(desk)


def test_every_screen_is_a_picture_that_differs_from_the_others():
    desk = Desk(unlocked=False)
    pictures = [desk.display.picture()]
    for line in (
        "input swipe 540 2000 540 900", "input swipe 900 1200 100 1200", "input swipe 540 5 540 1000",
        "input keyevent BACK; am start -n com.android.settings/.Settings", f"am start -n {BROWSER}/.BrowserActivity",
        "am start -n com.mirage.player/.MainActivity", "am start -n com.mirage.fileexplorer/.MainActivity",
        "am start -n com.mirage.notes/.MainActivity", "input keyevent POWER",
    ):  # fmt: skip
        desk.say(line)
        pictures.append(desk.display.picture())
    assert len(set(pictures)) == len(pictures)
    for picture in pictures:
        image = Image.open(io.BytesIO(picture))
        assert (image.format, image.size, image.mode) == ("PNG", (1080, 2340), "RGB")
    assert image.getextrema() == ((0, 0), (0, 0), (0, 0)), "dark while it is off"


def test_what_is_seen_in_part_is_painted_in_part():
    inner = Widget(bounds=(0, 90, 100, 190), look=Look(fill="#ff0000"))
    outer = Widget(kind="FrameLayout", bounds=(0, 0, 100, 100), children=(inner,))
    image = Image.open(io.BytesIO(png([Window(package="p", activity="a", root=outer)])))
    assert image.getpixel((50, 95)) == (255, 0, 0)
    assert image.getpixel((50, 105)) == (0, 0, 0)


@pytest.mark.parametrize("name", ICONS)
def test_every_picture_draws_something(name):
    box = Widget(bounds=(100, 100, 200, 200), look=Look(icon=name, ink="#ffffff"))
    image = Image.open(io.BytesIO(png([Window(package="p", activity="a", root=box)])))
    assert image.getbbox() is not None


@given(st.text(max_size=40))
def test_any_text_is_written_as_xml_and_drawn(text):
    words = Widget(bounds=(0, 0, 500, 300), text=text, desc=text, look=Look(lines=3))
    window = Window(package="p", activity="a", root=words)
    (node,) = ET.fromstring(dump(window, SCREEN).encode(errors="replace")).iter("node")
    written = node.get("text")
    assert len(written) == len(text), "what XML cannot hold is a dot"
    assert all(now in {was, "."} for was, now in zip(text, written, strict=True))
    assert all(now == was for was, now in zip(text, written, strict=True) if was.isprintable())
    assert png([window])[:4] == b"\x89PNG"


def test_the_lock_opens_by_a_swipe_and_closes_by_the_power_key():
    desk = Desk(unlocked=False)
    assert "Swipe up to unlock" in desk.words()
    desk.say("input tap 132 760; input swipe 500 900 500 1500")
    assert desk.phone.front == HOME
    assert desk.display.locked
    desk.say("input swipe 500 1800 500 600")
    assert not desk.display.locked
    desk.say("input keyevent POWER")
    assert not desk.display.lit
    assert "Asleep" in desk.say("dumpsys power")
    desk.say("input tap 132 760; input keyevent WAKEUP")
    assert "Swipe up to unlock" in desk.words()


def test_pages_are_swiped_and_folders_opened_and_both_are_told():
    desk = Desk()
    desk.say("input swipe 900 1200 100 1200")
    assert "Social" in desk.words()
    desk.tap("Folder: Social")
    assert {"Messages", "Contacts", "Phone"} <= set(desk.words())
    desk.tap("Contacts")
    assert desk.phone.front == "com.mirage.contacts"
    desk.say("input keyevent HOME; input swipe 100 1200 900 1200")
    assert [one.details for one in desk.events("swipe")] == [{"page": "2"}]
    assert [one.details for one in desk.events("folder")] == [{"name": "Social"}]


def test_the_shade_is_pulled_and_switches_switch():
    desk = Desk()
    desk.say("input swipe 540 20 540 1200")
    assert LABEL in desk.words(), "it says what it is"
    assert desk.events("status bar")
    desk.tap("Wi-Fi")
    assert desk.say("settings get global wifi_on") == "0\n"
    desk.say("input swipe 540 1500 540 300")
    assert not desk.display.pulled
    desk.say("cmd statusbar expand-notifications")
    assert desk.display.pulled


def test_music_plays_and_says_what():
    desk = Desk()
    for words in ("Music", "Seven Stairs", "Next", "Pause"):
        desk.tap(words)
    told = [(one.details["op"], one.details["title"]) for one in desk.events("music")]
    assert told == [("play", "Seven Stairs"), ("play", "Paper Moon Bay"), ("pause", "Paper Moon Bay")]
    assert "Paper Moon Bay" in desk.words()


def test_the_file_manager_shows_the_files_that_are_there():
    desk = Desk()
    desk.say("mkdir -p /sdcard/Documents/Tax; echo x > '/sdcard/Documents/Tax/a b.txt'")
    desk.tap("Files")
    for words in ("Documents", "Tax"):
        desk.tap(words)
    assert "a b.txt" in desk.words()
    assert [one.details["name"] for one in desk.events("folder")] == ["Documents", "Tax"]
    desk.say("rm -rf /sdcard/Documents/Tax")
    assert "Internal storage" in desk.words()


def test_long_lists_move_with_the_finger_and_stop_at_their_ends():
    desk = Desk()
    desk.say("cd /sdcard; touch a b c d e f g h i j k; am start -n com.mirage.fileexplorer/.MainActivity")
    first = desk.words()
    desk.say("input swipe 500 1800 500 600")
    second = desk.words()
    assert first != second
    desk.say("input swipe 500 600 500 1800; input swipe 500 600 500 1800")
    assert desk.words() == first
    assert any(node.get("scrollable") == "true" for node in nodes(desk))


def test_the_keyboard_types_what_is_tapped():
    desk = Desk()
    desk.say(f"am start -n {BROWSER}/.BrowserActivity")
    desk.tap("Agree")
    desk.tap("url_bar")
    assert "mInputShown=true" in desk.say("dumpsys input_method")
    keys = next(window for window in desk.display.windows() if window.activity == "InputMethod")
    for letter in ("a", "/", "Delete", "b", "?123", "4", "ABC", "c", "."):
        keys = next(window for window in desk.display.windows() if window.activity == "InputMethod")
        left, top, right, bottom = next(key.bounds for key in keys.root.children if letter in {key.text, key.desc})
        desk.say(f"input tap {(left + right) // 2} {(top + bottom) // 2}")
    (field,) = [node for node in nodes(desk) if node.get("class") == "android.widget.EditText"]
    assert (field.get("text"), field.get("focused")) == ("ab4c.", "true")
    assert re.search("InputMethod", desk.say("dumpsys window"))
