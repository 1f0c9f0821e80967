from collections.abc import Sequence

from backtalk.model.decoding import Span

KINDS: tuple[str, ...]

class Marks:
    kinds: tuple[str, ...]
    def __init__(self, data: bytes, stretches: list[Span]) -> None: ...
    def within(self, kinds: Sequence[str]) -> list[Span]: ...
