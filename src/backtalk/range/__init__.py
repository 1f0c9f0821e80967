"""The proving ground: simulated handsets whose behaviour is known exactly, and the builds that they run."""

from __future__ import annotations

LABEL = "reconstruction from published reports, not evidence about any product"
"""What everything says that the range shows or writes."""
