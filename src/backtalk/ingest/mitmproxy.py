"""mitmproxy's flow files, read by mitmproxy itself in its own environment."""

from __future__ import annotations

import re
import subprocess
import tempfile
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from backtalk.errors import EnvironmentNotReady, UnreadableCapture
from backtalk.evidence import assemble, dns_exchanges, read_records
from backtalk.evidence.records import DnsQuery
from backtalk.ingest.reader import Capture, Locate, Reader, shown
from backtalk.model.capture import Exchange, Gap, Part

_TNETSTRING = re.compile(rb"\A\d{1,12}:\d{1,12}:")
_SCRIPT = "flow_file.py"


class Query(Struct, frozen=True, kw_only=True, tag_field="kind", tag="dns"):
    """A DNS flow, which stands after so many records of the others."""

    after: int
    at: float
    name: str
    type: str = ""
    answer: str = ""


class Datagrams(Struct, frozen=True, kw_only=True, tag_field="kind", tag="udp"):
    """A flow of datagrams, which stands after so many records of the others."""

    after: int
    at: float
    host: str
    address: str
    port: int
    sent: tuple[bytes, ...] = ()


class Ending(Struct, frozen=True, kw_only=True, tag_field="kind", tag="end"):
    """How reading ended: no fault, or where and why it could not go on."""

    flows: int
    fault: Literal["", "truncated", "damaged"] = ""
    detail: str = ""


_LINES = msgspec.json.Decoder(Query | Datagrams | Ending)


class Mitmproxy(Reader):
    """Flow files of every version that mitmproxy 11 converts."""

    ID = "mitmproxy"
    NAME = "mitmproxy flow file"
    REFERENCES = ("https://docs.mitmproxy.org/stable/api/mitmproxy/io.html",)
    LIMITATIONS = (
        "mitmproxy keeps no failed handshake and no request that never ended.",
        "Where the proxy streamed a body, the file does not hold it: the part is incomplete.",
    )

    def sniff(self, head: bytes) -> bool:
        return _TNETSTRING.match(head) is not None

    def read(self, path: Path, mitmproxy: Locate) -> Capture:
        """UnreadableCapture if not even the first flow can be read; EnvironmentNotReady without mitmproxy."""
        source = shown(str(path))
        python = mitmproxy()
        with tempfile.TemporaryDirectory() as scratch, as_file(files(__package__) / _SCRIPT) as script:
            beside = Path(scratch) / "beside.jsonl"
            # -I: neither the caller's PYTHON* variables nor the working folder lend it modules.
            done = subprocess.run(
                (python, "-I", script, path.absolute(), beside),
                capture_output=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            lines = beside.read_bytes().splitlines() if beside.exists() else []
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        if done.returncode or not lines:
            raise EnvironmentNotReady(
                f"mitmproxy could not read {source}: {said[-1] if said else f'it ended with {done.returncode}'}.",
                remedy="`backtalk doctor` checks its environment.",
            )
        *others, end = (_LINES.decode(line) for line in lines)
        assert isinstance(end, Ending)
        if end.fault and not end.flows:
            raise UnreadableCapture(
                f"{source} looks like a flow file, but its first flow cannot be read: {end.detail}."
            )
        return _joined(done.stdout, [one for one in others if not isinstance(one, Ending)], end, source)


def _joined(stream: bytes, others: list[Query | Datagrams], end: Ending, source: str) -> Capture:
    """The records' exchanges with the others between them, where they stood in the file."""
    records, record_gaps = read_records(BytesIO(stream), source)
    gaps = list(record_gaps)
    exchanges: list[Exchange] = []
    begun = 0
    for other in (*others, None):
        until = other.after if other else len(records)
        # Flows stand in the file one after the other, so none is cut in two here.
        found, lost = assemble(records[begun:until], source, {})
        exchanges += found
        gaps += lost
        begun = until
        if other:
            exchanges += _other(other, source)
    if end.fault:
        gaps.append(Gap(kind=end.fault, count=1, source=source, detail=end.detail))
    numbered = tuple(msgspec.structs.replace(exchange, index=index) for index, exchange in enumerate(exchanges))
    return Capture(exchanges=numbered, gaps=tuple(gaps))


def _other(other: Query | Datagrams, source: str) -> tuple[Exchange, ...]:
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
