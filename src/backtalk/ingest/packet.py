"""What a captured frame carries: from the link layer up to TCP, UDP or ICMP."""

from __future__ import annotations

import socket
import struct

from msgspec import Struct

_ETHERNET, _RAW, _RAW_OLD, _SLL, _SLL2, _NULL, _LOOP, _IPV4, _IPV6 = 1, 101, 12, 113, 276, 0, 108, 228, 229
_VLAN = frozenset({0x8100, 0x88A8, 0x9100})
_IP = {0x0800: 4, 0x86DD: 6}
TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
_EXTENSIONS = frozenset({0, 43, 60, 135})
_FRAGMENT = 44
FIN, SYN, RST, ACK = 1, 2, 4, 16


class Packet(Struct, frozen=True):
    """One IP packet that carries TCP or UDP, or another protocol as `payload`. Addresses are packed.

    `ip` is the packet itself, without what the link had before and behind it. `missing` is
    how many bytes of the payload the capture cut off.
    """

    protocol: int
    source: tuple[bytes, int]
    target: tuple[bytes, int]
    payload: bytes
    ip: bytes
    sequence: int = 0
    flags: int = 0
    missing: int = 0
    fragment: bool = False


def address(packed: bytes) -> str:
    """An address as people write it."""
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def ip_of(link: int, data: bytes) -> bytes | None:
    """The IP packet in a frame of this LINKTYPE, perhaps with a trailer behind it; None if it carries none."""
    if link == _ETHERNET:
        at = 12
        while (kind := int.from_bytes(data[at : at + 2], "big")) in _VLAN and at < 24:
            at += 4
        return data[at + 2 :] if kind in _IP else None
    if link in {_RAW, _RAW_OLD, _IPV4, _IPV6, 14}:
        return data
    if link == _SLL:
        return data[16:] if int.from_bytes(data[14:16], "big") in _IP else None
    if link == _SLL2:
        return data[20:] if int.from_bytes(data[:2], "big") in _IP else None
    if link in {_NULL, _LOOP}:
        return data[4:] if data[4:5] and data[4] >> 4 in {4, 6} else None
    return None


LINKS = frozenset({_ETHERNET, _RAW, _RAW_OLD, _IPV4, _IPV6, 14, _SLL, _SLL2, _NULL, _LOOP})
"""The link types that are taken apart."""


def packet(ip: bytes) -> Packet | None:
    """What the IP packet carries; None if it is none, or breaks off before its ports."""
    try:
        return _four(ip) if ip[0] >> 4 == 4 else _six(ip) if ip[0] >> 4 == 6 else None
    except (IndexError, struct.error):
        return None


def _four(ip: bytes) -> Packet | None:
    header = (ip[0] & 15) * 4
    (total,) = struct.unpack_from(">H", ip, 2)
    total = total or len(ip)  # segmentation in the network card leaves it 0
    (where,) = struct.unpack_from(">H", ip, 6)
    if header < 20 or total < header:
        return None
    return _carried(ip[9], ip[12:16], ip[16:20], ip[:total], header, total - len(ip), fragment=bool(where & 0x3FFF))


def _six(ip: bytes) -> Packet | None:
    size, following = struct.unpack_from(">HB", ip, 4)
    total = 40 + size if size else len(ip)
    at, fragment = 40, False
    while following in _EXTENSIONS or following == _FRAGMENT:
        if following == _FRAGMENT:
            fragment = fragment or bool(struct.unpack_from(">H", ip, at + 2)[0] & 0xFFF9)
        following, length = ip[at], 8 if following == _FRAGMENT else 8 + ip[at + 1] * 8
        at += length
    return _carried(following, ip[8:24], ip[24:40], ip[:total], at, total - len(ip), fragment=fragment)


def _carried(
    protocol: int, source: bytes, target: bytes, ip: bytes, at: int, missing: int, *, fragment: bool
) -> Packet | None:
    if len(target) not in {4, 16}:
        return None
    missing = max(missing, 0)
    if fragment or protocol not in {TCP, UDP}:
        return Packet(protocol, (source, 0), (target, 0), ip[at:], ip, missing=missing, fragment=fragment)
    ports = struct.unpack_from(">HH", ip, at)
    ends = (source, ports[0]), (target, ports[1])
    if protocol == UDP:
        (size,) = struct.unpack_from(">H", ip, at + 4)
        return Packet(UDP, *ends, ip[at + 8 : at + size if size >= 8 else None], ip, missing=missing)
    sequence, _, offset, flags = struct.unpack_from(">IIBB", ip, at + 4)
    start = at + (offset >> 4) * 4
    return Packet(TCP, *ends, ip[max(start, at + 20) :], ip, sequence, flags, missing)
