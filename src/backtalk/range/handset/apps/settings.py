"""The phone's settings: what it is, who is signed in, and its own privacy switches."""

from __future__ import annotations

from backtalk.range.handset.apps.app import App
from backtalk.range.handset.properties import WIDTH
from backtalk.range.handset.screen import Look, Widget
from backtalk.range.handset.screen.layout import (
    BAR,
    BLUE,
    BOTTOM,
    MARGIN,
    TOP,
    Row,
    bar,
    button,
    frame,
    head,
    height,
    row,
    scroll,
    words,
)

_TITLES = {
    "": "Settings",
    "about": "About phone",
    "network": "Wi-Fi & network",
    "privacy": "Privacy",
    "ads": "Ads",
    "account": "Mirage Account",
    "apps": "Apps",
    "reset": "Erase all data",
    "sign": "Sign in",
}
_ABOVE = {"ads": "privacy", "reset": "about", "sign": "account"}
_SWITCHES = {
    "wifi": ("global", "wifi_on", "Wi-Fi", "Connected to Range-5G"),
    "data": ("global", "mobile_data", "Mobile data", "LTE"),
    "location": ("secure", "location_mode", "Location", "Programs may ask where the phone is"),
    "experience": ("secure", "upload_log_pref", "User experience program", "Send usage data to the maker"),
    "limit": (
        "secure",
        "limit_ad_tracking",
        "Opt out of ads personalisation",
        "Ask apps not to use the ID for profiles",
    ),
}


class Settings(App):
    """Which page is open."""

    PACKAGE, LABEL, ICON, TINT = "com.android.settings", "Settings", "gear", "#5f6368"
    ACTIVITY = ".Settings"
    page = ""

    def open(self, url: str = "") -> None:  # noqa: ARG002  (no address leads here)
        """It was opened."""
        self.phone.tell(self.PACKAGE, "settings", page=self.page or "main")

    def view(self) -> Widget:
        """The page that is open."""
        if self.page == "sign":
            return frame([*self._sign_in(), bar("Sign in")])
        listed = scroll(self._rows(), TOP + BAR, self.offset)
        return frame([listed, bar(_TITLES[self.page], back=bool(self.page))])

    def act(self, action: str) -> None:
        """To a page, or a switch, or what a button says."""
        kind, _, name = action.partition(":")
        if kind == "page":
            self.page, self.offset, self.field = name, 0, ""
            self.phone.tell(self.PACKAGE, "settings", page=name)
        elif kind == "switch":
            table, key, *_ = _SWITCHES[name]
            self.phone.settings[table][key] = "0" if self.phone.settings[table].get(key) == "1" else "1"
            self.phone.tell(self.PACKAGE, "switch", name=key, on=self.phone.settings[table][key])
        elif kind == "back":
            self.back()
        elif kind == "field":
            self.field, self.text = name, ""
        elif kind == "sign in":
            self.submitted()
        elif kind == "sign out":
            self.phone.sign("")
        elif kind == "readvertise":
            self.phone.readvertise()
        elif kind == "erase":
            self.phone.factory_reset()

    def submitted(self) -> None:
        """The account's name is complete."""
        if self.text.strip():
            self.phone.sign(self.text.strip())
            self.page, self.field, self.text = "account", "", ""

    def back(self) -> bool:
        """To the page above."""
        if not self.page:
            return False
        self.page, self.offset, self.field = _ABOVE.get(self.page, ""), 0, ""
        return True

    def longest(self) -> int:
        """How far the page can be moved."""
        return max(0, height(self._rows()) - (BOTTOM - TOP - BAR))

    def _rows(self) -> list[Row]:
        return {
            "": self._main,
            "about": self._about,
            "network": self._network,
            "privacy": self._privacy,
            "ads": self._ads,
            "account": self._account,
            "apps": self._apps,
            "reset": self._reset,
            "sign": self._main,
        }[self.page]()

    def _main(self) -> list[Row]:
        account = self.phone.identities.account
        return [
            row("Mirage Account", account or "Sign in", "page:account", picture="person", tint="#e8430a"),
            row("Wi-Fi & network", "Wi-Fi, mobile data", "page:network", picture="wifi", tint="#1a73e8"),
            row("Apps", "Programs on this phone", "page:apps", picture="square", tint="#f9ab00"),
            row("Privacy", "Location, ads, usage data", "page:privacy", picture="lock", tint="#1e8e3e"),
            row("About phone", self.phone.build.model.name, "page:about", picture="phone", tint="#5f6368"),
        ]

    def _about(self) -> list[Row]:
        model, ids = self.phone.build.model, self.phone.identities
        facts = (
            ("Model", model.name),
            ("Maker", model.maker),
            ("Android version", model.android),
            ("Version", f"{model.version} ({model.build})"),
            ("Serial number", ids.serial),
            ("IMEI", ids.imei),
            ("Wi-Fi MAC address", ids.wifi_mac),
            ("Bluetooth address", ids.bluetooth_mac),
        )
        return [*(row(name, value) for name, value in facts), row("Factory reset", "Erase all data", "page:reset")]

    def _network(self) -> list[Row]:
        return [self._switch("wifi"), self._switch("data")]

    def _privacy(self) -> list[Row]:
        return [self._switch("location"), self._switch("experience"), row("Ads", "Advertising ID", "page:ads")]

    def _ads(self) -> list[Row]:
        return [
            row("Reset advertising ID", "Take another one", "readvertise"),
            self._switch("limit"),
            head("Your advertising ID:"),
            words(self.phone.identities.advertising_id, size=36),
        ]

    def _account(self) -> list[Row]:
        account = self.phone.identities.account
        if account:
            return [row(account, "Signed in"), row("Sign out", "", "sign out")]
        return [row("Sign in", "To keep your things in the cloud", "page:sign")]

    def _apps(self) -> list[Row]:
        return [row(label, package) for package, label in sorted(_LABELS.items(), key=lambda one: one[1])]

    def _reset(self) -> list[Row]:
        return [
            words("This erases all data from the phone: accounts, settings, programs and their data, files."),
            row("Erase everything", "The phone starts again", "erase"),
        ]

    def _switch(self, name: str) -> Row:
        table, key, title, summary = _SWITCHES[name]
        return row(title, summary, f"switch:{name}", checked=self.phone.settings[table].get(key) == "1")

    def _sign_in(self) -> list[Widget]:
        top = TOP + BAR + 120
        look = Look(
            size=48,
            edge=BLUE if self.field else "#dadce0",
            radius=16,
            inset=36,
            ink="#202124" if self.text else "#80868b",
        )
        typed = Widget(
            kind="EditText",
            bounds=(MARGIN, top, WIDTH - MARGIN, top + 150),
            text=self.text,
            shown=self.text or "Phone number or e-mail",
            id="account_name",
            action="field:account",
            focused=bool(self.field),
            look=look,
        )
        return [typed, button((MARGIN, top + 220, WIDTH - MARGIN, top + 360), "Sign in", "sign in", resource="sign_in")]


_LABELS = {
    "com.mirage.browser": "Browser",
    "com.mirage.player": "Music",
    "com.mirage.fileexplorer": "Files",
    "com.mirage.home": "Home",
    "com.android.settings": "Settings",
}
