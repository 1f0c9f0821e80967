"""Checking that every raw byte is what custody says it is. Nothing is derived here."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from backtalk.errors import IntegrityFailure
from backtalk.evidence.case import Case
from backtalk.evidence.chain import START, Chain
from backtalk.evidence.custody import NAME
from backtalk.evidence.folder import SESSION
from backtalk.evidence.inventory import Inventory, take_inventory
from backtalk.evidence.ledger import Ledger, replay
from backtalk.evidence.storage import FileHash, hash_file
from backtalk.model.session import Session


class Fault(Struct, frozen=True, order=True):
    """A file, relative to the case and safe to print, and what is wrong with it."""

    file: str
    what: str


class Verification(Struct, frozen=True, kw_only=True):
    """What checking the raw evidence gave.

    `head` is the custody chain's; `notes` are what cannot be checked and is no fault, such
    as a session still unsealed. `files` and `bytes` count what was hashed and was right.
    """

    ok: bool
    faults: tuple[Fault, ...]
    head: str
    notes: tuple[str, ...] = ()
    entries: int = 0
    files: int = 0
    bytes: int = 0


def verify(case: Case, head: str | None = None) -> Verification:
    """Check the chain, then every file against it, and that there is no other.

    With `head`, the chain must hold that entry, as its last or earlier: one that was cut
    short does not. Without, a chain cut short together with its files cannot be known.
    Never raises for what the case holds.
    """
    inventory = take_inventory(case.path)
    try:
        chain = case.custody.read()
    except IntegrityFailure as failure:
        gone = Fault(NAME, inventory.others.get(NAME, failure.what.removeprefix(f"{NAME} ")))
        return Verification(ok=False, faults=(gone,), head=START)
    ledger = replay(chain.entries)
    faults = [Fault(NAME, what) for what in (*chain.faults, *ledger.faults)]
    if chain.torn:
        faults.append(Fault(NAME, f"ends in half a line of {len(chain.torn)} bytes"))
    notes = [f"{action!r} is an action that this version does not know" for action in ledger.unknown]
    _check_presence(ledger, inventory, faults, notes)
    _check_head(chain, head, faults, notes)
    right = _check_files(case, ledger, inventory, faults)
    _check_unsealed(case, ledger, inventory, faults, notes)
    return Verification(
        ok=not faults,
        faults=tuple(Fault(_printable(fault.file), _printable(fault.what)) for fault in sorted(set(faults))),
        head=chain.head,
        notes=tuple(_printable(note) for note in notes),
        entries=len(chain.entries),
        files=len(right),
        bytes=sum(hashed.size for hashed in right),
    )


def _check_head(chain: Chain, head: str | None, faults: list[Fault], notes: list[str]) -> None:
    if head is None:
        return
    later = [entry.hash for entry in reversed(chain.entries)]
    wanted = head.strip().lower()
    if wanted not in later:
        faults.append(Fault(NAME, f"does not hold {wanted}: it was cut short, or is another case's"))
    elif wanted != later[0]:
        notes.append(f"{later.index(wanted)} entries were added after the given head")


def _check_presence(ledger: Ledger, inventory: Inventory, faults: list[Fault], notes: list[str]) -> None:
    """Whatever is there must be in custody, or belong to a session that is not sealed yet."""
    unsealed = tuple(f"{path}/" for path, standing in ledger.sessions.items() if standing == "begun")
    known = ledger.files.keys() | {NAME}
    strays = dict.fromkeys(inventory.files - known, "is not in custody: it was added")
    strays |= {path: what for path, what in inventory.others.items() if path not in known}
    strays = {path: what for path, what in strays.items() if not path.startswith(unsealed)}
    if faults and strays:
        # The line that vouches for them may be the damaged one: the file to name is the chain.
        notes.append(f"{len(strays)} files cannot be checked while {NAME} is damaged")
    else:
        faults.extend(Fault(path, what) for path, what in strays.items())


def _check_files(case: Case, ledger: Ledger, inventory: Inventory, faults: list[Fault]) -> list[FileHash]:
    """Every file in custody must be there, byte for byte; gives those that are."""
    right: list[FileHash] = []
    for path, expected in sorted(ledger.files.items()):
        if path not in inventory.files:
            faults.append(Fault(path, inventory.others.get(path, "is missing")))
            continue
        try:
            found = hash_file(case.path / path)
        except OSError as failure:
            faults.append(Fault(path, f"cannot be read: {failure.strerror}"))
            continue
        if found == expected:
            right.append(found)
        elif found.size != expected.size:
            faults.append(Fault(path, f"has {found.size} bytes, not {expected.size}"))
        else:
            faults.append(Fault(path, "has been changed"))
    return right


def _check_unsealed(case: Case, ledger: Ledger, inventory: Inventory, faults: list[Fault], notes: list[str]) -> None:
    """An unsealed session is no fault, unless its own file says that it was sealed."""
    for relative, standing in sorted(ledger.sessions.items()):
        if standing != "begun":
            continue
        notes.append(f"{relative} was begun and never sealed: its files are not in custody yet")
        path = f"{relative}/{SESSION}"
        if path not in inventory.files:
            continue
        try:
            session = msgspec.json.decode((case.path / path).read_bytes(), type=Session)
        except (OSError, ValueError, RecursionError):
            faults.append(Fault(path, "cannot be read"))
            continue
        if session.state != "recording":
            what = f"lacks the line that seals {relative}: it was cut short, or the run was killed while sealing"
            faults.append(Fault(NAME, what))


def _printable(text: str) -> str:
    """Text that cannot steer a terminal: file names are hostile too."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode() for char in text
    )
