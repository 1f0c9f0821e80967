from __future__ import annotations

import io
import struct
from pathlib import Path
from zlib import crc32

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtalk.errors import UsageError
from backtalk.evidence import RecordWriter, assemble, read_records
from backtalk.evidence import records as rec
from backtalk.evidence.frames import MAGIC, frame

from .samples import wire
from .strategies import hostile_map, records


def framed(payload: bytes) -> bytes:
    return struct.pack("<II", len(payload), crc32(payload)) + payload


def read(data: bytes) -> tuple[tuple[rec.Record, ...], list[str]]:
    found, gaps = read_records(io.BytesIO(data), "x")
    assert {gap.source for gap in gaps} <= {"x"}
    return found, [gap.kind for gap in gaps]


def test_the_format_is_the_one_agreed_with_the_gateway() -> None:
    payload = msgspec.msgpack.encode({"t": "tcp", "at": 1.5, "flow": "f", "sent": True, "data": b"\x00"})
    assert read(b"BTREC\x00\x01\n" + struct.pack("<II", len(payload), crc32(payload)) + payload) == (
        (rec.Tcp(at=1.5, flow="f", sent=True, data=b"\x00"),),
        [],
    )


@given(records)
def test_what_is_written_is_read(written: list[rec.Record]) -> None:
    assert read(MAGIC + b"".join(map(frame, written))) == (tuple(written), [])


def test_a_writer_makes_a_new_file_and_never_writes_over_one(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.btrec"
    with RecordWriter(path) as writer:
        for number, record in enumerate(wire(), 1):
            writer.write(record)
            assert read_records(path) == (wire()[:number], ())
    with pytest.raises(UsageError, match="never written over"):
        RecordWriter(path)
    assert read_records(path) == (wire(), ())


def test_a_file_cut_anywhere_gives_every_whole_record_and_says_that_it_was_cut() -> None:
    frames = [frame(record) for record in wire()]
    data = MAGIC + b"".join(frames)
    ends = [len(MAGIC) + sum(map(len, frames[:count])) for count in range(len(frames) + 1)]
    for size in range(len(data) + 1):
        whole = sum(end <= size for end in ends) - 1
        assert read(data[:size]) == (wire()[: max(whole, 0)], [] if size in ends else ["truncated"]), size


def test_a_changed_byte_never_gives_another_record() -> None:
    data = MAGIC + b"".join(map(frame, wire()))
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x41
        found, gaps = read(bytes(changed))
        assert found == wire()[: len(found)]
        assert gaps in (["damaged"], ["truncated"])


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        (struct.pack("<II", 0xFFFFFFFF, 0), "damaged"),
        (struct.pack("<II", 1 << 29, 0) + b"abc", "truncated"),
        (b"\0" * 4096, "damaged"),
        (struct.pack("<II", 3, 0) + b"abc", "damaged"),
    ],
)
def test_impossible_tails_end_reading_without_taking_memory(tail: bytes, kind: str) -> None:
    assert read(MAGIC + frame(wire()[0]) + tail) == (wire()[:1], [kind])


@pytest.mark.parametrize(
    "payload",
    [
        b"\xc1",
        b"\x80",
        msgspec.msgpack.encode({"t": "teapot", "at": 1.0}),
        msgspec.msgpack.encode({"t": "close", "at": float("nan"), "conn": "c"}),
        msgspec.msgpack.encode({"t": "close", "at": float("inf"), "conn": "c"}),
        msgspec.msgpack.encode({"t": "tcp", "at": 1.0, "flow": "f", "sent": True, "data": "text"}),
        b"\x83\xa1t\xa5close\xa2at\x01\xa1z" + b"\x91" * 100_000,
        b"\x82\xa1t\xa3tcp\xa4data\xc6\xff\xff\xff\xff",
        b"\x81\xa1t\xa5\xff\xff\xff\xff\xff",
    ],
)
def test_a_whole_frame_that_is_no_record_is_counted_and_passed_over(payload: bytes) -> None:
    assert read(MAGIC + framed(payload) + frame(wire()[0])) == (wire()[:1], ["unreadable"])


@given(st.lists(hostile_map.map(msgspec.msgpack.encode) | st.binary(min_size=1, max_size=40), max_size=8))
def test_no_frame_can_raise_or_vanish(payloads: list[bytes]) -> None:
    found, gaps = read_records(io.BytesIO(MAGIC + b"".join(map(framed, payloads))), "x")
    assert len(found) + sum(gap.count for gap in gaps) == len(payloads)
    assemble(found, "x", {})


@given(st.binary(max_size=200), st.booleans())
def test_garbage_gives_gaps(garbage: bytes, magic: bool) -> None:
    data = (MAGIC if magic else b"") + garbage
    found, gaps = read(data)
    assert found == ()
    assert bool(gaps) == (data != MAGIC)
