"""What the custody chain says that the case holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from backtalk.evidence.chain import Entry
from backtalk.evidence.storage import FileHash

Standing = Literal["begun", "sealed", "void"]
"""`void`: begun, but killed before anything could be recorded."""


class Ledger(Struct, kw_only=True):
    """The chain replayed. Paths are relative to the case; plans are hashes, the newest last."""

    plans: list[str] = []
    files: dict[str, FileHash] = {}
    sessions: dict[str, Standing] = {}
    skipped: dict[str, str] = {}
    """Subjects not investigated, with the reason given last."""
    faults: list[str] = []
    unknown: list[str] = []
    """Actions that this version does not know."""


def replay(entries: Iterable[Entry]) -> Ledger:
    """Go through the entries in order; what contradicts itself is a fault, never an exception."""
    ledger = Ledger()
    for entry in entries:
        _apply(ledger, entry)
        for path, hashed in entry.payload.files.items():
            if ledger.files.setdefault(path, hashed) != hashed:
                ledger.faults.append(f"entry {entry.seq} hashes {path} again, to something else")
    return ledger


def _apply(ledger: Ledger, entry: Entry) -> None:
    about, standing = entry.payload.about, ledger.sessions.get(entry.payload.about)
    match entry.action:
        case "add-plan":
            ledger.plans += [hashed.sha256 for hashed in entry.payload.files.values()]
        case "begin-session":
            if standing in {"begun", "sealed"}:
                ledger.faults.append(f"entry {entry.seq} begins {about} twice")
            ledger.sessions[about] = "begun"
        case "seal-session" | "void-session":
            if standing != "begun":
                ledger.faults.append(f"entry {entry.seq} ends {about}, which was not under way")
            ledger.sessions[about] = "sealed" if entry.action == "seal-session" else "void"
        case "skip-subject":
            ledger.skipped[about] = entry.payload.note
        case "create" | "add-import" | "add-keys" | "adopt" | "repair":
            pass
        case _:
            ledger.unknown.append(entry.action)
