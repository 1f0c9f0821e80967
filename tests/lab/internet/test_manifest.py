"""The manifest names exactly what a page of the lab loads."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.lab.internet.hosts import answer
from backtalk.lab.internet.manifest import urls
from internet.wire import navigated

PAGES = [
    "https://gobuleti.example/kafu?q=ridosena",
    "https://gobuleti.test/",
    "https://control.example/lipagoru",
    "https://www.google.com/search?q=kolibado&client=firefox-b-e",
    "https://duckduckgo.com/?q=kolibado&t=h_",
    "https://www.bing.com/search?q=kolibado",
]


class Loaded(HTMLParser):
    """Collects what a page makes a browser fetch; links to follow are not fetched."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        if tag in {"link", "img", "script", "iframe", "source", "video", "audio", "object", "embed"}:
            self.found |= {value for name, value in attrs if name in {"href", "src", "srcset", "data", "poster"}}


def loaded(url):
    parser = Loaded()
    parser.feed(answer(navigated(url)).body.decode())
    return {urljoin(url, one) for one in parser.found}


@pytest.mark.parametrize("url", PAGES)
def test_what_a_page_loads_and_the_page_are_the_manifest(url):
    secure = {one for one in urls(url) if one.startswith("https:")} - {"https://collector.example/collect"}
    assert secure == loaded(url) | {url}


@pytest.mark.parametrize("url", PAGES)
def test_everything_in_it_is_there(url):
    for one in urls(url) - {url}:
        given_back = answer(navigated(one))
        assert given_back.status == 200
        assert given_back.body


@pytest.mark.parametrize("url", PAGES)
def test_style_sheets_and_scripts_load_nothing_more(url):
    for one in urls(url):
        found = answer(navigated(one))
        if "css" in found.kind or "javascript" in found.kind:
            assert b"url(" not in found.body
            assert b"@import" not in found.body
            assert (b"fetch(" in found.body) == one.endswith("/assets/control.js")


def test_the_control_page_tells_its_collector():
    assert "https://collector.example/collect" in urls("https://control.example/lipagoru")
    assert "https://collector.example/collect" not in urls("https://gobuleti.example/")


def test_a_browser_may_try_either_scheme_and_no_fragment_leaves():
    found = urls("https://a.example/x?q=1#part")
    assert {"https://a.example/x?q=1", "http://a.example/x?q=1"} <= found
    assert not [one for one in found if "#" in one]


@pytest.mark.parametrize("other", ["", "about:blank", "https://elsewhere.org/", "ftp://a.example/", "kolibado"])
def test_other_addresses_have_no_manifest(other):
    assert urls(other) == frozenset()


@given(st.from_regex(r"[a-z]{4,9}", fullmatch=True), st.from_regex(r"[a-z]{4,9}", fullmatch=True))
def test_no_canary_is_in_what_the_page_loads_except_by_its_host(host, path):
    page = f"https://{host}.example/{path}-secret"
    assert [one for one in urls(page) if f"{path}-secret" in one] in (
        [page, page.replace("https", "http")],
        [page.replace("https", "http"), page],
    )
