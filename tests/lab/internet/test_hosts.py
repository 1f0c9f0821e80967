"""Each kind of host answers in the form that its clients believe."""

from __future__ import annotations

import json
import zlib
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.lab.internet.hosts import answer, said_back
from backtalk.lab.internet.search import ENGINES
from internet.wire import TOKEN, asked, navigated


def cookies(given_back):
    return [value for name, value in given_back.headers if name == "set-cookie"]


def test_an_article_says_nothing_of_its_address():
    page = answer(navigated("https://gobuleti.example/kafu?q=ridosena"))
    assert (page.status, page.kind) == (200, "text/html; charset=utf-8")
    assert not [word for word in (b"gobuleti", b"kafu", b"ridosena") if word in page.body]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://gobuleti.example/", "sid"),
        ("https://www.google.com/search?q=x", "NID"),
        ("https://duckduckgo.com/?q=x", "sid"),
        ("https://www.bing.com/search?q=x", "MUID"),
    ],
)
def test_a_first_visit_gets_a_cookie_and_a_second_keeps_it(url, name):
    (given_out,) = cookies(answer(navigated(url)))
    assert given_out.startswith(f"{name}={TOKEN};")
    assert cookies(answer(navigated(url, cookie=f"other=1; {name}={TOKEN}"))) == []


def test_a_cookie_header_that_is_none_breaks_nothing():
    assert cookies(answer(navigated("https://a.example/", cookie='\x00=;;"')))


def test_the_control_page_reports_in_base64_to_its_collector():
    script = answer(asked("https://control.example/assets/control.js")).body
    assert b'fetch("https://collector.example/collect"' in script
    assert b"btoa(JSON.stringify({ page: location.href }))" in script
    thanks = answer(asked("https://collector.example/collect", "POST", b"e30="))
    assert (thanks.status, json.loads(thanks.body)) == (200, {"code": 0})


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_results_are_plausible_and_harmless(engine):
    host, path = engine.hosts[0], engine.paths[0]
    page = answer(navigated(f"https://{host}{path}?q=%3Cscript%3Ealert(1)%3C/script%3E")).body.decode()
    assert page.count("<li>") == 4
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "url",
    [
        "https://duckduckgo.com/ac/?q=koli&type=list",
        "https://www.google.com/complete/search?client=firefox&q=koli",
        "https://www.google.com/complete/search?client=chrome-omni&q=koli",
        "https://www.bing.com/osjson.aspx?query=koli",
        "https://ac.ecosia.org/autocomplete?q=koli&type=list",
    ],
)
def test_suggestions_begin_with_what_was_typed(url):
    text = answer(asked(url)).body.decode()
    assert text.startswith(")]}'\n") == ("chrome" in url)
    typed, suggested, *_ = json.loads(text.removeprefix(")]}'\n"))
    assert typed == "koli"
    assert len(suggested) == 5
    assert all(one.startswith("koli") for one in suggested)


@pytest.mark.parametrize(
    ("url", "status", "body"),
    [
        ("http://detectportal.firefox.com/success.txt?ipv4", 200, b"success\n"),
        ("http://connectivitycheck.gstatic.com/generate_204", 204, b""),
        ("http://clients3.google.com/generate_204", 204, b""),
        ("https://incoming.telemetry.mozilla.org/submit/firefox-desktop/usage-reporting/1/x", 200, b"OK"),
        ("https://play.googleapis.com/log/batch", 200, b"\x08\xa0\xf7\x36"),
        ("https://accounts.google.com/ListAccounts?gpsia=1&source=ChromiumBrowser", 200, b'["gaia.l.a.r",[]]'),
        ("https://aus5.mozilla.org/update/6/Firefox/1/x/update.xml", 200, None),
        ("https://safebrowsing.googleapis.com/v4/threatListUpdates:fetch", 200, b"\x12\x03\x08\x88\x0e"),
        ("https://safebrowsing.googleapis.com/v5/hashLists:batchGet?names=se", 200, b""),
        ("https://redirector.gvt1.com/edgedl/chrome/dict/en-us-10-2.bdic", 404, b""),
        ("https://unheard-of.org/beacon", 204, b""),
        ("https://unheard-of.org/favicon.ico", 404, b""),
    ],
)
def test_services_hear_what_they_expect(url, status, body):
    given_back = answer(asked(url))
    assert given_back.status == status
    assert body is None or given_back.body == body


@pytest.mark.parametrize(("protocol", "field"), [("3.1", "app"), ("4.0", "apps")])
def test_no_update_for_every_app_that_asks(protocol, field):
    ask = {"request": {"protocol": protocol, field: [{"appid": "{a}", "version": "1"}, {"appid": "{b}"}]}}
    given_back = answer(
        asked("https://update.googleapis.com/service/update2/json?cup2key=1", "POST", json.dumps(ask).encode())
    )
    text = given_back.body.decode()
    assert text.startswith(")]}'\n")
    response = json.loads(text[5:])["response"]
    assert response["protocol"] == protocol
    assert [(app["appid"], app["status"], app["updatecheck"]["status"]) for app in response[field]] == [
        ("{a}", "ok", "noupdate"),
        ("{b}", "ok", "noupdate"),
    ]


def test_no_update_for_every_extension_that_asks():
    given_back = answer(
        asked("https://update.googleapis.com/service/update2/crx?os=linux&x=id%3Dabc%26v%3D1%26uc&x=id%3D%3C%26uc")
    )
    apps = ElementTree.fromstring(given_back.body.decode())
    assert [(app.get("appid"), app[0].get("status")) for app in apps] == [("abc", "noupdate"), ("<", "noupdate")]


def test_no_media_plugin_is_offered():
    given_back = answer(asked("https://aus5.mozilla.org/update/3/GMP/153.7.0/x/update.xml"))
    assert [child.tag for child in ElementTree.fromstring(given_back.body.decode())] == ["addons"]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/v1/", {"capabilities", "settings", "url", "project_name", "http_api_version"}),
        ("/v1/buckets/monitor/collections/changes/changeset?_expected=0", {"timestamp", "changes", "metadata"}),
        ("/v1/buckets/main/collections/x/records", {"data"}),
    ],
)
def test_remote_settings_are_well_formed_and_empty(path, wanted):
    told = json.loads(answer(asked(f"https://firefox.settings.services.mozilla.com{path}")).body)
    assert set(told) == wanted
    assert told.get("changes", []) == told.get("data", []) == []


def test_every_advertising_place_stays_empty():
    body = json.dumps({"placements": [{"placement": "newtab_tile_1", "count": 1}]}).encode()
    assert json.loads(answer(asked("https://ads.mozilla.org/v1/ads", "POST", body)).body) == {"newtab_tile_1": []}


def test_the_push_service_greets_and_others_echo():
    hello = json.loads(said_back("push.services.mozilla.com", '{"messageType":"hello","uaid":""}', TOKEN))
    assert (hello["messageType"], hello["status"], hello["uaid"]) == ("hello", 200, TOKEN)
    assert said_back("push.services.mozilla.com", "{}", TOKEN) == "{}"
    assert said_back("push.services.mozilla.com", "nonsense", TOKEN) is None
    assert said_back("a.example", "nonsense", TOKEN) == "nonsense"


def test_a_push_registration_keeps_its_channel():
    told = json.loads(said_back("push.services.mozilla.com", '{"messageType":"register","channelID":"c-1"}', TOKEN))
    assert (told["channelID"], told["status"]) == ("c-1", 200)


def test_a_device_number_is_well_formed():
    body = answer(asked("https://android.clients.google.com/checkin", "POST")).body
    assert (body[:3], body[11:12], len(body)) == (b"\x08\x01\x39", b"\x41", 20)


def test_pictures_are_pictures():
    picture = answer(asked("https://a.example/assets/bread.png")).body
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    start = picture.index(b"IDAT")
    length = int.from_bytes(picture[start - 4 : start], "big")
    assert len(zlib.decompress(picture[start + 4 : start + 4 + length])) == 200 * (1 + 3 * 320)
    assert int.from_bytes(picture[start + 4 + length :][:4], "big") == zlib.crc32(picture[start : start + 4 + length])


HOSTS = st.sampled_from(
    [
        "www.google.com", "duckduckgo.com", "www.bing.com", "a.example", "control.example", "collector.example",
        "update.googleapis.com", "ads.mozilla.org", "firefox.settings.services.mozilla.com", "aus5.mozilla.org",
        "android.clients.google.com", "merino.services.mozilla.com", "elsewhere.org", "",
    ]
)  # fmt: skip
PATHS = st.sampled_from(
    [
        "/",
        "/search",
        "/complete/search",
        "/ac/",
        "/osjson.aspx",
        "/service/update2/json",
        "/v1/ads",
        "/checkin",
        "/collect",
    ]
)


@given(HOSTS, PATHS, st.text(st.characters(max_codepoint=255), max_size=30), st.binary(max_size=60))
def test_every_request_has_an_answer_and_the_same_one_twice(host, path, query, body):
    request = asked(f"https://{host}{path}?q={query}", "POST" if body else "GET", body)
    once, again = answer(request), answer(request)
    assert once == again
    assert 200 <= once.status < 500
