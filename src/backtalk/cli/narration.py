"""Tells on stderr what a running case is doing."""

from __future__ import annotations

import click
from rich.console import Console

from backtalk.errors import BacktalkError
from backtalk.evidence import Case
from backtalk.model.plan import Stimulus
from backtalk.model.result import Result
from backtalk.pipeline.investigate import investigate
from backtalk.pipeline.run import News
from backtalk.report.progress import Progress

PHRASES = {
    "start": "a fresh start",
    "visit": "visiting a page",
    "search": "searching",
    "draft": "typing without submitting",
    "control": "visiting the control page",
    "open-private": "opening a private window",
    "restart": "closing and starting again",
    "idle": "leaving it alone",
}


def narrated(case: Case, labs: int) -> Result:
    """Investigate a case while its progress is shown; raises what went wrong as one error."""
    with Progress(Console(stderr=True)) as progress:

        def listen(news: News) -> None:
            lane = f"lab {news.lane + 1}"
            if news.stimulus is None:
                progress.rest(lane)
                if news.failed:
                    then = "is recorded anew" if news.again else "does not count"
                    progress.note(f"{news.session.id} {then}: {news.failed}")
                return
            what = phrase(news.stimulus)
            progress.event(lane, news.session.id, what, done=news.done, total=news.total, left=news.left)

        try:
            return investigate(case, listen, labs)
        except BaseExceptionGroup as group:
            raise _first(group) from group


def phrase(stimulus: Stimulus) -> str:
    """The stimulus in words, with what is typed."""
    how = {"type": " by typing", "paste": " by pasting", "": ""}[stimulus.how]
    private = ", in private mode" if stimulus.mode == "private" else ""
    return f"{PHRASES[stimulus.action]}{how if stimulus.action == 'visit' else ''}{private} {stimulus.text}".rstrip()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What to tell of several failures: a foreseen one if there is one, else the first."""
    flat: list[BaseException] = []
    waiting: list[BaseException] = [group]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
        else:
            flat.append(one)
    return next((one for one in flat if isinstance(one, BacktalkError | click.Abort)), flat[0])
