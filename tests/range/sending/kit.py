"""What can happen on a handset, one of each; and a handset's owner who answers, switches and goes on."""

from __future__ import annotations

from msgspec.structs import replace

from backtalk.range.handset.happening import Happening
from backtalk.range.handset.identities import born
from backtalk.range.sending.selecting import Selection

BROWSER, HOME, MUSIC, SETTINGS, BAR = (
    "com.mirage.browser", "com.mirage.home", "com.mirage.player", "com.android.settings", "com.android.systemui",
)  # fmt: skip
START = 1_588_248_000.0
DAY = 86_400
URL = "https://clinic.example/zavorimupe"
ONE_OF_EACH = {
    "visit start": (BROWSER, {"url": URL, "source": "link"}),
    "visit finish": (BROWSER, {"url": URL, "status": "200", "ms": "900", "title": "T"}),
    "search": (BROWSER, {"word": "zavorimupe", "engine": "RangeSearch", "method": "address bar"}),
    "feed item": (BROWSER, {"title": "T", "source": "S", "url": URL, "position": "3"}),
    "download": (BROWSER, {"url": URL, "name": "a.pdf", "suffix": "pdf"}),
    "share": (BROWSER, {"url": URL}),
    "folder": (HOME, {"name": "Tools"}),
    "swipe": (HOME, {"page": "2"}),
    "status bar": (BAR, {}),
    "settings": (SETTINGS, {"page": "about"}),
    "music": (MUSIC, {"op": "play", "title": "Harbour Lights", "artist": "The Mirages"}),
    "app": ("android", {"name": MUSIC}),
    "account": ("android", {"account": "me@mail.example"}),
}
IN_BROWSER = [event for event, (app, _) in ONE_OF_EACH.items() if app == BROWSER]


class Owner:
    """Somebody with a handset of a build; `do` gives what leaves because of it."""

    def __init__(self, build, *, consent="unasked", seed=1):
        self.identities, self.moment = born(7), START
        self.selection = Selection(build, lambda: self.identities, seed=seed)
        if consent != "unasked":
            self.do("consent", BROWSER, answer=consent)

    def do(self, event, app=None, mode="normal", **details):
        own, given = ONE_OF_EACH.get(event, ("android", {}))
        happening = Happening(moment=self.moment, app=app or own, event=event, mode=mode, details=details or given)
        return list(self.selection.hear(happening))

    def records(self, event, **how):
        return [one.record for one in self.do(event, **how)]

    def sign(self, account):
        self.identities = replace(self.identities, account=account)
        return self.do("account", account=account)

    def switch(self, name, *, on):
        return self.do("switch", BROWSER, name=name, on=str(int(on)))
