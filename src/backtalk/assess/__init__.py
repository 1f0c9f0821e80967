"""Weighs what was found: who was expected, what could be read, and what each claim is worth. Pure functions."""

from __future__ import annotations

from backtalk.assess.claims import CLAIMS
from backtalk.assess.judge import annotated, judge

__all__ = ["CLAIMS", "annotated", "judge"]
