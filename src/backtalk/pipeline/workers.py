"""Worker processes that end with the process that started them, however that ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def pool(workers: int) -> ProcessPoolExecutor:
    """A pool of this many processes; it must be first used in the main thread.

    By themselves they would wait for work for ever once their parent was killed.
    """
    return ProcessPoolExecutor(workers, initializer=_bind, initargs=(os.getpid(),))


def _bind(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its workers
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it died before the kernel was asked
