"""Makes one large capture of a format, scans it, and measures time and memory of all processes together.

    python benchmarks/captures.py FORMAT [--gigabytes N] [--workers N] [--folder DIR] [--out captures.json]

FORMAT is one of packets, tls, har, warc, flows, log, http, bytes. The capture is removed afterwards. Memory
is the largest sum of the private and shared pages of Backtalk, its workers and the programs
that it runs, looked at ten times a second (PSS: a page of n processes counts as 1/n in each).
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import random
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "ingest"
SESSION = CORPUS / "pcap" / "session"
FLOWS = CORPUS / "mitmproxy" / "everything" / "input.flows"
CANARY = "zuvopalike"
SEGMENT = 1400
SEED = 3


def bodies() -> Iterator[bytes]:
    """Bodies as analytics programs send them, without end; one in fifty holds the canary."""
    draw = random.Random(SEED)  # noqa: S311 -- it draws test data
    while True:
        seen = CANARY if draw.random() < 0.02 else "nothing"
        events = [{"event": "page", "n": draw.randrange(10**9), "seen": seen, "id": draw.randbytes(8).hex()}] * 20
        text = json.dumps(events).encode()
        packed = base64.b64encode(gzip.compress(text, 1, mtime=0))
        yield draw.choice((text, b"data=" + packed.replace(b"+", b"%2B") + b"&gzip=1", b"<p>" + text + b"</p>"))


def messages() -> Iterator[tuple[bytes, bytes]]:
    """Requests with responses that are one of a hundred pictures, as most traffic is, without end."""
    draw = random.Random(SEED)  # noqa: S311 -- it draws test data
    pages = [draw.randbytes(draw.randrange(2_000, 300_000)) for _ in range(100)]
    for number, body in enumerate(bodies()):
        request = b"POST /track/%d HTTP/1.1\r\nHost: t.example\r\nContent-Length: %d\r\n\r\n" % (number, len(body))
        page = pages[number * number % len(pages)]
        response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(page)
        yield request + body, response + page


def packets() -> Iterator[bytes]:
    """Plain HTTP/1 connections of ten exchanges each."""
    yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 101)
    said = messages()
    at = 0.0
    connection = 0
    while True:
        connection += 1
        ports = {True: (20000 + connection % 40000, 80), False: (80, 20000 + connection % 40000)}
        sequence = {True: 1, False: 1}
        for flags, sent, data in _connection(said):
            at += 0.0005
            first, second = (b"\x0a\0\0\2", b"\xc6\x12\0\7") if sent else (b"\xc6\x12\0\7", b"\x0a\0\0\2")
            tcp = struct.pack(">HHIIBBHHH", *ports[sent], sequence[sent], 0, 0x50, flags, 65535, 0, 0)
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0) + first + second + tcp + data
            sequence[sent] += len(data) + bool(flags & 3)
            yield struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(ip), len(ip)) + ip


def _connection(said: Iterator[tuple[bytes, bytes]]) -> Iterator[tuple[int, bool, bytes]]:
    yield 2, True, b""
    yield 0x12, False, b""
    for _ in range(10):
        for sent, data in zip((True, False), next(said), strict=True):
            yield from ((0x18, sent, data[begin : begin + SEGMENT]) for begin in range(0, len(data), SEGMENT))
    yield 0x11, True, b""
    yield 0x11, False, b""
    yield 0x10, True, b""


def tls() -> Iterator[bytes]:
    """The packets of one genuine session again and again, with other ports and times: its keys open them all."""
    data = (SESSION / "input.pcap").read_bytes()
    yield data[:24]
    records, at = [], 24
    while at < len(data):
        seconds, part, size, length = struct.unpack_from("<IIII", data, at)
        records.append((seconds, part, size, length, data[at + 16 : at + 16 + size]))
        at += 16 + size
    begun, ended = records[0][0], records[-1][0]
    for turn in range(1 << 30):
        for seconds, part, size, length, frame in records:
            yield struct.pack("<IIII", seconds + turn * (ended - begun + 1), part, size, length)
            yield _other_client(frame, turn)


def _other_client(frame: bytes, turn: int) -> bytes:
    """The same frame of another client's address: 10.77.0.2 becomes one of 10.78.0.0/15 and on."""
    old, new = bytes((10, 77, 0, 2)), struct.pack(">I", 0x0A4E0000 + turn % (1 << 20))
    at = frame.find(old, 0, 54)
    return frame if at < 0 else frame[:at] + new + frame[at + 4 :]


def har() -> Iterator[bytes]:
    """Entries with text bodies and base64 bodies."""
    yield b'{"log":{"version":"1.2","entries":['
    first = True
    draw = random.Random(SEED)  # noqa: S311 -- it draws test data
    pages = [draw.randbytes(draw.randrange(2_000, 300_000)) for _ in range(100)]
    for number, body in enumerate(bodies()):
        page = pages[number * number % len(pages)]
        content = {"size": len(page), "text": base64.b64encode(page).decode(), "encoding": "base64"}
        entry = {
            "startedDateTime": "2026-11-22T10:00:00Z",
            "request": {
                "method": "POST", "url": f"https://t.example/track/{number}", "headers": [{"name": "a", "value": "b"}],
                "postData": {"text": body.decode()},
            },
            "response": {"status": 200, "headers": [], "content": content},
        }  # fmt: skip
        yield (b"" if first else b",\n") + json.dumps(entry).encode()
        first = False


def warc() -> Iterator[bytes]:
    """Pairs of request and response records."""
    for number, (request, response) in enumerate(messages()):
        for kind, mine, other, block in ((b"request", b"q", b"a", request), (b"response", b"a", b"q", response)):
            named = b"WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:x:%s%d>\r\n" % (kind, mine, number)
            named += b"WARC-Concurrent-To: <urn:x:%s%d>\r\nWARC-Date: 2026-11-22T10:00:00Z\r\n" % (other, number)
            named += b"WARC-Target-URI: https://t.example/track/%d\r\n" % number
            yield named + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n"


def flows() -> Iterator[bytes]:
    """One flow file again and again: flows stand in it one after the other."""
    while True:
        yield FLOWS.read_bytes()


def log() -> Iterator[bytes]:
    """Lines of Android's log."""
    for number, body in enumerate(bodies()):
        yield b"11-22 10:00:%02d.%03d  1234  1234 I Tracker: %s\n" % (number // 1000 % 60, number % 1000, body[:800])


def http() -> Iterator[bytes]:
    """HTTP messages as text."""
    for request, response in messages():
        yield request + b"\r\n" + response + b"\r\n"


def plain_bytes() -> Iterator[bytes]:
    """A file of no known format."""
    yield b"notes\n"
    yield from bodies()


MAKERS: dict[str, tuple[str, Callable[[], Iterator[bytes]], bytes]] = {
    "packets": ("x.pcap", packets, b""),
    "tls": ("x.pcap", tls, b""),
    "har": ("x.har", har, b"]}}"),
    "warc": ("x.warc", warc, b""),
    "flows": ("x.flows", flows, b""),
    "log": ("x.txt", log, b""),
    "http": ("x.http", http, b""),
    "bytes": ("x.bin", plain_bytes, b""),
}


def make(folder: Path, kind: str, size: int) -> Path:
    """A capture of at least so many bytes."""
    name, maker, end = MAKERS[kind]
    file = folder / name
    written = 0
    with file.open("wb", buffering=1 << 20) as out:
        for piece in maker():
            written += out.write(piece)
            if written >= size and (kind != "tls" or len(piece) != 16):
                break
        out.write(end)
    if kind == "tls":
        (folder / "tls.keys").write_bytes((SESSION / "tls.keys").read_bytes())
    return file


def family(root: int) -> set[int]:
    """The process and all that it started."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, left = set(), [root]
    while left:
        found.add(one := left.pop())
        left += children.get(one, [])
    return found


def resident(process: int) -> int:
    """Its pages in bytes, those that it shares counted in part."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def measure(file: Path, workers: int) -> dict[str, float | int | str]:
    """Scan it; seconds, largest memory in bytes, and the last line that was printed."""
    command = (sys.executable, "-m", "backtalk", "scan", file, "--canary", CANARY, "--workers", str(workers), "--json")
    began = time.monotonic()
    most = sightings = 0
    last = b""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out)
        while process.poll() is None:
            most = max(most, sum(map(resident, family(process.pid))))
            time.sleep(0.1)
        taken = time.monotonic() - began
        out.seek(0)
        for last in out:
            sightings += last.startswith(b'{"type":"sighting"')
    size = file.stat().st_size
    return {
        "size": size, "seconds": round(taken, 1), "mb_per_s": round(size / taken / 1e6, 1),
        "peak_mb": most // 1_000_000, "exit": process.returncode, "sightings": sightings,
        "coverage": last.decode().strip(),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="+", choices=MAKERS)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where there is room for the capture")
    parser.add_argument("--out", type=Path, default=Path("captures.json"))
    given = parser.parse_args()
    found: dict[str, object] = {}
    for kind in given.kinds:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            file = make(Path(folder), kind, int(given.gigabytes * 1e9))
            found[kind] = measured = measure(file, given.workers)
        sys.stdout.write(f"{kind} {json.dumps(measured)}\n")
        sys.stdout.flush()
    given.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
