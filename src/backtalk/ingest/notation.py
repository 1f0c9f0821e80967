"""What captures write alike in several formats: letters of unknown encoding, moments, the ports of schemes."""

from __future__ import annotations

from datetime import UTC, datetime

PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
"""The port that a URL without one means (RFC 9110, section 4.2; RFC 6455, section 3)."""


def letters(value: bytes) -> str:
    """Text in UTF-8, or else every byte as a letter, so that none is lost."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def moment(written: str) -> float:
    """ISO 8601 as UTC epoch seconds; 0.0 where it is none, or lies before 1970."""
    try:
        told = datetime.fromisoformat(written)
        return max((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp(), 0.0)
    except (ValueError, OverflowError):
        return 0.0
