"""A handset whose clock stands, with a web that answers from a table; and what tests ask of both."""

from __future__ import annotations

from backtalk.range.adb.device import Exit, Input, Out, Pause
from backtalk.range.builds import load
from backtalk.range.handset import Debugged, Handset
from backtalk.range.handset.clock import Clock
from backtalk.range.handset.network import Reply
from backtalk.range.handset.screen import find
from backtalk.range.handset.screen.paint import SCREEN
from backtalk.range.handset.screen.widget import walk

START = 1_588_248_000.0
BROWSER, HOME = "com.mirage.browser", "com.mirage.home"


class Tick:
    """A clock that only moves when it is told to."""

    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


class Desk:
    """A handset and somebody with it: `said` is what happened."""

    def __init__(self, *, seed=7, unlocked=True):
        self.tick, self.said = Tick(), []
        clock = Clock(self.tick, start=START)
        self.phone = Handset(load("silent"), seed=seed, clock=clock, listen=self.said.append)
        self.display = self.phone.display
        self.device = Debugged(self.phone)
        self.web = {}
        self.asked = []
        if unlocked:
            self.display.key("menu")

    def run(self, command, stdin=b"", *, code=None):
        """The outputs of a command line; its exit code must be this one."""
        given = Input(self.phone.files.room())
        given.feed(stdin)
        given.close()
        out = {1: b"", 2: b""}
        for step in self.device.run(command, given):
            if isinstance(step, Out):
                out[step.stream] += step.data
            elif isinstance(step, Exit):
                assert code is None or step.code == code, (command, step.code, out)
            elif isinstance(step, Pause):
                while not step.ready():
                    self.tick.at += 0.5
                    self.bring()
        given.drop()
        return out[1].decode(errors="replace"), out[2].decode(errors="replace")

    def say(self, command):
        """Stdout of a command that succeeds and has nothing to complain of."""
        said, complained = self.run(command, code=0)
        assert not complained, complained
        return said

    def bring(self):
        """The web answers all that was asked for."""
        while self.phone.requests:
            request = self.phone.requests.popleft()
            self.asked.append(request)
            body = self.web.get(request.url)
            reply = Reply(url=request.url, error="ERR_NAME_NOT_RESOLVED")
            if isinstance(body, Reply):
                reply = body
            elif body is not None:
                reply = Reply(url=request.url, status=200, type="text/html", body=body.encode())
            self.tick.at += 0.25
            self.phone.arrived(request.number, reply)

    def words(self):
        """Everything that can be read on the screen."""
        return [one.text for one, _ in walk(self.display.focused().root, SCREEN) if one.text]

    def tap(self, text):
        """Tap what says this, or is described so."""
        for one, (left, top, right, bottom) in reversed(list(walk(self.display.focused().root, SCREEN))):
            if text in {one.text, one.desc, one.id} and left < right:
                self.display.tap((left + right) // 2, (top + bottom) // 2)
                return
        raise AssertionError(f"{text!r} is not on the screen: {self.words()}")

    def has(self, action):
        return find(self.display.focused().root, action) is not None

    def events(self, name=None):
        return [one for one in self.said if name is None or one.event == name]
