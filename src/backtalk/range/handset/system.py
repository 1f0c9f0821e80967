"""The system's own windows: the bars at the edges, the lock screen, the shade that is pulled down."""

from __future__ import annotations

import time

from backtalk.range.handset.properties import HEIGHT, WIDTH
from backtalk.range.handset.screen import Look, Widget, Window
from backtalk.range.handset.screen.layout import BOTTOM, STATUS, icon

PACKAGE = "com.android.systemui"
_TILES = (
    ("wifi_on", "Wi-Fi", "wifi"),
    ("mobile_data", "Mobile data", "signal"),
    ("bluetooth_on", "Bluetooth", "share"),
    ("airplane_mode_on", "Airplane mode", "star"),
    ("flashlight_on", "Flashlight", "sun"),
    ("zen_mode", "Do not disturb", "circle"),
)


def status_bar(moment: float, *, dark: bool) -> Window:
    """The time, and what the phone is connected to."""
    ink = "#ffffff" if dark else "#3c4043"
    clock = Widget(
        bounds=(44, 12, 240, STATUS - 12),
        text=time.strftime("%H:%M", time.gmtime(moment)),
        id="clock",
        look=Look(size=38, ink=ink, bold=True),
    )
    signs = [
        icon((WIDTH - right, 22, WIDTH - right + 44, 66), name, desc=desc, look=Look(icon=name, ink=ink))
        for name, right, desc in (
            ("battery", 90, "Battery 87 per cent"),
            ("signal", 150, "Phone three bars"),
            ("wifi", 210, "Wi-Fi signal full"),
        )
    ]
    root = Widget(kind="FrameLayout", id="status_bar", bounds=(0, 0, WIDTH, STATUS), children=(clock, *signs))
    return Window(package=PACKAGE, activity="StatusBar", root=root, modal=False, input=True)


def navigation_bar(*, dark: bool) -> Window:
    """Back, home, recent programs."""
    ink, fill = ("#ffffff", "#00000033") if dark else ("#5f6368", "#ffffff")
    third = WIDTH // 3
    keys = tuple(
        icon(
            (place * third, BOTTOM, (place + 1) * third, HEIGHT),
            name,
            action,
            desc=desc,
            resource=resource,
            look=Look(icon=name, ink=ink, inset=38),
        )
        for place, (name, action, desc, resource) in enumerate(
            (
                ("left triangle", "key:back", "Back", "back"),
                ("circle", "key:home", "Home", "home"),
                ("square", "key:recents", "Overview", "recent_apps"),
            )
        )
    )
    root = Widget(
        kind="FrameLayout",
        id="navigation_bar_frame",
        bounds=(0, BOTTOM, WIDTH, HEIGHT),
        look=Look(fill=fill),
        children=keys,
    )
    return Window(package=PACKAGE, activity="NavigationBar0", root=root, modal=False, input=True)


def wallpaper() -> Window:
    """What is behind the home screen: an evening by the sea."""
    bands = (("#16324f", "#3f6f9f", 0, 1300), ("#3f6f9f", "#f0b27a", 1300, 1750), ("#7a4a36", "#3b2320", 1750, HEIGHT))
    inner = tuple(
        Widget(kind="View", bounds=(0, top, WIDTH, bottom), look=Look(fill=first, fade=last))
        for first, last, top, bottom in bands
    )
    root = Widget(kind="FrameLayout", bounds=(0, 0, WIDTH, HEIGHT), children=inner)
    return Window(package=PACKAGE, activity="ImageWallpaper", root=root, input=True)


def lock_screen(moment: float) -> Window:
    """The time, large, and how to go on."""
    now = time.gmtime(moment)
    day = f"{time.strftime('%A', now)}, {now.tm_mday} {time.strftime('%B', now)}"
    inner = (
        Widget(
            bounds=(0, 420, WIDTH, 680),
            text=time.strftime("%H:%M", now),
            id="clock_view",
            look=Look(size=210, ink="#ffffff", align="center"),
        ),
        Widget(bounds=(0, 690, WIDTH, 780), text=day, id="date", look=Look(size=52, ink="#ffffff", align="center")),
        icon(
            (WIDTH // 2 - 40, 250, WIDTH // 2 + 40, 330),
            "lock",
            desc="Locked",
            resource="lock_icon",
            look=Look(icon="lock", ink="#ffffff"),
        ),
        icon((WIDTH // 2 - 35, 1950, WIDTH // 2 + 35, 2010), "up", look=Look(icon="up", ink="#ffffff")),
        Widget(
            bounds=(0, 2030, WIDTH, 2110),
            text="Swipe up to unlock",
            id="keyguard_indication_text",
            look=Look(size=44, ink="#ffffff", align="center"),
        ),
    )
    root = Widget(
        kind="FrameLayout",
        id="keyguard_host_view",
        bounds=(0, 0, WIDTH, HEIGHT),
        look=Look(fill="#0e1a33", fade="#35507e"),
        children=inner,
    )
    return Window(package=PACKAGE, activity="Keyguard", root=root)


def shade(moment: float, switches: dict[str, str], notes: list[tuple[str, str]]) -> Window:
    """Switches, and what programs have to say."""
    now = time.gmtime(moment)
    inner = [
        Widget(bounds=(60, 110, 500, 230), text=time.strftime("%H:%M", now), id="clock", look=Look(size=80)),
        Widget(
            bounds=(420, 130, WIDTH - 60, 220),
            text=f"{time.strftime('%a', now)}, {now.tm_mday} {time.strftime('%b', now)}",
            id="date",
            look=Look(size=42, align="right", ink="#5f6368"),
        ),
    ]
    wide = (WIDTH - 80) // 3
    for place, (key, name, picture) in enumerate(_TILES):
        left, top, on = 40 + place % 3 * wide, 270 + place // 3 * 260, switches.get(key) not in {None, "0"}
        face = Look(
            icon=picture, fill="#1a73e8" if on else "#dadce0", ink="#ffffff" if on else "#5f6368", radius=65, inset=36
        )
        middle = left + wide // 2
        inner.append(
            Widget(
                kind="Switch",
                bounds=(left, top, left + wide, top + 230),
                desc=name,
                action=f"toggle:{key}",
                checked=None,
                children=(
                    icon((middle - 65, top + 10, middle + 65, top + 140), picture, look=face),
                    Widget(
                        bounds=(left, top + 150, left + wide, top + 210),
                        text=name,
                        id="tile_label",
                        look=Look(size=34, align="center"),
                    ),
                ),
            )
        )
    top = 830
    for title, text in notes[:6]:
        lines = (
            Widget(bounds=(90, top + 20, WIDTH - 90, top + 85), text=title, id="title", look=Look(size=42, bold=True)),
            Widget(
                bounds=(90, top + 85, WIDTH - 90, top + 185),
                text=text,
                id="text",
                look=Look(size=36, ink="#5f6368", lines=2),
            ),
        )
        paper = Look(fill="#ffffff", radius=36)
        inner.append(
            Widget(
                kind="FrameLayout",
                bounds=(40, top, WIDTH - 40, top + 200),
                id="notification",
                look=paper,
                children=lines,
            )
        )
        top += 220
    root = Widget(
        kind="FrameLayout",
        id="notification_panel",
        bounds=(0, 0, WIDTH, HEIGHT),
        look=Look(fill="#eef1f5f6"),
        children=tuple(inner),
    )
    return Window(package=PACKAGE, activity="NotificationShade", root=root)
