"""The case folder: append-only raw evidence, its custody chain, and the reading of both."""

from __future__ import annotations

from backtalk.evidence.case import Case
from backtalk.evidence.exchanges import assemble, dns_exchanges
from backtalk.evidence.folder import SessionFolder
from backtalk.evidence.frames import RecordWriter, read_records
from backtalk.evidence.verify import Fault, Verification, verify

__all__ = [
    "Case",
    "Fault",
    "RecordWriter",
    "SessionFolder",
    "Verification",
    "assemble",
    "dns_exchanges",
    "read_records",
    "verify",
]
