"""A simulated handset: its state, its programs and screens, its shell."""

from __future__ import annotations

from backtalk.range.handset.device import Debugged
from backtalk.range.handset.phone import Handset

__all__ = ["Debugged", "Handset"]
