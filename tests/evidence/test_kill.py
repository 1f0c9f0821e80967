"""A writer is killed with SIGKILL at random points; nothing that it had flushed may be lost."""

from __future__ import annotations

import multiprocessing
import os
import random
from pathlib import Path

import msgspec

from backtalk.evidence import Case, RecordWriter, verify

from .samples import PLAN, event, session, wire


def _write(path: Path, acknowledge: int) -> None:
    """Record sessions without end, telling with one letter of each thing once it is said to last."""
    os.setsid()
    case = Case.create(path, PLAN)
    os.write(acknowledge, b"c")
    for repeat in range(1, 1_000_000):
        name = f"chromium.normal.{repeat}"
        folder = case.begin_session(session(case, name))
        os.write(acknowledge, b"b")
        with RecordWriter(folder.path / "exchanges.btrec") as writer:
            for number, record in enumerate(wire()):
                writer.write(record)
                os.write(acknowledge, b"r")
                folder.append_event(event(number))
                os.write(acknowledge, b"e")
        case.seal_session(folder, session(case, name, state="sealed"))
        os.write(acknowledge, b"s")


def _killed_after(path: Path, letters: int, spin: int) -> str:
    """Run the writer until it has told of so many things, then kill it; gives all that it had told of."""
    reader, writer = os.pipe()
    process = multiprocessing.get_context("fork").Process(target=_write, args=(path, writer))
    process.start()
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as told:
        heard = b""
        while len(heard) < letters and (more := told.read(1)):
            heard += more
        for _ in range(spin):
            pass
        process.kill()
        process.join(30)
        heard += told.readall()
    assert process.exitcode == -9
    return heard.decode()


def test_fifty_kills_lose_nothing_that_was_flushed(tmp_path: Path) -> None:
    draw = random.Random(50)
    for kill in range(50):
        path = tmp_path / str(kill)
        told = _killed_after(path, draw.randrange(1, 50), draw.randrange(60_000))
        case = Case.open(path)
        sessions = case.sessions()
        assert len(sessions) >= told.count("b")
        assert sum(folder.sealed for folder in sessions) >= told.count("s")
        for folder, after in zip(sessions, told.split("b")[1:], strict=False):
            records = wire()[: after.count("r")]
            events = [event(number) for number in range(after.count("e"))]
            assert list(folder.events())[: len(events)] == events
            exchanges, gaps = folder.exchanges()
            assert {gap.kind for gap in gaps} <= {"truncated", "unrecorded"}
            if len(records) >= 5:
                assert exchanges[0].part("request.body") == b"one two"
            elif len(records) >= 3:
                assert exchanges[0].host == "site.example"

        resumed = Case.open(path, resume=True)
        for folder in resumed.interrupted():
            assert folder.session().state == "recording"
            resumed.seal_session(folder, msgspec.structs.replace(folder.session(), state="interrupted"))
        found = verify(resumed)
        assert (found.ok, found.faults, found.notes) == (True, (), ())
        assert resumed.plan_bytes() == PLAN
        assert len(resumed.sessions()) == len(sessions)
