"""What the browser shows: its consent, its start page, a page, its menu, downloads and settings."""

from __future__ import annotations

from typing import Literal, Protocol
from urllib.parse import urlsplit

from backtalk.range.builds import Browser as Made
from backtalk.range.handset.apps.page import Block, Form
from backtalk.range.handset.apps.profile import Profile
from backtalk.range.handset.apps.tab import Tab, Visit
from backtalk.range.handset.properties import WIDTH
from backtalk.range.handset.screen import Look, Widget
from backtalk.range.handset.screen.fonts import line_height, wrapped
from backtalk.range.handset.screen.layout import (
    BAR,
    BLUE,
    BOTTOM,
    GREY,
    MARGIN,
    TOP,
    Row,
    bar,
    button,
    frame,
    head,
    height,
    icon,
    row,
    scroll,
    tile,
    words,
)

_DARK, _PALE, _LOWER = "#202124", "#e8eaed", 130
_TINTS = ("#d93025", "#4fc3f7", "#1e8e3e", "#8e24aa", "#e37400", "#5f6368")


class Shown(Protocol):
    """What of the browser its screens show."""

    saved: Profile
    incognito: bool
    page: Literal["tab", "menu", "settings", "downloads"]
    field: str
    text: str
    offset: int
    values: dict[tuple[int, int], str]

    @property
    def made(self) -> Made: ...

    @property
    def tab(self) -> Tab: ...

    @property
    def asks(self) -> bool: ...


def view(browser: Shown) -> Widget:
    """The screen as it is now."""
    if browser.asks:
        return _consent(browser)
    if browser.page in {"settings", "downloads"}:
        title = "Settings" if browser.page == "settings" else "Downloads"
        return frame([scroll(_rows(browser), TOP + BAR, browser.offset), bar(title)])
    rows = scroll(_rows(browser), TOP + BAR, browser.offset, bottom=BOTTOM - _LOWER, resource="content_view")
    menu = _menu(browser) if browser.page == "menu" else ()
    return frame([rows, *_top(browser), *_bottom(browser), *menu], _DARK if browser.incognito else "#ffffff")


def longest(browser: Shown) -> int:
    """How far it can be moved."""
    below = 0 if browser.page in {"settings", "downloads"} else _LOWER
    return 0 if browser.asks else max(0, height(_rows(browser)) - (BOTTOM - below - TOP - BAR))


def _rows(browser: Shown) -> list[Row]:
    if browser.page == "settings":
        return _settings(browser)
    if browser.page == "downloads":
        kept = [row(name, url, picture="file", tint="#5f9ea0") for name, url in browser.saved.downloads]
        return kept or [words("No downloads", ink=GREY)]
    if (shown := browser.tab.visit) is not None:
        return _page(browser, shown)
    return _private() if browser.incognito else _start(browser)


def _consent(browser: Shown) -> Widget:
    text = " ".join(browser.made.consent.split())
    top, left, right = 720, 70, WIDTH - 70
    room = right - left - 120
    lines = len(wrapped(text, 42, room, 20))
    below = top + 200 + lines * line_height(42)
    said = Look(size=42, ink="#3c4043", lines=lines)
    inner = (
        Widget(
            bounds=(left + 60, top + 50, right - 60, top + 140),
            text="Mirage Browser",
            id="alertTitle",
            look=Look(size=54, bold=True),
        ),
        Widget(bounds=(left + 60, top + 160, right - 60, below - 20), text=text, id="message", look=said),
        button(
            (left + 60, below + 20, WIDTH // 2 - 20, below + 150),
            "Disagree",
            "consent:disagree",
            strong=False,
            resource="button2",
        ),
        button((WIDTH // 2 + 20, below + 20, right - 60, below + 150), "Agree", "consent:agree", resource="button1"),
    )
    card = Widget(
        kind="FrameLayout",
        id="parentPanel",
        bounds=(left, top, right, below + 210),
        look=Look(fill="#ffffff", radius=40),
        children=inner,
    )
    mark = icon(
        (WIDTH // 2 - 130, 330, WIDTH // 2 + 130, 590),
        "",
        look=Look(icon="globe", ink="#ffffff", fill=BLUE, radius=70, inset=50),
    )
    return frame([mark, card], "#aebfd8")


def _start(browser: Shown) -> list[Row]:
    dials = browser.made.dials

    def tiles(top: int) -> Widget:
        wide = (WIDTH - 80) // 4
        inner = tuple(
            tile(
                (
                    40 + place % 4 * wide,
                    top + 40 + place // 4 * 290,
                    40 + (place % 4 + 1) * wide,
                    top + 300 + place // 4 * 290,
                ),
                name,
                "globe",
                _TINTS[place % 6],
                f"go:{url}",
            )
            for place, (name, url) in enumerate(dials)
        )
        return Widget(
            kind="LinearLayout",
            id="quick_links",
            bounds=(0, top, WIDTH, top + 40 + 290 * -(-len(dials) // 4)),
            children=inner,
        )

    news = [_news(number, *item) for number, item in enumerate(browser.made.feed)]
    return [tiles, *([head("For you")] if news else []), *news]


def _news(number: int, title: str, source: str, url: str) -> Row:
    def made(top: int) -> Widget:
        inner = (
            Widget(
                bounds=(MARGIN, top + 24, WIDTH - 330, top + 156),
                text=title,
                id="feed_title",
                look=Look(size=44, lines=2),
            ),
            Widget(
                bounds=(MARGIN, top + 160, WIDTH - 330, top + 220),
                text=f"{source} - {urlsplit(url).hostname}",
                id="feed_source",
                look=Look(size=32, ink=GREY),
            ),
            icon(
                (WIDTH - 290, top + 30, WIDTH - MARGIN, top + 220),
                "",
                look=Look(icon="picture", fill=_TINTS[number % 6] + "cc", ink="#ffffff", radius=20, inset=50),
            ),
        )
        return Widget(
            kind="RelativeLayout",
            id="feed_item",
            bounds=(0, top, WIDTH, top + 250),
            action=f"feed:{number}",
            desc=title,
            children=inner,
        )

    return made


def _private() -> list[Row]:
    look = Look(icon="mask", ink=_PALE, fill=_DARK)
    return [
        lambda top: icon((WIDTH // 2 - 130, top + 140, WIDTH // 2 + 130, top + 420), "", desc="Incognito", look=look),
        words("You have gone incognito", size=56, ink=_PALE, bold=True, gap=60),
        words("Pages you open here are not kept in the browser's history on this phone.", ink="#bdc1c6"),
    ]


def _page(browser: Shown, shown: Visit) -> list[Row]:
    ink = _PALE if browser.incognito else "#202124"
    if shown.loading:
        return [_gap(40), words("Loading...", ink=GREY)]
    if shown.page is None:
        if shown.error.startswith("Downloaded"):
            return [_gap(40), words(shown.error, ink=ink)]
        host = urlsplit(shown.url).hostname or shown.url
        return [
            _gap(160),
            words("This site can't be reached", size=60, ink=ink, bold=True, gap=40),
            words(f"The page at {host} could not be loaded.", ink=GREY),
            words(shown.error, size=36, ink=GREY),
        ]
    page = shown.page
    blocks = [_block(browser, number, block, page.forms, ink) for number, block in enumerate(page.blocks)]
    return [_gap(30), *blocks]


def _gap(size: int) -> Row:
    return lambda top: Widget(kind="View", bounds=(0, top, WIDTH, top + size))


def _block(browser: Shown, number: int, block: Block, forms: tuple[Form, ...], ink: str) -> Row:
    if block.kind == "link":
        blue = "#8ab4f8" if browser.incognito else "#1558d6"
        return words(block.text, ink=blue, action=f"link:{number}", kind="View", desc=block.text)
    if block.kind == "heading":
        return words(block.text, size=60, ink=ink, bold=True)
    if block.kind == "text":
        return words(block.text, ink=ink)
    place = f"{block.form},{block.field}"
    if block.kind == "button":
        return lambda top: button((MARGIN, top + 10, WIDTH - MARGIN, top + 140), block.text, f"submit:{block.form}")
    one = forms[block.form].fields[block.field]
    typed = browser.values.get((block.form, block.field), one.value)
    focused = browser.field == f"field:{place}"
    look = Look(size=44, edge=BLUE if focused else "#9aa0a6", radius=12, inset=30, ink=ink if typed else GREY)
    return lambda top: Widget(
        kind="EditText",
        id=one.name,
        bounds=(MARGIN, top + 10, WIDTH - MARGIN, top + 140),
        text=typed,
        shown=typed or one.hint or one.name,
        action=f"field:{place}",
        focused=focused,
        look=look,
    )


def _top(browser: Shown) -> tuple[Widget, ...]:
    dark, shown, typing = browser.incognito, browser.tab.visit, browser.field == "address"
    fill, ground, ink = ("#35363a", _DARK, _PALE) if dark else ("#f1f3f4", "#ffffff", "#202124")
    paper = Widget(kind="View", bounds=(0, 0, WIDTH, TOP + BAR), id="toolbar", look=Look(fill=ground))
    box = (30, TOP + 20, WIDTH - (30 if typing else 130), TOP + BAR - 18)
    text = browser.text if typing else shown.url if shown else ""
    hint = "" if text else "Search or type web address"
    plain = text if typing else text.removeprefix("https://").rstrip("/")
    look = Look(fill=fill, radius=58, size=44, inset=90 if not typing else 40, ink=ink if text else GREY)
    kind = "EditText" if typing else "TextView"
    field = Widget(
        kind=kind, id="url_bar", bounds=box, text=text, shown=hint or plain, action="address", focused=typing, look=look
    )
    if typing:
        close = icon(
            (WIDTH - 140, TOP + 25, WIDTH - 40, TOP + BAR - 25),
            "close",
            "clear",
            desc="Clear",
            resource="delete_button",
        )
        return (paper, field, close) if text else (paper, field)
    sign = "mask" if dark else "lock" if text.startswith("https:") else "search" if not text else "globe"
    mark = Widget(
        kind="ImageView",
        id="location_bar_status_icon",
        bounds=(50, TOP + 48, 108, TOP + BAR - 46),
        look=Look(icon=sign, ink=GREY, fill=fill),
    )
    dots = icon(
        (WIDTH - 125, TOP + 20, WIDTH - 15, TOP + BAR - 20),
        "dots",
        "show:menu",
        desc="More options",
        resource="menu_button",
    )
    moving = Widget(
        kind="ProgressBar", id="progress", bounds=(0, TOP + BAR - 8, WIDTH * 2 // 5, TOP + BAR), look=Look(fill=BLUE)
    )
    return (paper, field, mark, dots, *((moving,) if shown and shown.loading else ()))


def _bottom(browser: Shown) -> tuple[Widget, ...]:
    ink, fill = (_PALE, _DARK) if browser.incognito else (GREY, "#ffffff")
    top, wide = BOTTOM - _LOWER, WIDTH // 5
    keys = (
        ("back", "move:-1", "Back"),
        ("forward", "move:1", "Forward"),
        ("circle", "home", "Home page"),
        ("mask", "incognito", "Close incognito" if browser.incognito else "New incognito tab"),
        ("reload", "reload", "Reload"),
    )
    paper = Widget(kind="View", bounds=(0, top, WIDTH, BOTTOM), id="bottom_bar", look=Look(fill=fill))
    return (
        paper,
        *(
            icon(
                (place * wide, top, (place + 1) * wide, BOTTOM),
                name,
                action,
                desc=desc,
                look=Look(icon=name, ink=ink, inset=38, fill=""),
            )
            for place, (name, action, desc) in enumerate(keys)
        ),
    )


def _menu(browser: Shown) -> tuple[Widget, ...]:
    entries = (
        ("Close incognito" if browser.incognito else "New incognito tab", "incognito", "mask"),
        ("Downloads", "show:downloads", "download"),
        ("Share page", "share", "share"),
        ("Reload", "reload", "reload"),
        ("Settings", "show:settings", "gear"),
    )
    shade = Widget(
        kind="FrameLayout",
        bounds=(0, 0, WIDTH, BOTTOM),
        action="show:tab",
        desc="Close menu",
        look=Look(fill="#00000066"),
    )
    top = BOTTOM - len(entries) * 150 - 40
    paper = Widget(
        kind="FrameLayout", id="menu", bounds=(0, top - 30, WIDTH, BOTTOM), look=Look(fill="#ffffff", radius=40)
    )
    rows = tuple(
        row(title, "", action, picture=name, tint=BLUE, resource="menu_item")(top + place * 150)
        for place, (title, action, name) in enumerate(entries)
    )
    return (shade, paper, *rows)


def _settings(browser: Shown) -> list[Row]:
    switches = [
        row(one.title, one.summary, f"switch:{one.id}", checked=browser.saved.switches[one.id])
        for one in browser.made.switches
    ]
    return [
        head("Search engine"),
        row(browser.made.engine, urlsplit(browser.made.search).hostname or ""),
        head("Privacy and security"),
        *switches,
        row("Clear browsing data", "History, cookies, downloads", "forget"),
        head("About"),
        row("Version", browser.made.version),
    ]
