"""Starts a room for a session and listens to it; whatever happens, the room ends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from backtalk.lab.job import Doing, Done, Job, Line
from backtalk.lab.namespaces import in_room

LONGEST_SESSION = 900.0
"""Seconds after which a session is ended: far beyond any script, so only a hang meets it."""

EXCERPT = 300
_KILLED = "unshare: sigprocmask"
"""How unshare(1) words that it cannot pass SIGKILL on to itself."""

LONGEST_LINE = 1 << 24
"""Bytes of one line from a room: its last one carries whole configuration files."""


async def record(job: Job, listen: Callable[[Doing], None]) -> Done:
    """Record one session in a room of its own; a room that breaks is a Done that says so.

    Must be awaited in the main thread: the room dies with the thread that started it.
    Cancelling it kills the room at once; what was recorded stays.
    """
    log = Path(job.folder) / "lab.log"
    with log.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            *in_room([sys.executable, "-P", "-m", "backtalk.lab.room"]),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=said,
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C is for the investigator's process, which then ends the room
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(msgspec.json.encode(job))
        process.stdin.close()
        async with asyncio.timeout(LONGEST_SESSION):
            done = await _listen(process.stdout, listen)
            code = await process.wait()
    except TimeoutError:
        return Done(failed=f"the session was ended after {LONGEST_SESSION:g} s without an end.")
    except (BrokenPipeError, ConnectionResetError):
        done, code = None, await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return done or Done(failed=f"the lab ended early with code {code}: {_last_words(log)}", broken=True)


async def _listen(stream: asyncio.StreamReader, listen: Callable[[Doing], None]) -> Done | None:
    async for line in stream:
        try:
            told: Line = msgspec.json.decode(line, type=Doing | Done)
        except msgspec.MsgspecError:
            return None  # the half line of a room that was killed
        if isinstance(told, Done):
            return told
        listen(told)
    return None


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="backslashreplace").strip().splitlines()
    if lines and _KILLED in lines[-1]:
        return "its first process was killed."
    return lines[-1][:EXCERPT] if lines else "it said nothing."
