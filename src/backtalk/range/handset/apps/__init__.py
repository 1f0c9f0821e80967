"""The programs on the handset, one file each."""

from __future__ import annotations

from backtalk.range.handset.apps.app import App, Phone
from backtalk.range.handset.apps.browser import Browser
from backtalk.range.handset.apps.files import Files
from backtalk.range.handset.apps.launcher import Launcher
from backtalk.range.handset.apps.music import Music
from backtalk.range.handset.apps.plain import PLAIN
from backtalk.range.handset.apps.settings import Settings

__all__ = ["APPS", "App", "Launcher", "Phone"]

APPS: tuple[type[App], ...] = (Launcher, Browser, Music, Files, Settings, *PLAIN)
"""Every program that has a screen of its own."""
