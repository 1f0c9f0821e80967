"""The person at the keyboard: real key presses, at human speed, in real windows."""

from __future__ import annotations

import time
from collections.abc import Callable

from backtalk.errors import SubjectFailed
from backtalk.lab.display import Display
from backtalk.model.draw import Draw

KEY_NAMES = {
    " ": "space",
    ".": "period",
    "/": "slash",
    ":": "colon",
    "?": "question",
    "=": "equal",
    "-": "minus",
    "&": "ampersand",
}
"""X keysym names of the characters that people type in addresses, besides letters and digits."""

FASTEST, SLOWEST = 0.09, 0.20
"""Seconds between two keys: some 60 to 130 words a minute."""

GLANCE = (0.3, 0.6)
"""Seconds that a person looks at what a key has done before going on."""


class Person:
    """Types, pastes and presses keys on one screen; waits for what can be seen, never for time alone."""

    def __init__(self, display: Display, draw: Draw) -> None:
        self._display = display
        self._draw = draw

    def press(self, *keys: str) -> None:
        """Press key combinations one after the other, in xdotool's names (`ctrl+l`)."""
        self._xdotool("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type `text` key by key with drawn pauses. Returns when the last key is up."""
        words: list[str] = []
        for letter in text:
            words += ["key", KEY_NAMES.get(letter, letter), "sleep", f"{self._draw.between(FASTEST, SLOWEST):.3f}"]
        self._xdotool(*words, timeout=30 + len(text))

    def paste(self, text: str) -> None:
        """Put `text` on the clipboard and paste it with the usual keys."""
        self._display.hold("xclip", "-selection", "clipboard", "-in", text=text)
        self.press("ctrl+v")

    def glance(self) -> None:
        """Look at what the last key has done, for as long as a person does."""
        time.sleep(self._draw.between(*GLANCE))

    def windows(self, window_class: str) -> tuple[int, ...]:
        """The visible windows of a class, in the order in which the X server lists them."""
        found = self._display.run("xdotool", "search", "--onlyvisible", "--class", window_class).stdout
        return tuple(int(word) for word in found.split())

    def activate(self, window: int) -> None:
        """Bring a window to the front and give it the keyboard; it may be gone already."""
        self._display.run("xdotool", "windowactivate", str(window), timeout=10)

    def title(self) -> str:
        """The title of the active window; empty if there is none."""
        return self._display.run("xdotool", "getactivewindow", "getwindowname").stdout.strip()

    def await_that(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Return as soon as the condition holds; SubjectFailed after `seconds`."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise SubjectFailed(
                    f"{what} did not come about within {seconds:g} s.",
                    means="This session is excluded from every verdict; what it recorded is kept.",
                    remedy="Look at its last picture in screens/ and at lab.log.",
                )
            time.sleep(0.05)  # X has no event for what another program has drawn

    def _xdotool(self, *words: str, timeout: float = 30) -> None:
        done = self._display.run("xdotool", *words, timeout=timeout)
        if done.returncode:
            raise SubjectFailed(
                f"the keyboard could not be used: xdotool said {done.stderr.strip()!r}.",
                means="This session is excluded from every verdict; what it recorded is kept.",
                remedy="`backtalk doctor` checks xdotool and Xvfb.",
            )
