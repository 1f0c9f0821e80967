"""Worker processes that end with the process that started them, however that ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def pool(workers: int, ready: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """A pool of this many processes; it must be first used in the main thread.

    By themselves they would wait for work for ever once their parent was killed. `ready` is
    called in each before its first work.
    """
    return ProcessPoolExecutor(workers, initializer=_bind, initargs=(os.getpid(), ready))


def _bind(parent: int, ready: Callable[[], None] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its workers
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it died before the kernel was asked
    if ready is not None:
        ready()
