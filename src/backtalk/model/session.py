"""What is recorded of a session besides the wire."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backtalk.model.plan import Script

SessionState = Literal["recording", "sealed", "interrupted", "failed"]


class Moment(Struct, frozen=True, kw_only=True):
    """A point in time by two clocks: seconds since the Unix epoch, and monotonic seconds."""

    wall: float
    monotonic: float


class StimulusEvent(Struct, frozen=True, kw_only=True):
    """One line of stimuli.jsonl: a stimulus or spike has begun, was submitted, or has ended.

    `submitted` is the moment at which Return was pressed. `screenshot` is a file name in
    screens/, taken when the stimulus ended. `detail` says what went wrong, if anything did.
    """

    stimulus: str
    event: Literal["begun", "submitted", "ended", "sent", "failed"]
    at: Moment
    screenshot: str = ""
    detail: str = ""


class Configuration(Struct, frozen=True, kw_only=True):
    """The subject as it really ran: what decides the result as much as the browser does.

    `files` maps each policy and packager preference file to its content; `switches` are
    the settings that the condition changed, as `file: key = value`.
    """

    program: str
    version: str
    package: str = ""
    command: tuple[str, ...] = ()
    user: str = ""
    environment: dict[str, str] = {}
    files: dict[str, str] = {}
    switches: tuple[str, ...] = ()
    trust: str = ""
    welcome: str = ""


class Session(Struct, frozen=True, kw_only=True):
    """session.json: one subject under one condition, once.

    `attempt` counts from 1; `began` and `ended` are UTC epoch seconds. `counters` are the
    gateway's own packet counts by kind, against which the records are checked.
    `reason` says why a session is interrupted or failed.
    """

    v: int = 1
    id: str
    attempt: int
    state: SessionState
    plan: str
    script: Script
    backtalk: str
    began: float
    ended: float = 0.0
    configuration: Configuration | None = None
    tools: dict[str, str] = {}
    counters: dict[str, int] = {}
    reason: str = ""
