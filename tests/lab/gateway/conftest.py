"""One recorded session of a talker that says one thing of each kind, shared by the tests of what was recorded."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from backtalk.evidence import assemble, read_records
from backtalk.lab.doctor import mitmdump
from backtalk.lab.namespaces import in_room

HERE = Path(__file__).parent


def stage(folder: Path, what: str) -> list[str]:
    """The command that plays `what` (see stage.py) in a room of its own, recording to `folder`."""
    return in_room([sys.executable, str(HERE / "stage.py"), str(folder), str(mitmdump()), what])


def play(folder: Path, what: str) -> dict:
    """Play it, and give what the stage saw."""
    folder.mkdir()
    done = subprocess.run(stage(folder, what), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@dataclass(frozen=True)
class Recorded:
    """A session's records as evidence reads them, what the stage saw, and what the talker was answered."""

    folder: Path
    seen: dict
    said: dict
    records: tuple
    exchanges: tuple
    gaps: tuple
    queries: tuple

    def at(self, host):
        """The exchanges with one host, by name or by the address that the resolver gave it."""
        addresses = {query["answer"] for query in self.queries if query["name"] == host and query["type"] == "A"}
        return [one for one in self.exchanges if one.host == host or one.address in addresses]


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "session"
    seen = play(folder, "all")
    records, _ = read_records(folder / "exchanges.btrec")
    exchanges, gaps = assemble(records, "exchanges.btrec", {})
    queries = tuple(json.loads(line) for line in (folder / "dns.jsonl").read_text().splitlines())
    return Recorded(folder, seen, json.loads(seen["said"]), records, exchanges, gaps, queries)
