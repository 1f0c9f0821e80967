"""What is on the screen: one description, from which the picture, the dump and every tap follow."""

from __future__ import annotations

from backtalk.range.handset.screen.widget import Bounds, Look, Widget, Window, at, clipped, find, walk

__all__ = ["Bounds", "Look", "Widget", "Window", "at", "clipped", "find", "walk"]
