"""The lab's resolver: every name has an address of its own, and every question is on disk before its answer.

Addresses are given in the order of first question, so an address names the host that was looked up.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
import time
from ipaddress import IPv4Network
from pathlib import Path

import msgspec
from dnslib import EDNS0, PTR, QTYPE, RCODE, RR, SOA, A, DNSError, DNSRecord

from backtalk.errors import LabFailed
from backtalk.lab.gateway.firewall import DNS_PORT
from backtalk.lab.gateway.network import INTERNET

LIFETIME = 300
"""Seconds for which an answer may be kept, yes or no."""

UNREGISTERED = frozenset({"local", "localhost", "invalid", "onion", "internal", "alt", "lan", "home", "corp"})
"""Top-level names that no public resolver answers (RFC 6761, RFC 6762, RFC 7686, RFC 9476)."""

_BLOCK = IPv4Network(INTERNET)
_PATIENCE = 0.5


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One line of dns.jsonl. `answer` is an address, a name, "NXDOMAIN", or "" where the name has no such record.

    A message that is no question is kept whole: `type` is "unreadable" and `answer` its bytes in hex.
    """

    at: float
    name: str
    type: str
    answer: str
    client: str


class Names:
    """Which address each name has. One-label and unregistered names have none, as anywhere."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def address(self, name: str) -> str | None:
        """The address of `name` (lower case, no final dot); None where there is no such name."""
        if name not in self._addresses:
            if not _registered(name) or len(self._addresses) >= _BLOCK.num_addresses - 2:
                return None
            given = str(_BLOCK[len(self._addresses) + 1])
            self._addresses[name], self._names[given] = given, name
        return self._addresses[name]

    def owner(self, name: str) -> str | None:
        """The name at the address that a reverse name (`1.0.18.198.in-addr.arpa`) stands for."""
        labels, suffix, _ = name.partition(".in-addr.arpa")
        return self._names.get(".".join(reversed(labels.split(".")))) if suffix else None


def _registered(name: str) -> bool:
    labels = name.split(".")
    return len(labels) > 1 and all(labels) and labels[-1] not in UNREGISTERED and not name.endswith(".arpa")


class Answers:
    """What is said to each question; each is written to `log` before that."""

    def __init__(self, log: Path) -> None:
        self.names = Names()
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def reply(self, asked: bytes, client: str) -> bytes:
        """The answer to one message; empty where it is no question. OSError if it cannot be logged."""
        try:
            question = DNSRecord.parse(asked)
        except (DNSError, ValueError, IndexError):
            return self._unreadable(asked, client)
        if question.header.qr or len(question.questions) != 1:
            return self._unreadable(asked, client)
        name = str(question.q.qname).rstrip(".").lower()
        kind = str(QTYPE.get(question.q.qtype))
        reply = question.reply(ra=1, aa=0)
        answer = self._answer(name, kind, reply)
        if any(extra.rtype == QTYPE.OPT for extra in question.ar):
            reply.add_ar(EDNS0(udp_len=1232))
        self._write(Query(at=time.time(), name=name, type=kind, answer=answer, client=client))
        try:
            return bytes(reply.pack())
        except (DNSError, ValueError):  # a name that can be read but not written
            return b""

    def close(self) -> None:
        """Put every question on the disk itself."""
        os.fsync(self._log)
        os.close(self._log)

    def _answer(self, name: str, kind: str, reply: DNSRecord) -> str:
        asked = reply.q.qname
        address, owner = self.names.address(name), self.names.owner(name)
        if kind == "PTR" and owner:
            reply.add_answer(RR(asked, QTYPE.PTR, rdata=PTR(owner), ttl=LIFETIME))
            return owner
        if kind in ("A", "ANY") and address:
            reply.add_answer(RR(asked, QTYPE.A, rdata=A(address), ttl=LIFETIME))
            return address
        zone = ".".join(name.split(".")[-2:])
        authority = SOA(f"ns1.{zone}", f"hostmaster.{zone}", (1, 7200, 3600, 1209600, LIFETIME))
        reply.add_auth(RR(zone, QTYPE.SOA, rdata=authority, ttl=LIFETIME))
        if address or owner:
            return ""
        reply.header.rcode = RCODE.NXDOMAIN
        return "NXDOMAIN"

    def _unreadable(self, asked: bytes, client: str) -> bytes:
        self._write(Query(at=time.time(), name="", type="unreadable", answer=asked.hex(), client=client))
        return b""

    def _write(self, query: Query) -> None:
        line = msgspec.json.encode(query) + b"\n"
        if os.write(self._log, line) != len(line):
            raise OSError("the line was not written in full")


class Resolver:
    """A resolver on port 53 of this namespace, UDP and TCP, in one thread."""

    def __init__(self, answers: Answers, address: str = "0.0.0.0", port: int = DNS_PORT) -> None:  # noqa: S104 - sealed
        self._answers = answers
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((address, port))
        self._tcp = socket.create_server((address, port))
        self._wake, self._waker = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="resolver", daemon=True)
        self._failure: OSError | None = None

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def check(self) -> None:
        """Raise LabFailed if a question could not be logged or answered: it ended there."""
        if self._failure is not None:
            raise LabFailed(f"the resolver failed: {self._failure}.", means="Names were no longer answered.")

    def stop(self) -> None:
        """End within two seconds; every question is then on the disk itself."""
        self._waker.send(b"x")
        self._thread.join(2)
        for end in (self._udp, self._tcp, self._wake, self._waker):
            end.close()
        self._answers.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as waiting:
            for end in (self._udp, self._tcp, self._wake):
                waiting.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in waiting.select():
                    if key.fileobj is self._wake:
                        return
                    try:
                        (self._datagram if key.fileobj is self._udp else self._connection)()
                    except OSError as failure:
                        self._failure = failure
                        return

    def _datagram(self) -> None:
        asked, client = self._udp.recvfrom(65535)
        reply = self._answers.reply(asked, client[0])
        if reply:
            with contextlib.suppress(ConnectionError):  # the asker has gone
                self._udp.sendto(reply, client)

    def _connection(self) -> None:
        """Answer one connection's questions; a client that dawdles is dropped, for all others wait."""
        connection, (client, _) = self._tcp.accept()
        with connection, connection.makefile("rb") as stream:
            connection.settimeout(_PATIENCE)
            with contextlib.suppress(TimeoutError, ConnectionError):
                while len(length := stream.read(2)) == 2:
                    reply = self._answers.reply(stream.read(int.from_bytes(length, "big")), client)
                    connection.sendall(len(reply).to_bytes(2, "big") + reply)
