from backtalk.decode.native.spans import Spans
from backtalk.model.decoding import Span

REASONS: tuple[str, ...]

def noise(data: bytes, within: Spans) -> tuple[Spans, bytes]: ...

class Runs:
    kinds: tuple[str, ...]
    base64: list[Span]
    hex: list[Span]
    base32: list[Span]
    base58: list[Span]
    base62: list[Span]
    base85: list[Span]
    lzstring: list[Span]
    ordered: list[Span]
    unsure: Spans
    def __init__(self, data: bytes) -> None: ...
