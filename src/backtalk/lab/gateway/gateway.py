"""The gateway as the lab's room sees it: one thing to attach, start, wait for and stop."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from backtalk.errors import LabFailed, StorageFailed
from backtalk.lab.gateway import authority, firewall, network
from backtalk.lab.gateway.capture import Capture
from backtalk.lab.gateway.dns import Answers, Resolver
from backtalk.lab.gateway.processes import Program, listening, printed
from backtalk.lab.gateway.proxy import Proxy

RECORDS, QUERIES, PACKETS, KEYS = "exchanges.btrec", "dns.jsonl", "capture.pcapng", "tls.keys"
_SMALLEST_ROOM = 1 << 16


class Gateway:
    """All that stands between one subject and the synthetic internet.

    It works in the network namespace of the process that uses it, as its root. Records go to
    `folder` (exchanges.btrec, dns.jsonl, capture.pcapng, tls.keys); `confdir` holds the
    authority and the logs of the programs and is no evidence. Its programs are children of this
    process, and end with its PID namespace.
    """

    def __init__(self, folder: Path, mitmdump: Path, confdir: Path) -> None:
        self._folder, self._mitmdump, self._confdir = folder, mitmdump, confdir
        self.ca = authority.make(confdir)
        self._proxy: Proxy | None = None
        self._capture: Capture | None = None
        self._internet: Program | None = None
        self._resolver: Resolver | None = None
        self._counters: dict[str, int] = dict.fromkeys(firewall.COUNTERS, 0)
        self._subject: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def attach(self, subject_pid: int) -> None:
        """Lay the wire to the subject's network namespace, close it off, and begin to capture.

        Call it before `start`, while this process has one thread. Raises LabFailed.
        """
        # Held open, so that the wire outlives the subject and its last packets are captured too.
        self._subject = os.open(f"/proc/{subject_pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        firewall.load()
        network.build(subject_pid)
        if found := network.ways_out():
            raise LabFailed(
                f"the gateway has another way out: {', '.join(sorted(found))}.", means="The lab is not sealed."
            )
        self._capture = Capture(self._folder / PACKETS, self._confdir / "dumpcap.log")

    def start(self) -> None:
        """Start the proxy, the synthetic internet and the resolver; see `ready`. Raises LabFailed."""
        records, keys = self._folder / RECORDS, self._folder / KEYS
        self._proxy = Proxy(self._mitmdump, self._confdir, records, keys)
        certificate = authority.self_signed(self._confdir / "internet.pem")
        command = [sys.executable, "-P", "-m", "backtalk.lab.internet", str(firewall.SERVER_PORT), str(certificate)]
        self._internet = Program("the synthetic internet", command, self._confdir / "internet.log")
        self._resolver = Resolver(Answers(self._folder / QUERIES))
        self._resolver.start()

    def ready(self, timeout: float = 20.0) -> None:
        """Come back when everything listens and records. Raises LabFailed after `timeout` seconds."""
        limit = time.monotonic() + timeout
        while not self._is_ready():
            self.check()
            if time.monotonic() > limit:
                raise LabFailed(f"the gateway was not ready within {timeout:g} seconds.", means="No session was begun.")
            time.sleep(0.01)

    def _is_ready(self) -> bool:
        parts = (self._proxy, self._capture)
        return all(part is not None and part.ready() for part in parts) and listening(firewall.SERVER_PORT)

    def check(self) -> None:
        """Raise LabFailed or StorageFailed if a part of the gateway has broken: call it between stimuli."""
        try:
            for part in (self._proxy, self._capture, self._internet):
                if part is not None:
                    part.check()
            if self._resolver is not None:
                self._resolver.check()
        except LabFailed as failure:
            if _is_full(self._folder):
                raise StorageFailed(
                    f"no space is left for the records, so {failure.what}",
                    means="What was recorded until then is whole; the session is not.",
                    remedy="Make room, then `backtalk run --resume`.",
                ) from failure
            raise

    def counters(self) -> dict[str, int]:
        """How much of each kind came from the subject (firewall.COUNTERS); the last known after `stop`."""
        if self._subject is not None:
            self._counters = firewall.counters()
        return self._counters

    @property
    def tools(self) -> dict[str, str]:
        """The programs that made the records, with their versions."""
        asked = "import importlib.metadata as m; print(m.version('mitmproxy'))"
        return {
            "mitmproxy": printed(self._mitmdump.with_name("python"), "-c", asked),
            "dumpcap": printed("dumpcap", "--version"),
            "nft": printed("nft", "--version"),
        }

    def complaints(self) -> str:
        """What mitmproxy reported as wrong with itself, if anything."""
        return self._proxy.complaints() if self._proxy is not None else ""

    def stop(self) -> None:
        """End every part in order (at most about ten seconds) and put all records on the disk. May be repeated."""
        with contextlib.suppress(LabFailed):
            self.counters()
        for part in (self._proxy, self._internet, self._resolver, self._capture):
            if part is not None:
                part.stop()
        self._proxy = self._capture = self._internet = self._resolver = None
        if self._subject is not None:
            os.close(self._subject)
            self._subject = None
        for name in (RECORDS, QUERIES, PACKETS, KEYS):
            _to_disk(self._folder / name)
        _to_disk(self._folder)


def _is_full(folder: Path) -> bool:
    """Whether the file system has not even room for one more record."""
    left = os.statvfs(folder)
    return left.f_bavail * left.f_frsize < _SMALLEST_ROOM


def _to_disk(path: Path) -> None:
    if not path.exists():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
