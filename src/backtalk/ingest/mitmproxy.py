"""mitmproxy's flow files, read by mitmproxy itself in its own environment."""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import IO, Literal

import msgspec
from msgspec import Struct

from backtalk.errors import EnvironmentNotReady, UnreadableCapture
from backtalk.evidence import assemble, dns_exchanges
from backtalk.evidence.records import DnsQuery, Record
from backtalk.ingest.reader import Given, Item, Reader, numbered, shown
from backtalk.model.capture import Exchange, Gap, Part

_TNETSTRING = re.compile(rb"\A\d{1,12}:\d{1,12}:")
_SCRIPT = "flow_file.py"
_LENGTH = struct.Struct("<I")


class Query(Struct, frozen=True, kw_only=True, tag_field="t", tag="dns"):
    """A DNS flow."""

    at: float
    name: str
    type: str = ""
    answer: str = ""


class Datagrams(Struct, frozen=True, kw_only=True, tag_field="t", tag="udp"):
    """A flow of datagrams."""

    at: float
    host: str
    address: str
    port: int
    sent: tuple[bytes, ...] = ()


class Ending(Struct, frozen=True, kw_only=True, tag_field="t", tag="end"):
    """How reading ended: no fault, or where and why it could not go on."""

    flows: int
    fault: Literal["", "truncated", "damaged"] = ""
    detail: str = ""


_RECORDS: msgspec.msgpack.Decoder[tuple[Record, ...]] = msgspec.msgpack.Decoder(tuple[Record, ...])
_OTHERS = msgspec.msgpack.Decoder(tuple[Query | Datagrams | Ending, ...])


class Mitmproxy(Reader):
    """Flow files of every version that mitmproxy 11 converts."""

    ID = "mitmproxy"
    NAME = "mitmproxy flow file"
    REFERENCES = ("https://docs.mitmproxy.org/stable/api/mitmproxy/io.html",)
    LIMITATIONS = (
        "mitmproxy keeps no failed handshake and no request that never ended.",
        "Where the proxy streamed a body, the file does not hold it: the part is incomplete.",
        "Files of mitmproxy 0.10 and older are refused by mitmproxy itself.",
        "One flow has to fit into memory.",
    )
    ENDINGS = (".flow", ".flows", ".mitm")

    def sniff(self, head: bytes) -> bool:
        return _TNETSTRING.match(head) is not None

    def read(self, path: Path, given: Given) -> Iterator[Item]:
        """UnreadableCapture if not even the first flow can be read; EnvironmentNotReady without mitmproxy."""
        yield from numbered(_items(path, given))


def _items(path: Path, given: Given) -> Iterator[Item]:
    source = shown(str(path))
    failed: Counter[str] = Counter()
    other: Counter[tuple[str, str]] = Counter()
    end: Ending | None = None
    with _flows(path, given.mitmproxy(), source) as pieces:
        for kind, payload in pieces:
            if kind == b"F":
                exchanges, gaps = assemble(_RECORDS.decode(payload), source, {})
                yield from exchanges
                for gap in gaps:
                    if gap.kind == "tls-failed":
                        failed[gap.host] += gap.count
                    else:
                        other[(gap.kind, gap.detail)] += gap.count
                continue
            for one in _OTHERS.decode(payload):
                if isinstance(one, Ending):
                    end = one
                else:
                    yield from _exchanges(one, source)
    assert end is not None  # _flows has seen to that
    if end.fault and not end.flows:
        raise UnreadableCapture(f"{source} looks like a flow file, but its first flow cannot be read: {end.detail}.")
    yield from (Gap(kind="tls-failed", count=n, source=source, host=host) for host, n in sorted(failed.items()))
    yield from (
        Gap(kind="unrecorded", count=count, source=source, detail=detail)
        for (_, detail), count in sorted(other.items())
    )
    if end.fault:
        yield Gap(kind=end.fault, count=1, source=source, detail=end.detail)


@contextmanager
def _flows(path: Path, python: Path, source: str) -> Iterator[Iterator[tuple[bytes, bytes]]]:
    """What the script writes, piece by piece; EnvironmentNotReady if it ends before its last piece."""
    # -I: neither the caller's PYTHON* variables nor the working folder lend it modules.
    with (
        as_file(files(__package__) / _SCRIPT) as script,
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            (python, "-I", script, path.absolute()), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        ) as process,
    ):
        assert process.stdout is not None
        try:
            yield _pieces(process.stdout, lambda: _failure(process, said, source))
        finally:
            process.kill()


def _pieces(stream: IO[bytes], failure: Callable[[], EnvironmentNotReady]) -> Iterator[tuple[bytes, bytes]]:
    while True:
        head = stream.read(1 + _LENGTH.size)
        if len(head) < 1 + _LENGTH.size:
            raise failure()
        (length,) = _LENGTH.unpack(head[1:])
        payload = stream.read(length)
        if len(payload) == length:
            yield head[:1], payload
            if head[:1] == b"E":
                return


def _failure(process: subprocess.Popen[bytes], said: IO[bytes], source: str) -> EnvironmentNotReady:
    code = process.wait()
    said.seek(0)
    lines = said.read(1 << 20).decode("utf-8", "replace").strip().splitlines()
    return EnvironmentNotReady(
        f"mitmproxy could not read {source}: {lines[-1] if lines else f'it ended with {code}'}.",
        remedy="`backtalk doctor` checks its environment.",
    )


def _exchanges(other: Query | Datagrams, source: str) -> tuple[Exchange, ...]:
    if isinstance(other, Query):
        return dns_exchanges([DnsQuery(at=other.at, name=other.name, type=other.type, answer=other.answer)], source)
    return (
        Exchange(
            index=0,
            kind="udp",
            source=source,
            started=other.at,
            ended=other.at,
            host=other.host,
            address=other.address,
            port=other.port,
            parts=tuple(Part(name="udp.sent", data=data) for data in other.sent),
        ),
    )
