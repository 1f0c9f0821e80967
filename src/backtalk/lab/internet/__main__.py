"""`python -m backtalk.lab.internet PORT CERTIFICATE`: the synthetic internet as a process of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from backtalk.lab.internet.server import serve

if __name__ == "__main__":
    asyncio.run(serve("127.0.0.1", int(sys.argv[1]), Path(sys.argv[2])))
