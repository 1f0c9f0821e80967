"""The makers' claims that can be tested: one file each, listed here."""

from __future__ import annotations

CLAIMS: tuple[object, ...] = ()
