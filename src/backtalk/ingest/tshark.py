"""Runs tshark as the one who opens TLS and QUIC: packets go in, what each holds comes out."""

from __future__ import annotations

import os
import struct
import subprocess
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO

from msgspec import Struct

from backtalk.errors import EnvironmentNotReady

PROTOCOLS = frozenset({"frame", "raw", "ip", "ipv6", "tcp", "udp", "tls", "quic", "data"})
"""All that tshark may take apart; what TLS carries is read by Backtalk, so that its bytes stay exact."""

FIELDS = (
    *("frame.number", "tls.handshake.type", "tls.handshake.extensions_server_name"),
    *("tls.record.content_type", "tls.record.opaque_type", "tls.alert_message.desc", "data.data"),
    *("quic.stream.stream_id", "quic.stream.off", "quic.stream.offset", "quic.stream.len", "quic.stream.length"),
    *("quic.stream.fin", "quic.stream_data", "quic.protected_payload", "quic.remaining_payload"),
)
_UNCHECKED = ("tcp.check_checksum:FALSE", "udp.check_checksum:FALSE", "ip.check_checksum:FALSE")
"""Network cards fill in checksums after the packet was captured."""

_LINK = 101  # raw IP
_HANDSHAKE, _CHANGE_CIPHER, _SEALED = 22, 20, 23


class StreamPiece(Struct, frozen=True):
    """A piece of a QUIC stream."""

    stream: int
    offset: int
    data: bytes
    fin: bool


class Opened(Struct, frozen=True):
    """What one packet holds. `sealed` is how many TLS records of it no key opened."""

    data: tuple[bytes, ...] = ()
    sni: str = ""
    alerts: tuple[int, ...] = ()
    sealed: int = 0
    pieces: tuple[StreamPiece, ...] = ()
    shut: int = 0
    """Bytes of QUIC that no key opened."""


class Tshark:
    """One process. Packets are written in one thread and read in another, one row a packet."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made by `prepare`. EnvironmentNotReady if tshark is not there."""
        self.load = 0
        environment = {**os.environ, "WIRESHARK_CONFIG_DIR": str(folder), "LC_ALL": "C.UTF-8"}
        wanted = [word for field in FIELDS for word in ("-e", field)]
        options = ("tls.keylog_file:" + str(folder / "tls.keys"), "tcp.reassemble_out_of_order:TRUE", *_UNCHECKED)
        chosen = [word for option in options for word in ("-o", option)]
        command = ("tshark", "-n", "-l", "-r", "-", *chosen, "-T", "fields", *wanted, "-E", "separator=/t")
        self._process = subprocess.Popen(
            (*command, "-E", "occurrence=a", "-E", "aggregator=,"),
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            bufsize=1 << 16,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in: IO[bytes] = self._process.stdin
        self._out: IO[bytes] = self._process.stdout
        self._broken = False
        self._write(_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        self._write(_block(1, struct.pack("<HHIHHB3xHH", _LINK, 0, 0, 9, 1, 9, 0, 0)))

    def put(self, at: float, ip: bytes) -> None:
        """Hand over one IP packet."""
        self.load += len(ip)
        ticks = int(at * 1e9)
        head = struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(ip), len(ip))
        self._write(_block(6, head + ip))

    def flush(self) -> None:
        """Have tshark see all that was put."""
        try:
            self._in.flush()
        except OSError:
            self._broken = True

    def done(self) -> None:
        """No packet will follow."""
        try:
            self._in.close()
        except OSError:
            self._broken = True

    def row(self) -> Opened | None:
        """What the next packet holds; None once tshark has given up."""
        line = self._out.readline()
        return _opened(line.rstrip(b"\n").split(b"\t")) if line.endswith(b"\n") else None

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self.done()
        self._out.close()
        self._process.wait()

    def __enter__(self) -> Tshark:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        if not self._broken:
            try:
                self._in.write(data)
            except OSError:  # it has ended; the reader sees that too
                self._broken = True


def prepare(folder: Path, keys: bytes) -> None:
    """Write what tshark needs into an empty folder: the secrets, and that it may use nothing else.

    EnvironmentNotReady if tshark is not there.
    """
    (folder / "tls.keys").write_bytes(keys)
    (folder / "disabled_protos").write_text("\n".join(_others()) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def _others() -> tuple[str, ...]:
    try:
        listed = subprocess.run(("tshark", "-G", "protocols"), capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise EnvironmentNotReady(
            "captured packets are read with tshark, which is not there.", remedy="Install the package tshark."
        ) from error
    names = (line.split("\t")[2] for line in listed.decode("utf-8", "replace").splitlines() if line.count("\t") > 1)
    return tuple(sorted(name for name in names if name not in PROTOCOLS))


def _block(kind: int, body: bytes) -> bytes:
    padding = -len(body) % 4
    length = 12 + len(body) + padding
    return struct.pack("<II", kind, length) + body + bytes(padding) + struct.pack("<I", length)


def _opened(cells: list[bytes]) -> Opened:
    if len(cells) < len(FIELDS) or not any(cells[1:]):
        return Opened()
    _, shakes, sni, types, opaque, alerts, data = cells[:7]
    inner = _numbers(types)
    return Opened(
        data=tuple(bytes.fromhex(one.decode("ascii")) for one in data.split(b",") if one),
        sni=sni.split(b",")[0].decode("utf-8", "replace"),
        alerts=_numbers(alerts),
        sealed=_sealed(inner, _numbers(opaque), _numbers(shakes), data.count(b",") + 1 if data else 0),
        pieces=_pieces(cells[7:14]),
        shut=sum(len(one) // 2 for one in cells[15].split(b",")),
    )


def _sealed(inner: tuple[int, ...], opaque: tuple[int, ...], shakes: tuple[int, ...], opened: int) -> int:
    """TLS records that hold data and were not opened.

    TLS 1.3 seals nearly all records and shows the inner type of those that were opened
    beside the types of the plain ones: Hello messages and change-cipher-spec.
    """
    if opaque:
        plain = sum(one == _CHANGE_CIPHER for one in inner) + sum(one in {1, 2} for one in shakes)
        return max(len(opaque) - max(len(inner) - plain, 0), 0)
    return max(sum(one == _SEALED for one in inner) - opened, 0)


def _pieces(cells: list[bytes]) -> tuple[StreamPiece, ...]:
    streams, has_offset, offsets, has_length, lengths, fins, data = cells
    given = iter(data.split(b",") if data else ())
    at, sizes = iter(_numbers(offsets)), iter(_numbers(lengths))
    found: list[StreamPiece] = []
    for stream, off, sized, fin in zip(
        _numbers(streams), _numbers(has_offset), _numbers(has_length), _numbers(fins), strict=False
    ):
        offset = next(at, 0) if off else 0
        empty = bool(sized) and next(sizes, 0) == 0
        piece = b"" if empty else bytes.fromhex(next(given, b"").decode("ascii"))
        found.append(StreamPiece(stream, offset, piece, bool(fin)))
    return tuple(found)


def _numbers(cell: bytes) -> tuple[int, ...]:
    return tuple(int(one, 0) for one in cell.decode("ascii").split(",") if one) if cell else ()
