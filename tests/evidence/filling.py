"""Run as a program on a small disk of its own: fills it while a session is recorded, and tells what became of it.

Prints one JSON object. It runs in a process of its own because the disk is private to it.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backtalk.errors import StorageFailed
from backtalk.evidence import Case, RecordWriter, read_records, verify
from evidence.samples import PLAN, event, session, wire


def until_full(write: Callable[[int], None]) -> tuple[int, str]:
    """How often it could be written, and what was said in the end."""
    for number in range(1_000_000):
        try:
            write(number)
        except StorageFailed as failure:
            return number, str(failure)
    raise AssertionError("the disk never filled up")


def told(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except StorageFailed as failure:
        return str(failure)
    return ""


def main(disk: Path) -> dict[str, object]:
    case = Case.create(disk / "case", PLAN)
    folder = case.begin_session(session(case))
    writer = RecordWriter(folder.path / "exchanges.btrec")
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"\0" * 4096)
    found: dict[str, object] = {}

    events, found["events_said"] = until_full(lambda number: folder.append_event(event(number)))
    records, found["records_said"] = until_full(lambda number: writer.write(wire()[number % len(wire())]))
    found["events_kept"] = folder.events() == tuple(map(event, range(events)))
    found["records_kept"] = len(read_records(writer.path)[0]) == records
    found["gaps"] = [gap.kind for gap in folder.exchanges()[1]]
    head = case.head
    found["seal_said"] = told(lambda: case.seal_session(folder, session(case, state="sealed")))
    found["plan_said"] = told(lambda: case.add_plan(b"#" * 100_000))
    found["import_said"] = told(lambda: case.add_import(ballast))
    found["same_head"] = case.head == head
    found["still_recording"] = folder.session().state == "recording"

    ballast.unlink()
    folder.append_event(event(events))
    writer.write(wire()[0])
    writer.close()
    found["events_go_on"] = folder.events() == tuple(map(event, range(events + 1)))
    found["records_go_on"] = len(read_records(writer.path)[0]) == records + 1
    (left,) = Case.open(case.path, resume=True).interrupted()
    case.seal_session(left, session(case, state="interrupted"))
    found["faults"] = [str(fault) for fault in verify(case).faults]
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
