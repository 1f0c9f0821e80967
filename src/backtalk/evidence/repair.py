"""Recording in custody what a kill left half done, so that the case can go on."""

from __future__ import annotations

from pathlib import Path

from backtalk.evidence.chain import Payload
from backtalk.evidence.custody import Extension
from backtalk.evidence.inventory import take_inventory
from backtalk.evidence.ledger import replay
from backtalk.evidence.storage import FileHash, hash_file, writing


def repair(case: Path, chain: Extension) -> None:
    """Make the chain whole again, under its lock; the case's own files are not touched. StorageFailed.

    A half-written last line is kept inside an entry. A session killed before its first
    file is void. A plan or import whose name is its own hash, and whose line is missing,
    is adopted; any other stray file stays a fault.
    """
    chain.repair()
    ledger = replay(chain.chain.entries)
    files = take_inventory(case).files
    for relative, standing in sorted(ledger.sessions.items()):
        if standing == "begun" and not any(path.startswith(f"{relative}/") for path in files):
            chain.append("void-session", Payload(about=relative, note="killed before anything was recorded"))
    for path in sorted(files - set(ledger.files)):
        hashed = _self_named(case, path)
        if hashed is not None:
            chain.append("adopt", Payload(about=path, files={path: hashed}, note="killed before its custody line"))


def _self_named(case: Path, path: str) -> FileHash | None:
    """The file's hash, if it is a plan or an import and its path states that hash."""
    match path.split("/"):
        case ["plans", name] if name.endswith(".toml"):
            stated = name.removesuffix(".toml")
        case ["imports", stated, _]:
            pass
        case _:
            return None
    with writing(case / path):
        hashed = hash_file(case / path, sync=True)
    return hashed if hashed.sha256 == stated else None
