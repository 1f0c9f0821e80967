"""The subjects that the lab can drive: one declarative file each, listed here."""

from __future__ import annotations

from backtalk.lab.subjects.chromium import CHROMIUM
from backtalk.lab.subjects.firefox import FIREFOX
from backtalk.lab.subjects.subject import Keys, Setting, Subject

SUBJECTS: tuple[Subject, ...] = (CHROMIUM, FIREFOX)

__all__ = ["SUBJECTS", "Keys", "Setting", "Subject"]
