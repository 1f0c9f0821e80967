"""The browser: a consent asked at first, an address bar, pages really fetched, incognito, switches."""

from __future__ import annotations

import posixpath
import re
from http.cookies import CookieError, SimpleCookie
from typing import Literal
from urllib.parse import quote, quote_plus, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from backtalk.range.builds import Browser as Made
from backtalk.range.handset.apps import browser_screens as screens
from backtalk.range.handset.apps.app import App, Phone
from backtalk.range.handset.apps.page import Block, parse
from backtalk.range.handset.apps.profile import Profile
from backtalk.range.handset.apps.tab import Tab, Visit
from backtalk.range.handset.network import Reply, Request
from backtalk.range.handset.screen import Widget

_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+|\d+(?:\.\d+){3}|localhost", re.IGNORECASE)
_KEPT = 500
"""Pages of the history, hosts with cookies, and downloads that are kept."""


class Browser(App):
    """`page` is what is shown: `tab`, or one of its own pages over it."""

    PACKAGE, LABEL, ICON, TINT = "com.mirage.browser", "Browser", "globe", "#1a73e8"
    ACTIVITY = ".BrowserActivity"
    PERMISSIONS = (
        "android.permission.INTERNET", "android.permission.ACCESS_NETWORK_STATE",
        "android.permission.READ_PHONE_STATE", "android.permission.ACCESS_COARSE_LOCATION",
        "android.permission.WRITE_EXTERNAL_STORAGE",
    )  # fmt: skip
    saved: Profile

    def __init__(self, phone: Phone, saved: Struct | None = None) -> None:
        super().__init__(phone, saved)
        self.tabs = {"normal": Tab(mode="normal"), "incognito": Tab(mode="incognito")}
        self.incognito = False
        self.page: Literal["tab", "menu", "settings", "downloads"] = "tab"
        self.values: dict[tuple[int, int], str] = {}
        self._passing: dict[str, dict[str, str]] = {}
        self._wanted = ""

    def fresh(self) -> Struct:
        """As it is installed: nothing was asked, and the switches stand as the build says."""
        return Profile(switches={one.id: one.on for one in self.made.switches})

    @property
    def tab(self) -> Tab:
        """The tab that is shown."""
        return self.tabs["incognito" if self.incognito else "normal"]

    @property
    def made(self) -> Made:
        """How the build has it."""
        return self.phone.build.browser

    @property
    def dark(self) -> bool:
        """Incognito is; the browser's own pages over it are not."""
        return self.incognito and self.page in {"tab", "menu"}

    @property
    def asks(self) -> bool:
        """Whether the consent is being asked."""
        return self.saved.consent == "unasked"

    def open(self, url: str = "") -> None:
        """An address from outside waits until the consent was answered."""
        if url and self.asks:
            self._wanted = url
        elif url:
            self.visit(url)

    def view(self) -> Widget:
        """What is shown now."""
        return screens.view(self)

    def act(self, action: str) -> None:
        """What was tapped: each action has a word, and maybe an argument."""
        kind, _, name = action.partition(":")
        getattr(self, f"_do_{kind}")(name)

    def visit(self, url: str, source: str = "") -> None:
        """Load a page."""
        tab = self.tab
        shown = tab.visit
        number = self.phone.fetch(self.PACKAGE, url, "page", self._headers(url, shown.url if shown and source else ""))
        self.tabs[tab.mode] = tab.opened(Visit(url=url, number=number, begun=self.phone.clock.elapsed()))
        self.page, self.field, self.text, self.offset = "tab", "", "", 0
        self.values = {}
        if tab.mode == "normal" and self.saved.switches.get("save_history", True):
            self.saved = replace(self.saved, history=(*self.saved.history, url)[-_KEPT:])
        self.phone.tell(self.PACKAGE, "visit start", tab.mode, url=url, source=source)

    def submitted(self) -> None:
        """Enter in the address bar is an address or a search; in a page's field it sends the form."""
        if self.field != "address":
            self._do_submit(self.field.partition(":")[2].partition(",")[0])
            return
        text = self.text.strip()
        if not text:
            return
        if (url := address(text)) is not None:
            self.visit(url, "address bar")
            return
        engine = self.phone.build.browser
        details = {"word": text, "engine": engine.engine, "method": "address bar"}
        self.phone.tell(self.PACKAGE, "search", self.tab.mode, **details)
        self.visit(engine.search + quote_plus(text), "search")

    def typed(self, text: str) -> None:
        """Letters for the address bar or a page's field."""
        super().typed(text)
        self._keep()

    def key(self, name: str) -> None:
        """Delete, or enter."""
        super().key(name)
        self._keep()

    def back(self) -> bool:
        """Close what lies over the tab, or go to the page before."""
        if self.asks:
            return False
        if self.field or self.page != "tab":
            self.field, self.page = "", "tab"
        elif self.tab.visit is not None:
            self._do_move("-1")
        elif self.incognito:
            self.incognito = False
        else:
            return False
        return True

    def longest(self) -> int:
        """How far what is shown can be moved."""
        return screens.longest(self)

    def arrived(self, request: Request, reply: Reply) -> None:
        """A page came: it is shown, and what belongs to it is fetched."""
        self._cookies(reply)
        tab = next((one for one in self.tabs.values() if any(v.number == request.number for v in one.visits)), None)
        if tab is None or request.kind != "page":
            return
        visit = next(one for one in tab.visits if one.number == request.number)
        took = str(int((self.phone.clock.elapsed() - visit.begun) * 1000))
        page, error = None, reply.error
        if not error and reply.type not in {"text/html", "text/plain", ""}:
            error = self._download(reply, tab)
        elif not error:
            page = parse(reply.url, reply.body)
        self.tabs[tab.mode] = tab.arrived(request.number, page, error)
        for part in page.parts if page else ():
            self.phone.fetch(self.PACKAGE, part, "resource", self._headers(part, reply.url))
        done = {"url": reply.url, "status": str(reply.status), "ms": took, "title": page.title if page else ""}
        self.phone.tell(self.PACKAGE, "visit finish", tab.mode, **done)

    def _do_consent(self, answer: str) -> None:
        self.saved = replace(self.saved, consent="given" if answer == "agree" else "refused")
        self.phone.tell(self.PACKAGE, "consent", answer=self.saved.consent)
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.visit(wanted)

    def _do_address(self, _: str) -> None:
        shown = self.tab.visit
        self.field, self.text = "address", ""
        self.text = shown.url if shown else ""
        self.page = "tab"

    def _do_back(self, _: str) -> None:
        self.back()

    def _do_clear(self, _: str) -> None:
        self.text = ""

    def _do_cancel(self, _: str) -> None:
        self.field = ""

    def _do_go(self, url: str) -> None:
        self.visit(url, "speed dial")

    def _do_feed(self, number: str) -> None:
        title, source, url = self.made.feed[int(number)]
        self.phone.tell(self.PACKAGE, "feed item", self.tab.mode, title=title, source=source, url=url, position=number)
        self.visit(url, "feed")

    def _do_link(self, number: str) -> None:
        self.visit(self._block(number).href, "link")

    def _do_field(self, name: str) -> None:
        form, _, number = name.partition(",")
        self.field = f"field:{name}"
        self.text = self.values.get((int(form), int(number)), "")

    def _do_submit(self, form: str) -> None:
        page = self.tab.visit and self.tab.visit.page
        if not page:
            return
        sent = page.forms[int(form)]
        fields = enumerate(sent.fields)
        values = {one.name: self.values.get((int(form), place), one.value) for place, one in fields}
        self.visit(sent.address(values), "form")

    def _do_move(self, by: str) -> None:
        self.tabs[self.tab.mode] = self.tab.moved(int(by))
        self.offset, self.values, self.field = 0, {}, ""

    def _do_home(self, _: str) -> None:
        tab = self.tab
        self.tabs[tab.mode] = replace(tab, at=-1)
        self.offset, self.field, self.page = 0, "", "tab"

    def _do_reload(self, _: str) -> None:
        if (shown := self.tab.visit) is not None:
            self.visit(shown.url, "reload")

    def _do_show(self, page: Literal["tab", "menu", "settings", "downloads"]) -> None:
        self.page, self.field, self.offset = page, "", 0

    def _do_incognito(self, _: str) -> None:
        self.incognito = not self.incognito
        if not self.incognito:  # the last incognito tab is closed, and with it all that it kept
            self.tabs["incognito"] = Tab(mode="incognito")
            self._passing = {}
        self.page, self.field, self.offset = "tab", "", 0
        self.phone.tell(self.PACKAGE, "incognito", self.tab.mode, on=str(int(self.incognito)))

    def _do_switch(self, name: str) -> None:
        self.saved = replace(self.saved, switches={**self.saved.switches, name: not self.saved.switches[name]})
        self.phone.tell(self.PACKAGE, "switch", name=name, on=str(int(self.saved.switches[name])))

    def _do_forget(self, _: str) -> None:
        self.saved = replace(self.saved, history=(), cookies={}, downloads=())

    def _do_share(self, _: str) -> None:
        self.page = "tab"
        if (shown := self.tab.visit) is not None:
            self.phone.tell(self.PACKAGE, "share", self.tab.mode, url=shown.url)

    def _block(self, number: str) -> Block:
        page = self.tab.visit and self.tab.visit.page
        assert page, "only what is shown is tapped"
        return page.blocks[int(number)]

    def _keep(self) -> None:
        kind, _, name = self.field.partition(":")
        if kind == "field":
            form, _, number = name.partition(",")
            self.values = {**self.values, (int(form), int(number)): self.text}

    def _headers(self, url: str, referer: str) -> dict[str, str]:
        model, browser = self.phone.build.model, self.phone.build.browser
        agent = f"Mozilla/5.0 (Linux; Android {model.android}; {model.name}) AppleWebKit/537.36 (KHTML, like Gecko) "
        cookies = (self._passing if self.incognito else self.saved.cookies).get(urlsplit(url).hostname or "", {})
        headers = {
            "User-Agent": f"{agent}Version/4.0 Mobile Safari/537.36 MirageBrowser/{browser.version}",
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": f"{model.locale},en;q=0.8",
            "Upgrade-Insecure-Requests": "1",
        }
        if referer:
            headers["Referer"] = referer.partition("#")[0]
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return headers

    def _cookies(self, reply: Reply) -> None:
        """Cookies go back to the very host that set them; paths, ages and domains are not looked at."""
        host = urlsplit(reply.url).hostname or ""
        kept = self._passing if self.incognito else self.saved.cookies
        if not reply.cookies or (host not in kept and len(kept) >= _KEPT):
            return
        jar: SimpleCookie = SimpleCookie()
        for line in reply.cookies:
            try:
                jar.load(line[:4096])
            except CookieError:
                continue
        held = {**kept.get(host, {}), **{name: one.coded_value for name, one in jar.items()}}
        kept = {**kept, host: dict(list(held.items())[:50])}
        if self.incognito:
            self._passing = kept
        else:
            self.saved = replace(self.saved, cookies=kept)

    def _download(self, reply: Reply, tab: Tab) -> str:
        name = (
            re.sub(r"[^\w.-]+", "_", unquote(posixpath.basename(urlsplit(reply.url).path)))[:80].lstrip(".")
            or "download"
        )
        try:
            self.phone.files.write(f"/storage/emulated/0/Download/{name}", reply.body)
        except OSError:
            return "ERR_FILE_NO_SPACE"
        self.saved = replace(self.saved, downloads=((name, reply.url), *self.saved.downloads)[:_KEPT])
        suffix = posixpath.splitext(name)[1].lstrip(".")
        self.phone.tell(self.PACKAGE, "download", tab.mode, url=reply.url, name=name, suffix=suffix)
        return f"Downloaded {name}"


def address(text: str) -> str | None:
    """The address that somebody means who types this; None if words are meant."""
    if re.match(r"https?://[^/\s]", text, re.IGNORECASE):
        url = text
    elif " " not in text and _HOST.fullmatch(re.split(r"[:/?#]", text)[0]):
        url = f"http://{text}" if re.match(r"[\d.]+(?::|/|$)|localhost", text) else f"https://{text}"
    else:
        return None
    try:
        parts = urlsplit(url)
        assert parts.port is None or parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, AssertionError):
        return None
    place = host if parts.port is None else f"{host}:{parts.port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='=&%+:@/?,;$!()*~-._')}" if parts.query else ""
    return f"{parts.scheme.lower()}://{place}{path}{query}"
