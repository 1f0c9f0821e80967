"""Captured packets: the same as the lab's own records, with keys; counted by host, without.

tests/corpus/ingest/pcap/session is what one recorded session of Firefox said to the lab's own
hosts: the packets, the TLS keys, and what the gateway in the middle wrote down of the same.
"""

from __future__ import annotations

import io
import shutil
import struct
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtalk.errors import EnvironmentNotReady, UnreadableCapture
from backtalk.evidence import assemble, read_records
from backtalk.ingest import Capture, conversation, feed, packet, packet_file, pcap, read
from backtalk.model.capture import Exchange, Gap

CORPUS = Path(__file__).parents[1] / "corpus" / "ingest" / "pcap"
SESSION = CORPUS / "session" / "input.pcap"
SPOKEN = CORPUS / "spoken" / "input.pcapng"
DROID = CORPUS / "droid" / "input.pcapng"


def told(exchange: Exchange) -> tuple[object, ...]:
    """All that the records and the packets both tell of an exchange."""
    parts = tuple((part.name, part.data, part.complete) for part in exchange.parts)
    where = (exchange.kind, exchange.host, exchange.address, exchange.port, exchange.secure)
    return (*where, exchange.method, exchange.url, exchange.status, parts)


def recorded() -> list[Exchange]:
    records, gaps = read_records(SESSION.with_name("exchanges.btrec"))
    assert not gaps
    found, _ = assemble(records, "", {})
    return [exchange for exchange in found if exchange.kind != "tls"]


def keyless(folder: Path, capture: Path) -> Capture:
    """The capture, read where no key log is."""
    return read(Path(shutil.copy(capture, folder / capture.name)))


def test_packets_and_the_records_of_the_gateway_tell_the_same_to_the_byte():
    packets = [exchange for exchange in read(SESSION).exchanges if exchange.kind not in {"dns", "tls", "udp"}]
    assert len(packets) == 30
    assert Counter(map(told, packets)) == Counter(map(told, recorded()))


def test_both_agree_on_when_requests_were_made():
    begun = sorted(exchange.started for exchange in read(SESSION).exchanges if exchange.kind == "http")
    for packed, record in zip(begun, sorted(exchange.started for exchange in recorded()), strict=True):
        assert packed == pytest.approx(record, abs=0.25)


def test_a_key_log_can_be_given_by_name(tmp_path):
    moved = Path(shutil.copy(SESSION, tmp_path / "moved.pcap"))
    capture = read(moved, keys=SESSION.with_name("tls.keys"))
    assert [told(one) for one in capture.exchanges] == [told(one) for one in read(SESSION).exchanges]


def test_without_keys_each_host_is_counted_as_unreadable_and_its_name_still_searched(tmp_path):
    capture = keyless(tmp_path, SESSION)
    secure = {exchange.host for exchange in read(SESSION).exchanges if exchange.kind == "http" and exchange.secure}
    shut = {gap.host: gap for gap in capture.gaps if gap.kind == "unreadable"}
    assert set(shut) == secure
    assert all(gap.size > 0 and gap.count > 0 for gap in shut.values())
    assert {exchange.host for exchange in capture.exchanges if exchange.kind == "tls"} == secure
    plain = {exchange.host for exchange in capture.exchanges if exchange.kind == "http"}
    assert plain == {"hadukimenip.example"}


def test_keys_of_some_connections_alone_leave_the_others_counted(tmp_path):
    moved = Path(shutil.copy(SESSION, tmp_path / "moved.pcap"))
    lines = SESSION.with_name("tls.keys").read_text().splitlines()
    first = lines[0].split()[1]
    kept = [line for line in lines if line.split()[1] == first]
    (tmp_path / "tls.keys").write_text("\n".join(kept))
    capture = read(moved)
    opened = [exchange for exchange in capture.exchanges if exchange.kind == "http" and exchange.secure]
    assert opened
    assert {gap.kind for gap in capture.gaps} >= {"unreadable"}
    assert set(map(told, opened)) < set(map(told, read(SESSION).exchanges))


def test_quic_without_keys_is_counted_by_host(tmp_path):
    data = SPOKEN.read_bytes()
    bare = tmp_path / "bare.pcapng"
    # The block of secrets (type 10) becomes one of a type that says nothing.
    at = data.index((10).to_bytes(4, "little") + data[data.index(b"KSLT") - 4 : data.index(b"KSLT")])
    bare.write_bytes(data[:at] + (0xBAD).to_bytes(4, "little") + data[at + 4 :])
    capture = read(bare)
    (quic,) = [gap for gap in capture.gaps if gap.kind == "quic"]
    assert (quic.host, quic.count) == ("quic.example", 1)
    assert quic.size > 1000
    assert not [one for one in capture.exchanges if one.host == "quic.example" and one.kind == "http"]


def test_secrets_inside_the_file_open_http_3_and_websockets():
    exchanges = read(SPOKEN).exchanges
    quic = [one for one in exchanges if one.host == "quic.example" and one.kind == "http"]
    assert [one.method for one in quic] == ["GET", "POST", "GET", "POST", "POST"]
    assert all(b"x-id: sevenbolarivego" in one.part("request.header") for one in quic)
    sent = [one.part("websocket.sent") for one in exchanges if one.kind == "websocket"]
    assert b"I read bolarivego " * 4 in sent
    assert b"\x00\xffbolarivego" in sent


def test_packets_tell_the_app_that_pcapdroid_names():
    assert {exchange.app for exchange in read(DROID).exchanges} == {
        *("com.example.browser", "com.example.weather", "com.example.push")
    }


def test_a_new_tshark_for_later_connections_changes_nothing(monkeypatch):
    expected = [told(one) for one in read(SESSION).exchanges]
    monkeypatch.setattr(feed, "RENEW", 1)
    assert [told(one) for one in read(SESSION).exchanges] == expected


def test_batches_of_one_packet_change_nothing(monkeypatch):
    expected = [told(one) for one in read(SPOKEN).exchanges]
    monkeypatch.setattr(feed, "BATCH_PACKETS", 1)
    monkeypatch.setattr(feed, "BATCHES", 1)
    assert [told(one) for one in read(SPOKEN).exchanges] == expected


def test_two_readings_are_the_same():
    assert read(SPOKEN) == read(SPOKEN)


def test_without_tshark_packets_are_not_judged(monkeypatch, tmp_path):
    from backtalk.ingest import tshark

    tshark._others.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentNotReady, match="tshark"):
        read(DROID)


@pytest.mark.parametrize(
    "data", [b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a", b"\xd4\xc3\xb2\xa1" + bytes(20)]
)
def test_a_file_without_a_packet_is_refused_in_one_line(tmp_path, data):
    file = tmp_path / "x.pcap"
    file.write_bytes(data)
    with pytest.raises(UnreadableCapture) as refused:
        read(file)
    assert "\n" not in str(refused.value)


WHOLE = DROID.read_bytes()


@settings(max_examples=15, deadline=None)
@given(cut=st.integers(200, len(WHOLE) - 1))
def test_wherever_packets_are_cut_off_what_stands_before_is_kept(tmp_path_factory, cut):
    file = tmp_path_factory.mktemp("cut") / "x.pcapng"
    file.write_bytes(WHOLE[:cut])
    try:
        capture = read(file)
    except UnreadableCapture:
        assert cut < WHOLE.index(b"bolarivego")
        return
    whole = read(DROID).exchanges
    sent = b"".join(part.data for one in capture.exchanges for part in one.parts if part.name != "dns.name")
    assert all(told(one) in set(map(told, whole)) for one in capture.exchanges if not one.error and one.status)
    assert not sent or sent.count(b"bolarivego") <= 2
    if cut > WHOLE.index(b"seen=bolarivego") + 200:
        assert [one.part("request.body") for one in capture.exchanges if one.kind == "http"] == [b"seen=bolarivego"]


@settings(max_examples=25, deadline=None)
@given(flips=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255)), min_size=1, max_size=4))
def test_whatever_bytes_are_flipped_reading_ends_and_tells(tmp_path_factory, flips):
    data = bytearray(WHOLE)
    for place, mask in flips:
        data[place] ^= mask
    file = tmp_path_factory.mktemp("flip") / "x.bin"
    file.write_bytes(data)
    capture = read(file)
    assert capture.exchanges or capture.gaps


def test_a_damaged_block_loses_itself_and_not_what_stands_behind(tmp_path):
    data = bytearray(WHOLE)
    at = data.index((6).to_bytes(4, "little"), data.index(b"com.example.browser"))
    data[at + 4 : at + 8] = b"\xff\xff\xff\x7f"
    file = tmp_path / "x.pcapng"
    file.write_bytes(data)
    capture = read(file)
    assert [gap.kind for gap in capture.gaps] == ["damaged"]
    assert [one.part("request.body") for one in capture.exchanges if one.kind == "http"] == [b"seen=bolarivego"]


def test_hostile_bytes_of_a_tls_session_end_without_losing_the_plain_ones(tmp_path):
    data = bytearray(SESSION.read_bytes())
    for place in range(3000, len(data), 4099):
        data[place] ^= 0x55
    file = tmp_path / "x.pcap"
    file.write_bytes(data)
    shutil.copy(SESSION.with_name("tls.keys"), tmp_path)
    capture = read(file)
    assert capture.exchanges
    assert capture.gaps


def packets(capture: Path) -> tuple[bytes, list[bytes]]:
    """The head of a pcap file, and each of its records."""
    data, found, at = capture.read_bytes(), [], 24
    while at < len(data):
        end = at + 16 + int.from_bytes(data[at + 8 : at + 12], "little")
        found.append(data[at:end])
        at = end
    return data[:24], found


def carried(record: bytes) -> packet.Packet | None:
    ip = packet.ip_of(int.from_bytes(SESSION.read_bytes()[20:22], "little"), record[16:])
    return packet.packet(ip) if ip else None


def test_no_packet_of_tls_can_be_missing_without_that_being_told(tmp_path):
    head, records = packets(SESSION)
    shutil.copy(SESSION.with_name("tls.keys"), tmp_path)
    said = [(at, found) for at, one in enumerate(records) if (found := carried(one)) and found.target[1] == 443]
    missing = [at for at, found in said if found.protocol == packet.TCP and len(found.payload) > 200]
    whole = read(SESSION)
    for at in missing[::4]:
        file = tmp_path / "x.pcap"
        file.write_bytes(head + b"".join(records[:at] + records[at + 1 :]))
        capture = read(file)
        fewer = len(capture.exchanges) < len(whole.exchanges)
        assert fewer or any(one.error for one in capture.exchanges)
        assert {gap.detail for gap in capture.gaps} - {gap.detail for gap in whole.gaps}
        assert Counter(map(told, (one for one in capture.exchanges if not one.error))) <= Counter(
            map(told, whole.exchanges)
        )


def test_connections_are_moved_to_a_new_tshark_and_lose_nothing(monkeypatch):
    expected = [told(one) for one in read(SESSION).exchanges]
    monkeypatch.setattr(feed, "RENEW", 2000)
    monkeypatch.setattr(feed, "HEAVIEST", 4000)
    assert [told(one) for one in read(SESSION).exchanges] == expected


def test_connections_too_long_to_be_moved_are_told_by_host(monkeypatch):
    monkeypatch.setattr(feed, "RENEW", 2000)
    monkeypatch.setattr(feed, "HEAVIEST", 4000)
    monkeypatch.setattr(feed, "HISTORY", 1000)
    whole = read(SESSION.with_name("input.pcap"))
    unopened = {gap.host: gap.size for gap in whole.gaps if gap.detail == pcap.TOO_LONG}
    assert unopened
    assert all(unopened.values())
    known = set(map(told, recorded())) | {told(one) for one in whole.exchanges if one.kind not in {"http", "websocket"}}
    assert {told(one) for one in whole.exchanges if not one.error} <= known


def test_what_is_unfinished_is_told_as_it_is_where_there_is_no_room(monkeypatch):
    monkeypatch.setattr(pcap, "LOOK", 1)
    monkeypatch.setattr(pcap, "ROOM", 1)
    relieved = read(SPOKEN)
    assert any(one.error == conversation.FULL for one in relieved.exchanges)
    # Chunked in two, the word is in one piece neither before nor after.
    plain = [one for one in relieved.exchanges if not one.secure]
    sent = b"".join(part.data for one in plain for part in one.parts if part.name == "tcp.sent")
    assert b"bolar\r\n5\r\nivego" in sent


def test_one_connection_more_than_is_followed_ends_the_one_silent_longest(monkeypatch):
    monkeypatch.setattr(feed, "FLOWS", 1)
    capture = read(DROID)
    sent = b"".join(part.data for one in capture.exchanges for part in one.parts)
    assert b"seen=bolarivego" in sent


def test_a_file_of_openings_alone_is_read_in_bounded_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(feed, "FLOWS", 100)
    followed = []
    real = feed.Feed._crowded

    def watched(self: feed.Feed):
        followed.append(len(self._flows))
        return real(self)

    monkeypatch.setattr(feed.Feed, "_crowded", watched)
    record = struct.Struct("<IIII")
    frames = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)]
    for client in range(2000):
        tcp = struct.pack(">HHIIBBHHH", 1024 + client, 80, 1, 0, 0x50, 2, 0, 0, 0)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + b"\x0a\0\0\2\xc6\x12\0\7" + tcp
        frames.append(record.pack(client // 100, 0, len(ip), len(ip)) + ip)
    file = tmp_path / "x.pcap"
    file.write_bytes(b"".join(frames))
    capture = read(file)
    assert capture.exchanges == ()
    assert max(followed) <= 101


def block(kind: int, body: bytes) -> bytes:
    """A block of pcapng."""
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def framed(interface: int) -> bytes:
    return block(6, struct.pack("<IIIII", interface, 0, 0, 40, 40) + bytes(40))


BEGIN = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 101, 0, 0))


class Measured(io.BytesIO):
    """A file that counts what was read of it."""

    given = longest = 0

    def read(self, size=-1):
        data = super().read(size)
        self.given, self.longest = self.given + len(data), max(self.longest, len(data))
        return data


def test_a_damaged_block_is_not_paid_for_by_those_behind_it(monkeypatch):
    monkeypatch.setattr(packet_file, "WINDOWS", (1 << 10, 1 << 16))
    file = Measured(BEGIN + b"\xff" * 12 + (framed(0) * 90 + b"\xff" * 8) * 10)
    blocks = list(packet_file.blocks(file, ""))
    assert [one.size for one in blocks if isinstance(one, Gap)] == [12, *[8] * 10]
    assert sum(isinstance(one, packet_file.Frame) for one in blocks) == 900
    assert file.longest <= 1 << 16
    assert file.given < 2 * len(file.getvalue()) + (1 << 16)


def test_equal_damage_is_told_with_all_that_was_lost(tmp_path):
    (tmp_path / "x.pcapng").write_bytes(BEGIN + framed(7) * 3 + framed(0))
    (gap,) = [gap for gap in read(tmp_path / "x.pcapng").gaps if gap.kind == "damaged"]
    assert (gap.count, gap.size) == (3, 120)


OWN, OTHER = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 53))


def datagram(source: tuple[bytes, int], target: tuple[bytes, int], payload: bytes) -> bytes:
    udp = struct.pack(">HHHH", source[1], target[1], 8 + len(payload), 0) + payload
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + source[0] + target[0] + udp
    return block(6, struct.pack("<IIIII", 0, 0, 0, len(ip), len(ip)) + ip + bytes(-len(ip) % 4))


def test_what_goes_to_the_port_of_dns_and_is_no_query_is_kept(tmp_path):
    asked = bytes(5) + b"\1" + bytes(6) + b"\1t\7example\0\0\1\0\1"
    bare = b"\0\0\x29\x04\xd0" + bytes(6)
    sent = [asked, asked + bare, asked + b"bolarivego", b"\0\0\x81" + asked[3:], b"\0\0\x81\0bolarivego"]
    (tmp_path / "x.pcapng").write_bytes(BEGIN + b"".join(datagram((OWN, 4000), (OTHER, 53), one) for one in sent))
    found = [[(part.name, part.data) for part in one.parts] for one in read(tmp_path / "x.pcapng").exchanges]
    name = ("dns.name", b"t.example")
    assert found == [[name], [name], [name, ("udp.sent", b"bolarivego")], *[[("udp.sent", one)] for one in sent[3:]]]


def test_a_capture_that_begins_with_an_answer_still_tells_who_speaks(tmp_path):
    said = [datagram((OTHER, 500), (OWN, 4000), b"heard"), datagram((OWN, 4000), (OTHER, 500), b"bolarivego")]
    (tmp_path / "x.pcapng").write_bytes(BEGIN + b"".join(said))
    (exchange,) = read(tmp_path / "x.pcapng").exchanges
    assert (exchange.host, exchange.part("udp.sent")) == ("192.0.2.53", b"bolarivego")
