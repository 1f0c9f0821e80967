"""Spreads work over processes and gives the results in the order of the work, with bounded work under way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any, Generic, TypeVar

from msgspec import Struct

from backtalk.errors import EnvironmentNotReady
from backtalk.pipeline.workers import pool

Work = TypeVar("Work")
Result = TypeVar("Result")
Passing = TypeVar("Passing")

AHEAD, WEIGHT = 3, 64 << 20
"""Pieces of work under way for each worker, and bytes of all together, at most; one alone may be heavier."""


class Task(Struct, Generic[Work], frozen=True):
    """A piece of work of so many bytes, among things that only pass by in their place."""

    work: Work
    weight: int = 0


class Hands(ABC, Generic[Work, Result]):
    """Those who do the work."""

    def each(self, items: Iterable[Task[Work] | Passing]) -> Iterator[Result | Passing]:
        """The result of every task in its order, and everything else where it stood."""
        line: deque[tuple[Future[Result], int] | Passing] = deque()
        weight = 0
        for item in items:
            coming = item.weight if isinstance(item, Task) else 0
            while line and (len(line) > self.ahead or weight + coming > WEIGHT or not isinstance(line[0], tuple)):
                first = line.popleft()
                weight -= first[1] if isinstance(first, tuple) else 0
                yield first[0].result() if isinstance(first, tuple) else first
            line.append((self.begin(item.work), item.weight) if isinstance(item, Task) else item)
            weight += coming
        for left in line:
            yield left[0].result() if isinstance(left, tuple) else left

    ahead = 0

    @abstractmethod
    def begin(self, work: Work) -> Future[Result]:
        """Begin one task."""


class _Own(Hands[Work, Result]):
    def __init__(self, work: Callable[[Work], Result]) -> None:
        self._work = work

    def begin(self, work: Work) -> Future[Result]:
        future: Future[Result] = Future()
        future.set_result(self._work(work))
        return future


class _Many(Hands[Work, Result]):
    def __init__(self, executor: ProcessPoolExecutor, ahead: int) -> None:
        self._executor, self.ahead = executor, ahead

    def begin(self, work: Work) -> Future[Result]:
        return self._executor.submit(_do, work)


@contextmanager
def spread(make: Callable[[], Callable[[Work], Result]], workers: int) -> Iterator[Hands[Work, Result]]:
    """Hands for tasks. `make` gives the function that does one task; it is called once in each worker.

    EnvironmentNotReady if a worker was killed.
    """
    if workers <= 1:
        yield _Own(make())
        return
    with pool(workers, partial(_install, make)) as executor:
        try:
            # All processes are there before any thread is: a fork takes no half-held lock along.
            executor.submit(int).result()
            yield _Many(executor, workers * AHEAD)
        except BrokenProcessPool as error:
            raise EnvironmentNotReady(
                "a worker process was killed, likely for want of memory.",
                means="What it was reading is not judged.",
                remedy="Use fewer --workers.",
            ) from error
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


_worker: list[Callable[[Any], Any]] = []
"""In a worker process: the function that does its tasks, whatever their type."""


def _install(make: Callable[[], Callable[[Any], Any]]) -> None:
    _worker[:] = [make()]


def _do(work: Work) -> Any:  # noqa: ANN401 -- the type is the task's own, which the process cannot know
    return _worker[0](work)
