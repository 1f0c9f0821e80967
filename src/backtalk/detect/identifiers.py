"""Values that join what was done in private to what was done before it."""

from __future__ import annotations

from collections.abc import Sequence

from backtalk.model.view import Join, SessionView


def joins(views: Sequence[SessionView]) -> tuple[Join, ...]:
    """Values that left in both modes of one session and in no other session of the case."""
    raise NotImplementedError
