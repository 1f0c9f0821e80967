"""What the absence of a sighting excludes."""

from __future__ import annotations

CONFIDENCE = 0.95
WEAK = 0.10
"""A bound weaker than this is called preliminary."""


def bound(sessions: int) -> float:
    """The largest share of sessions in which a leak could still hide, after none in `sessions`, at 95 %.

    Exact binomial (Clopper-Pearson) for no success: 0 of 3 gives 0.63, 0 of 29 gives 0.10,
    0 of 59 gives 0.05. Rounded to six places, so that it is the same on any machine.
    """
    return 1.0 if sessions < 1 else round(1 - (1 - CONFIDENCE) ** (1 / sessions), 6)


def preliminary(sessions: int) -> bool:
    """Whether the bound is weaker than 10 %."""
    return bound(sessions) > WEAK
