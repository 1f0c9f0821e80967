"""The browser asks first, loads what it is led to, keeps modes apart, and says what happened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.range.handset.apps.browser import address
from backtalk.range.handset.apps.page import parse
from backtalk.range.handset.network import Reply
from tests.range.handset.kit import BROWSER, Desk

SEARCH = "https://search.example/search?q=two+words"
ENGINE = (
    "<form action=/search><input name=q placeholder=Ask><input type=hidden name=l value=en><button>Find</button></form>"
)


def opened(answer="Agree", **web):
    desk = Desk()
    desk.web = {"https://a.example/": "<title>A</title><h1>Alpha</h1><a href=/b>to b</a><img src=/i.png>", **web}
    desk.say(f"am start -n {BROWSER}/.BrowserActivity")
    desk.tap(answer)
    return desk


def goes(desk, text):
    desk.tap("url_bar")
    desk.tap("Clear") if desk.has("clear") else None
    desk.say(f"input text '{text}'; input keyevent ENTER")
    desk.bring()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a.example", "https://a.example/"),
        ("a.example/b c", None),
        ("two words", None),
        ("word", None),
        ("http://a.example/x?y=z#f", "http://a.example/x?y=z"),
        ("HTTPS://A.example", "https://a.example/"),
        ("a.example:8443/p", "https://a.example:8443/p"),
        ("127.0.0.1:8000/p", "http://127.0.0.1:8000/p"),
        ("localhost:8000", "http://localhost:8000/"),
        ("a.example:port", None),
        ("http://[", None),
        ("bücher.example", None),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("javascript:alert(1)", None),
        ("3.14", None),
    ],
)
def test_an_address_is_told_from_words(typed, meant):
    assert address(typed) == meant


@given(st.text(max_size=50))
def test_whatever_is_typed_is_an_address_of_the_web_or_words(typed):
    meant = address(typed)
    assert meant is None or (meant.startswith(("http://", "https://")) and meant.isascii() and " " not in meant)


def test_nothing_is_loaded_before_the_question_was_answered():
    desk = Desk()
    desk.web = {"https://a.example/": "<h1>Alpha</h1>"}
    desk.say("am start -a android.intent.action.VIEW -d https://a.example/")
    assert "Agree" in desk.words()
    assert not desk.phone.requests
    desk.tap("Disagree")
    desk.bring()
    assert "Alpha" in desk.words()
    assert [one.details["answer"] for one in desk.events("consent")] == ["refused"]
    assert [one.event for one in desk.said[-2:]] == ["visit start", "visit finish"]


def test_a_visit_is_told_with_its_times_and_fetches_what_belongs_to_it():
    desk = opened()
    goes(desk, "a.example")
    start, finish = desk.events("visit start")[0], desk.events("visit finish")[0]
    assert start.details == {"url": "https://a.example/", "source": "address bar"}
    assert finish.details == {"url": "https://a.example/", "status": "200", "ms": "250", "title": "A"}
    assert [(one.url, one.kind) for one in desk.asked] == [
        ("https://a.example/", "page"),
        ("https://a.example/i.png", "resource"),
    ]
    assert desk.asked[1].headers["Referer"] == "https://a.example/"
    assert "MirageBrowser/12.1.3-g" in desk.asked[0].headers["User-Agent"]


def test_links_back_and_forward():
    desk = opened(**{"https://a.example/b": "<h1>Beta</h1>"})
    goes(desk, "a.example")
    desk.tap("to b")
    desk.bring()
    assert "Beta" in desk.words()
    desk.say("input keyevent BACK")
    assert "Alpha" in desk.words()
    desk.tap("Forward")
    assert "Beta" in desk.words()
    desk.tap("Home page")
    assert "For you" in desk.words()


def test_words_are_searched_and_so_is_the_engines_own_page():
    desk = opened(**{SEARCH: ENGINE, "https://search.example/search?q=seven+x&l=en": "<h1>Found</h1>"})
    goes(desk, "two words")
    assert desk.events("search")[0].details == {"word": "two words", "engine": "RangeSearch", "method": "address bar"}
    desk.tap("q")
    desk.say("input text 'seven%sx'")
    assert "seven x" in desk.words()
    desk.tap("Find")
    desk.bring()
    assert "Found" in desk.words()


def test_incognito_keeps_nothing():
    cookie = Reply(
        url="https://a.example/", status=200, type="text/html", body=b"x", cookies=("id=7; Path=/", "bad\x00")
    )
    desk = opened(**{"https://a.example/": cookie})
    desk.tap("New incognito tab")
    goes(desk, "a.example")
    goes(desk, "a.example")
    assert [one.headers.get("Cookie") for one in desk.asked] == [None, "id=7"]
    assert {one.mode for one in desk.events("visit start")} == {"incognito"}
    saved = desk.phone.apps[BROWSER].saved
    assert (saved.history, saved.cookies) == ((), {})
    desk.tap("Close incognito")
    desk.tap("New incognito tab")
    goes(desk, "a.example")
    assert desk.asked[-1].headers.get("Cookie") is None
    desk.tap("Close incognito")
    goes(desk, "a.example")
    goes(desk, "a.example")
    assert desk.asked[-1].headers["Cookie"] == "id=7"
    assert desk.phone.apps[BROWSER].saved.history == ("https://a.example/",) * 2
    assert [one.details["on"] for one in desk.events("incognito")] == ["1", "0", "1", "0"]


def test_switches_feed_share_and_downloads_are_told():
    file = Reply(url="https://a.example/d/my%20file.pdf", status=200, type="application/pdf", body=b"%PDF")
    desk = opened(**{"https://a.example/d": file})
    desk.tap("The old lighthouse gets a new lamp")
    desk.bring()
    told = desk.events("feed item")[0].details
    assert (told["url"], told["position"]) == ("https://harbour.example/lighthouse-lamp", "3")
    assert "This site can't be reached" in desk.words()
    desk.tap("More options")
    desk.tap("Share page")
    assert desk.events("share")[0].details["url"] == "https://harbour.example/lighthouse-lamp"
    goes(desk, "https://a.example/d")
    assert desk.events("download")[0].details["suffix"] == "pdf"
    assert desk.say("cat /sdcard/Download/my_file.pdf") == "%PDF"
    desk.tap("More options")
    desk.tap("Settings")
    desk.tap("User experience program")
    assert desk.events("switch")[0].details == {"name": "experience", "on": "1"}
    desk.phone.reboot()
    assert desk.phone.apps[BROWSER].saved.switches["experience"] is True
    desk.say(f"pm clear {BROWSER}")
    assert desk.phone.apps[BROWSER].saved.switches["experience"] is False


def test_a_reply_to_a_program_that_was_ended_is_nobodys():
    desk = opened()
    desk.say("am start -d https://a.example/")
    request = desk.phone.requests.popleft()
    desk.say(f"am force-stop {BROWSER}")
    desk.phone.arrived(request.number, Reply(url=request.url, status=200, type="text/html"))
    assert not desk.events("visit finish")
    assert not desk.phone.loading


@given(st.binary(max_size=300) | st.text(st.sampled_from("<>/=\"' aphfonrmisubt?&#;x"), max_size=200).map(str.encode))
def test_any_page_is_shown(body):
    page = parse("https://a.example/x", body)
    assert all(one.form < len(page.forms) for one in page.blocks if one.kind in {"field", "button"})
    assert all(part.startswith(("http://", "https://")) for part in page.parts)
    desk = opened(**{"https://a.example/": Reply(url="https://a.example/", status=200, type="text/html", body=body)})
    goes(desk, "a.example")
    assert desk.display.dump().startswith("<?xml")


def test_a_page_cannot_make_the_handset_grow():
    page = parse("https://a.example/", b"<p>x<img src=/i><a href=/y>z</a><form><input name=a>" * 20_000)
    assert len(page.blocks) <= 1000
    assert len(page.parts) <= 24
    desk = opened()
    for number in range(400):
        desk.phone.fetch(BROWSER, f"https://a.example/{number}", "resource", {})
    assert len(desk.phone.requests) == 256
