"""Does to a subject what the script says, and writes down when."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from backtalk.errors import SubjectFailed
from backtalk.evidence import SessionFolder
from backtalk.lab.display import Display
from backtalk.lab.internet import stimulus as stimulus_page
from backtalk.lab.namespaces import VISITOR_HOME, VISITOR_NAME, SubjectSpace
from backtalk.lab.person import Person
from backtalk.lab.subjects import Subject
from backtalk.model.plan import Action, Stimulus
from backtalk.model.session import Moment, StimulusEvent

START_WITHIN, LOAD_WITHIN, CLOSE_WITHIN = 45.0, 20.0, 25.0
"""Seconds after which a subject counts as not having started, loaded a page, or closed."""

CLOSE_AGAIN = 4.0
"""Seconds after which a person presses the closing key again."""

SETTLE = 3.0
"""Seconds that a person waits after a window has appeared before using it."""

EXCERPT = 400


def moment() -> Moment:
    """Now, by both clocks."""
    return Moment(wall=time.time(), monotonic=time.monotonic())


class Performance:
    """One subject in front of one person, for one session."""

    def __init__(
        self,
        subject: Subject,
        space: SubjectSpace,
        display: Display,
        person: Person,
        folder: SessionFolder,
        check_lab: Callable[[], None],
    ) -> None:
        """`check_lab` raises LabFailed or StorageFailed once a part of the lab has broken."""
        self._subject, self._space, self._display, self._person = subject, space, display, person
        self._folder, self._check_lab = folder, check_lab
        self._log = (folder.path / "subject.log").open("ab")
        self._program: subprocess.Popen[bytes] | None = None
        self._acts: dict[Action, Callable[[Stimulus], str]] = {
            "start": self._start,
            "visit": self._visit,
            "control": self._visit,
            "search": self._search,
            "draft": self._draft,
            "open-private": self._open_private,
            "restart": self._restart,
            "idle": lambda _: "",
        }

    def perform(self, stimulus: Stimulus) -> None:
        """Do one stimulus; its beginning, submission, end and picture are written down as they happen.

        SubjectFailed when the subject did not start, ended by itself, or does not answer; LabFailed
        or StorageFailed when it was the lab that broke, for which no subject is blamed.
        """
        self._write(StimulusEvent(stimulus=stimulus.id, event="begun", at=moment()))
        try:
            detail = self._acts[stimulus.action](stimulus)
            time.sleep(stimulus.gap)  # the person looks at what came: part of the script, not a wait for an event
            self._check_alive()  # one that died while it was left alone would pass for a silent one
        except SubjectFailed as failure:
            self._check_lab()
            picture = self._picture(stimulus)
            self._write(
                StimulusEvent(
                    stimulus=stimulus.id, event="failed", at=moment(), screenshot=picture, detail=str(failure)
                )
            )
            raise
        picture = self._picture(stimulus)
        if stimulus.action == "draft":
            detail = self._check_draft(stimulus)
        self._write(
            StimulusEvent(
                stimulus=stimulus.id,
                event="failed" if detail else "ended",
                at=moment(),
                screenshot=picture,
                detail=detail,
            )
        )

    def _start(self, _: Stimulus) -> str:
        environment = {
            "DISPLAY": self._display.name,
            "HOME": str(VISITOR_HOME),
            "LANG": "C.UTF-8",
            "LOGNAME": VISITOR_NAME,
            "PATH": "/usr/bin:/bin",
            "USER": VISITOR_NAME,
        }
        self._program = subprocess.Popen(
            self._space.as_visitor(self._subject.command, environment),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        self._await(lambda: bool(self._windows()), START_WITHIN, f"a window of {self._subject.name}")
        time.sleep(SETTLE)
        return ""

    def _visit(self, stimulus: Stimulus) -> str:
        self._enter(stimulus)
        title = stimulus_page.title(urlsplit(stimulus.url).hostname or "")
        return self._submit(stimulus, lambda: title in self._person.title())

    def _search(self, stimulus: Stimulus) -> str:
        self._enter(stimulus)
        return self._submit(stimulus, lambda: stimulus.text in self._person.title().lower())

    def _draft(self, stimulus: Stimulus) -> str:
        self._enter(stimulus)
        return ""

    def _check_draft(self, stimulus: Stimulus) -> str:
        """Copy what stands in the address bar, to know that it was typed there; then leave it."""
        self._person.press("ctrl+a", "ctrl+c")
        copied = self._display.run("xclip", "-selection", "clipboard", "-out", timeout=10).stdout
        self._person.press("Escape", "Escape")
        return "" if stimulus.text in copied else f"the address bar held {copied[:EXCERPT]!r}"

    def _open_private(self, _: Stimulus) -> str:
        before = len(self._windows())
        self._person.press(self._subject.keys.private_window)
        self._await(lambda: len(self._windows()) > before, START_WITHIN, "a private window")
        time.sleep(SETTLE)
        return ""

    def _restart(self, stimulus: Stimulus) -> str:
        program = self._program
        assert program is not None
        limit = time.monotonic() + CLOSE_WITHIN
        while program.poll() is None and (windows := self._windows()) and time.monotonic() < limit:
            self._person.press(self._subject.keys.close_window)
            try:
                self._person.await_that(partial(self._fewer_than, len(windows)), CLOSE_AGAIN, "a closed window")
            except SubjectFailed:
                # A window that has just lost its neighbour may be left without the keyboard.
                self._person.activate(windows[-1])
        self._person.await_that(lambda: program.poll() is not None, CLOSE_WITHIN, f"the end of {self._subject.name}")
        return self._start(stimulus)

    def _enter(self, stimulus: Stimulus) -> None:
        self._person.press(self._subject.keys.address_bar)
        self._person.glance()
        if stimulus.how == "paste":
            self._person.paste(stimulus.text)
        else:
            self._person.type(stimulus.text)
        self._person.glance()

    def _submit(self, stimulus: Stimulus, shown: Callable[[], bool]) -> str:
        self._write(StimulusEvent(stimulus=stimulus.id, event="submitted", at=moment()))
        self._person.press("Return")
        try:
            self._await(shown, LOAD_WITHIN, "the page")
        except SubjectFailed:
            self._check_alive()
            return f"the page was not seen to load; the title is {self._person.title()[:EXCERPT]!r}"
        return ""

    def _await(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        def so_or_broken() -> bool:
            if condition():
                return True
            self._check_lab()
            self._check_alive()
            return False

        self._person.await_that(so_or_broken, seconds, what)

    def _check_alive(self) -> None:
        if self._program is not None and self._program.poll() is not None:
            raise SubjectFailed(
                f"{self._subject.name} ended by itself with code {self._program.returncode}.",
                means="This session is excluded from every verdict; what it recorded is kept.",
                remedy="subject.log of the session holds what it said.",
            )

    def _fewer_than(self, count: int) -> bool:
        return len(self._windows()) < count

    def _windows(self) -> tuple[int, ...]:
        return self._person.windows(self._subject.window_class)

    def _picture(self, stimulus: Stimulus) -> str:
        name = f"{stimulus.id}.png"
        screens: Path = self._folder.path / "screens"
        screens.mkdir(exist_ok=True)
        return name if self._display.screenshot(screens / name) else ""

    def _write(self, event: StimulusEvent) -> None:
        self._folder.append_event(event)
