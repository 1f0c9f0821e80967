"""Captures packed as a whole: gzip around any format, and the zip that `adb bugreport` writes."""

from __future__ import annotations

import gzip
import io
import random
import shutil
import zipfile
import zlib
from pathlib import Path

import pytest

from backtalk.errors import UnreadableCapture
from backtalk.ingest import bugreport, gunzip, read
from backtalk.lab.environment import mitmproxy_python

CORPUS = Path(__file__).parents[1] / "corpus" / "ingest"
PACKED = [
    file
    for file in sorted(CORPUS.glob("*/*/input.*"))
    if file.suffix not in {".gz", ".keys"} and file.parts[-3] != "verbatim"
]
REPORT = CORPUS / "bugreport" / "packed" / "input.zip"


def told(capture):
    return [(one.kind, one.host, one.url, [(part.name, part.data) for part in one.parts]) for one in capture.exchanges]


@pytest.mark.parametrize("file", PACKED, ids=lambda file: f"{file.parts[-3]}-{file.parts[-2]}")
def test_a_capture_in_gzip_is_read_as_the_capture(tmp_path, file):
    packed = tmp_path / f"{file.name}.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    if (keys := file.with_name("tls.keys")).exists():
        shutil.copy(keys, tmp_path)
    plain, found = read(file, mitmproxy=mitmproxy_python), read(packed, mitmproxy=mitmproxy_python)
    assert told(found) == told(plain)
    assert {one.source for one in (*found.exchanges, *found.gaps)} == {str(packed)}
    assert [(gap.kind, gap.count) for gap in found.gaps] == [(gap.kind, gap.count) for gap in plain.gaps]
    origins = [part.origin[0].codec for one in found.exchanges for part in one.parts if part.origin]
    assert set(origins) <= {"gzip"}


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_half_a_gzip_file_gives_what_it_holds_and_says_so(tmp_path, keep):
    whole = gzip.compress((CORPUS / "har" / "browser" / "input.har").read_bytes())
    packed = tmp_path / "x.har.gz"
    packed.write_bytes(whole[: int(len(whole) * keep)])
    found = read(packed)
    assert found.exchanges
    assert {gap.detail for gap in found.gaps} >= {"half a gzip file"}


def test_gzip_that_goes_wrong_inside_gives_what_stands_before(tmp_path):
    whole = bytearray(gzip.compress((CORPUS / "har" / "browser" / "input.har").read_bytes() * 3, 1))
    whole[-200:] = b"\xff" * 200
    packed = tmp_path / "x.har.gz"
    packed.write_bytes(whole)
    found = read(packed)
    assert found.exchanges
    assert any(gap.detail.startswith("gzip: ") for gap in found.gaps)


def test_a_bomb_fills_no_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(gunzip, "LEAST", 1 << 20)
    monkeypatch.setattr(gunzip, "TIMES", 1)
    packed = tmp_path / "x.txt.gz"
    packed.write_bytes(gzip.compress((CORPUS / "logcat" / "threadtime" / "input.txt").read_bytes() + bytes(9 << 20)))
    found = read(packed)
    assert sum(len(part.data) for one in found.exchanges for part in one.parts) <= 2 << 20
    assert any("bytes come out" in gap.detail for gap in found.gaps)


def test_any_other_file_in_gzip_is_read_as_it_stands(tmp_path):
    packed = tmp_path / "notes.gz"
    packed.write_bytes(gzip.compress(b"Notes on something"))
    (exchange,) = read(packed).exchanges
    assert exchange.part("file.bytes") == packed.read_bytes()


def zipped(**members: bytes) -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("version.txt", b"2.0")
        for name, data in members.items():
            packed.writestr(name, data)
    return bytearray(out.getvalue())


def test_a_damaged_member_loses_itself_alone(tmp_path):
    data = zipped(a=b"bolarivego before\n" * 9, b=bytes(range(256)) * 9, c=b"bolarivego behind\n")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        begin = packed.getinfo("b").header_offset + 31
    data[begin : begin + 40] = b"\xff" * 40
    file = tmp_path / "report.zip"
    file.write_bytes(data)
    found = read(file)
    text = b"".join(part.data for one in found.exchanges for part in one.parts)
    assert b"bolarivego before" in text
    assert b"bolarivego behind" in text
    assert [gap.kind for gap in found.gaps] == ["damaged"]


def test_a_report_that_is_too_long_is_read_up_to_there_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(bugreport, "ROOM", 100_000)
    file = tmp_path / "report.zip"
    file.write_bytes(zipped(a=b"bolarivego\n" * 90_000, b=b"behind"))
    found = read(file)
    assert sum(len(part.data) for one in found.exchanges for part in one.parts) <= 100_000
    assert [gap.kind for gap in found.gaps] == ["unreadable"]


@pytest.mark.parametrize("cut", [40, 300, 900])
def test_a_report_cut_off_is_read_as_any_other_file(tmp_path, cut):
    file = tmp_path / "report.zip"
    file.write_bytes(REPORT.read_bytes()[:cut])
    (exchange,) = read(file).exchanges
    assert exchange.kind == "file"


def test_a_name_that_promises_a_capture_holds_for_gzip_too(tmp_path):
    file = tmp_path / "x.warc.gz"
    file.write_bytes(gzip.compress(b"Notes on something"))
    with pytest.raises(UnreadableCapture):
        read(file)


@pytest.mark.parametrize("at", [200, 600, 1000])
def test_everything_before_the_fault_in_gzip_comes_out(at):
    text = bytes(number * 7 % 251 for number in range(4000)) + b"bolarivego"
    packed = bytearray(gzip.compress(text * 3, 9))
    for place in range(at, min(at + 30, len(packed))):
        packed[place] ^= 0xFF
    out, fault = gunzip.inflate(zlib.decompressobj(31), bytes(packed), 1 << 20)
    assert fault.startswith("gzip: ") or len(packed) <= at
    assert text.startswith(out[: at - 60])
    assert len(out) >= at - 60


def test_an_archive_with_a_fault_in_gzip_gives_what_stands_before_it(tmp_path):
    whole = gzip.decompress((CORPUS / "warc" / "crawl" / "input.warc.gz").read_bytes())
    packed = bytearray(gzip.compress(whole * 4, 0))
    packed[len(packed) // 2 :] = b"\xff" * 70_000
    file = tmp_path / "x.warc.gz"
    file.write_bytes(packed)
    found = read(file)
    assert len(found.exchanges) >= 1
    assert "bolarivego" in str(told(found))
    assert {gap.kind for gap in found.gaps} & {"damaged", "truncated"}


class Counted:
    """An inflater that counts the bytes which it is given, its copies included."""

    def __init__(self, inner, given):
        self.inner, self.given = inner, given

    def copy(self):
        return Counted(self.inner.copy(), self.given)

    def decompress(self, data, most):
        self.given.append(len(data))
        return self.inner.decompress(data, most)

    @property
    def unconsumed_tail(self):
        return self.inner.unconsumed_tail


def test_the_way_to_a_fault_costs_no_step_a_byte():
    content = random.Random(7).randbytes(1 << 16)
    packed = bytearray(gzip.compress(content))
    packed[-5] ^= 1
    out, fault = gunzip.inflate(Counted(zlib.decompressobj(31), given := []), bytes(packed), 1 << 20)
    assert fault
    assert content.startswith(out)
    assert len(out) >= len(content) - 1
    assert len(given) < 60
