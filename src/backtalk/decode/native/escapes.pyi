from collections.abc import Iterable

from backtalk.decode.native.spans import Spans
from backtalk.model.decoding import Span

JSON: int
SCRIPT: int
PERCENT: int
FORM: int
ENTITIES: int

def undo(data: bytes, kind: int) -> bytes: ...
def origins(data: bytes, start: int, end: int, kind: int, spans: Iterable[Span]) -> Spans: ...
def around(data: bytes, kind: int, reach: int) -> Undone | None: ...
def quoted_lines(data: bytes, start: int, end: int) -> list[Span]: ...

class Undone:
    data: bytes
    def touched(self, start: int, end: int) -> bool: ...
    def origins(self, spans: Iterable[Span]) -> list[Span]: ...
