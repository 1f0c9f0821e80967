"""One session's folder: what was recorded, read back as it is on disk."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

import msgspec

from backtalk.errors import IntegrityFailure
from backtalk.evidence import counts
from backtalk.evidence.exchanges import assemble, dns_exchanges
from backtalk.evidence.frames import read_records
from backtalk.evidence.lines import append_line, read_lines
from backtalk.evidence.records import DnsQuery
from backtalk.model.capture import Exchange, Gap
from backtalk.model.session import Session, StimulusEvent

SESSION = "session.json"
STIMULI = "stimuli.jsonl"
EXCHANGES = "exchanges.btrec"
DNS = "dns.jsonl"
CAPTURE = "capture.pcapng"
KEYS = "tls.keys"
SCREENS = "screens"

INVENTED = ip_network("198.18.0.0/15")
"""The addresses that the lab gives to names; each stands for one name."""


@dataclass(frozen=True)
class SessionFolder:
    """sessions/<id>/, or sessions/<id>~2/ for the second attempt. `sealed`: custody holds its files."""

    path: Path
    relative: str
    sealed: bool = False

    @property
    def id(self) -> str:
        """The session's id, without the attempt."""
        return self.path.name.partition("~")[0]

    @property
    def attempt(self) -> int:
        """Which attempt at the session, from 1."""
        return int(self.path.name.partition("~")[2] or 1)

    def session(self) -> Session:
        """session.json; an unsealed session is `recording`, whatever the file says. IntegrityFailure."""
        try:
            session = msgspec.json.decode((self.path / SESSION).read_bytes(), type=Session)
        except (OSError, ValueError, RecursionError) as failure:
            raise IntegrityFailure(
                f"{self.relative}/{SESSION} cannot be read: {failure}.",
                means="The session cannot be judged.",
                remedy="Run `backtalk verify` on the case.",
            ) from failure
        return session if self.sealed else msgspec.structs.replace(session, state="recording")

    def append_event(self, event: StimulusEvent) -> None:
        """Add to stimuli.jsonl; it lasts once this returns. StorageFailed."""
        append_line(self.path / STIMULI, event)

    def events(self) -> tuple[StimulusEvent, ...]:
        """What was done to the subject, in order; what could not be read is among the gaps of `exchanges`."""
        return self._events()[0]

    def dns(self) -> tuple[tuple[DnsQuery, ...], tuple[Gap, ...]]:
        """The names that the subject asked for, in order."""
        return read_lines(self.path / DNS, DnsQuery, f"{self.relative}/{DNS}")

    def names(self) -> dict[str, str]:
        """The name behind each address that the lab gave out."""
        return {query.answer: query.name.lower().rstrip(".") for query in self.dns()[0] if _invented(query.answer)}

    def exchanges(self) -> tuple[tuple[Exchange, ...], tuple[Gap, ...]]:
        """All exchanges, those of the record file first, then DNS queries; and what any journal has lost."""
        source = f"{self.relative}/{EXCHANGES}"
        queries, dns_gaps = self.dns()
        try:
            records, gaps = read_records(self.path / EXCHANGES, source)
        except OSError:
            records, gaps = (), (Gap(kind="unrecorded", count=1, source=source, detail="there is no record file"),)
        found, failures = assemble(records, source, self.names())
        uncounted = counts.gaps(self.session().counters, records, len(queries), source)
        lost = (*gaps, *failures, *dns_gaps, *self._events()[1], *uncounted)
        return found + dns_exchanges(queries, f"{self.relative}/{DNS}"), lost

    def _events(self) -> tuple[tuple[StimulusEvent, ...], tuple[Gap, ...]]:
        return read_lines(self.path / STIMULI, StimulusEvent, f"{self.relative}/{STIMULI}")


def _invented(address: str) -> bool:
    try:
        return ip_address(address) in INVENTED
    except ValueError:
        return False
