"""What the investigator's process and a room say to each other: one JSON line each."""

from __future__ import annotations

from msgspec import Struct

from backtalk.model.plan import Script
from backtalk.model.session import Configuration


class Job(Struct, frozen=True, kw_only=True):
    """One session to record into `folder`, which exists. `seed` paces the person at the keyboard."""

    script: Script
    folder: str
    mitmdump: str
    seed: int


class Doing(Struct, frozen=True, kw_only=True, tag="doing"):
    """A stimulus has begun: number `number` of `of`."""

    stimulus: str
    number: int
    of: int


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """The session is over. `failed` says why it does not count, if it does not.

    `broken`: the lab itself failed, which says nothing about the subject, so that the
    session may be recorded anew.
    """

    configuration: Configuration | None = None
    tools: dict[str, str] = {}
    counters: dict[str, int] = {}
    failed: str = ""
    broken: bool = False


Line = Doing | Done
