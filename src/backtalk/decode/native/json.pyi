from collections.abc import Callable, Iterable

from backtalk.model.decoding import Span

def strings(
    data: bytes, places: Iterable[Span], member: Callable[[bytes], str]
) -> list[tuple[int, int, str, bool]]: ...
