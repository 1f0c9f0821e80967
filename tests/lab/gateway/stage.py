"""Runs as the first process of a room: a gateway, and a talker in the subject's network namespace.

`stage.py FOLDER MITMDUMP WHAT`: records go to FOLDER; what was seen is printed as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from backtalk.errors import BacktalkError
from backtalk.lab.gateway import Gateway
from backtalk.lab.namespaces import SubjectSpace

TALKER = Path(__file__).with_name("talker.py")


def limited(folder: Path, kibibytes: int) -> None:
    """Put a file system of so many KiB in place of `folder`, in this room only."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", folder], check=True)


def main() -> None:
    folder, mitmdump, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    scratch = folder.with_name(folder.name + "-scratch")
    scratch.mkdir()
    if what == "flood":
        limited(folder, 512)
    seen: dict[str, object] = {}
    space = SubjectSpace()
    gateway = Gateway(folder, mitmdump, scratch)
    begun = time.monotonic()
    gateway.attach(space.pid)
    gateway.start()
    gateway.ready()
    seen["start-up"] = time.monotonic() - begun
    command = space.inside([sys.executable, str(TALKER), str(gateway.ca), what], spaces=("net",))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as talker:
        assert talker.stdout is not None
        if what == "hang":
            sys.stdout.write(talker.stdout.readline())
            sys.stdout.flush()
        seen["said"] = talker.stdout.read()
    seen["links"] = [line.split(":")[1].strip() for line in printed("ip", "-o", "link", "show", "up")]
    seen["tools"] = gateway.tools
    try:
        gateway.check()
        seen["check"] = ""
    except BacktalkError as failure:
        seen["check"] = f"{type(failure).__name__}: {failure}"
    space.end()
    begun = time.monotonic()
    gateway.stop()
    seen["stopping"] = time.monotonic() - begun
    seen["counters"] = gateway.counters()
    seen["complaints"] = gateway.complaints()
    sys.stdout.write(json.dumps(seen))


def printed(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


if __name__ == "__main__":
    main()
