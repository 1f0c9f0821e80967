"""Reads foreign JSON without trusting any of it: a member of the wrong kind reads as absent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def member(holder: object, name: str) -> Mapping[str, object]:
    """An object's member that is an object; empty otherwise."""
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}


def items(holder: object, name: str) -> Sequence[object]:
    """An object's member that is an array; empty otherwise."""
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else ()


def text(holder: object, name: str) -> str:
    """An object's member as text; a number or a truth value in the text's place is written out."""
    found = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(found, str):
        return found
    return repr(found) if isinstance(found, int | float) else ""


def number(holder: object, name: str) -> float:
    """An object's member that is a finite number, also one written as text; 0 otherwise."""
    found = holder.get(name) if isinstance(holder, dict) else None
    try:
        value = float(found) if isinstance(found, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return value if math.isfinite(value) else 0.0
