"""Undoes packaging, looks for needles on the way, and says what stayed shut."""

from __future__ import annotations

from backtalk.decode.budget import Budget
from backtalk.decode.codec import Codec
from backtalk.decode.codecs import CODECS
from backtalk.decode.replay import replay
from backtalk.decode.walk import Walker, tree

__all__ = ["CODECS", "Budget", "Codec", "Walker", "replay", "tree"]
