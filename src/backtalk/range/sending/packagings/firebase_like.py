"""A bundle in the manner of Firebase: gzipped Protocol Buffers that say they are a form. A reconstruction."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import ClassVar

from backtalk.range.builds import Collector
from backtalk.range.sending.keys import Keys
from backtalk.range.sending.message import Packaging, Packed
from backtalk.range.sending.packagings.sensors_android import FORM, unzipped
from backtalk.range.sending.record import Record

BUNDLE, EVENT, PARAM = 1, 2, 1
"""Numbers of the fields that hold messages, each in the one before."""
SYSTEM, WHO = 8, 21


class FirebaseLike(Packaging):
    ID: ClassVar[str] = "firebase-like"
    TITLE: ClassVar[str] = "Like Firebase"
    REFERENCES: ClassVar[tuple[str, ...]] = ("app-measurement.com/a, as published analyses describe it",)
    PATH: ClassVar[str] = "/a"

    def pack(self, records: tuple[Record, ...], to: Collector, keys: Keys) -> tuple[Packed, ...]:
        """A bundle for each `distinct_id`."""
        body = b""
        for who in dict.fromkeys(one.distinct_id for one in records):
            events = [(EVENT, _event(one)) for one in records if one.distinct_id == who]
            body += _message((BUNDLE, _message((1, 1), *events, (SYSTEM, "android"), (WHO, who))))
        packed = gzip.compress(body, mtime=0)
        return (Packed(path=self.PATH, type=FORM, body=packed, headers=(("Content-Encoding", "gzip"),)),)

    def unpack(self, packed: Packed, keys: Keys) -> tuple[Record, ...]:
        """Its events."""
        found = []
        for _, bundle in _fields(unzipped(packed.body)):
            inside = list(_fields(_bytes(bundle)))
            who = next(_bytes(value).decode() for number, value in inside if number == WHO)
            found += [_record(who, _bytes(value)) for number, value in inside if number == EVENT]
        return tuple(found)


def _event(record: Record) -> bytes:
    params = [
        (PARAM, _message((1, name), (3, value) if isinstance(value, int) else (2, value)))
        for name, value in record.properties.items()
    ]
    return _message(*params, (2, record.event), (3, record.time))


def _record(who: str, event: bytes) -> Record:
    fields = list(_fields(event))
    properties: dict[str, str | int] = {}
    for number, value in fields:
        if number == PARAM:
            inside = dict(_fields(_bytes(value)))
            properties[_bytes(inside[1]).decode()] = inside[3] if 3 in inside else _bytes(inside[2]).decode()  # type: ignore[assignment]  # field 3 is a number
    named = dict(fields)
    time = named[3]
    assert isinstance(time, int)
    return Record(type="track", event=_bytes(named[2]).decode(), time=time, distinct_id=who, properties=properties)


def _message(*fields: tuple[int, int | str | bytes]) -> bytes:
    """Protocol Buffers: numbers as varints, texts and messages as bytes."""
    found = b""
    for number, value in fields:
        if isinstance(value, int):
            found += _varint(number << 3) + _varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            found += _varint(number << 3 | 2) + _varint(len(data)) + data
    return found


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Of a message that holds varints and bytes alone. ValueError."""
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        value, at = _number(data, at)
        if key & 7 == 0:
            yield key >> 3, value
        elif key & 7 == 2 and at + value <= len(data):
            yield key >> 3, data[at : at + value]
            at += value
        else:
            raise ValueError("this is no such message")


def _number(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while at < len(data) and shift < 64:
        found |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return found, at
    raise ValueError("this number does not end")


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("bytes are needed")  # noqa: TRY004  (what came is wrong, not the program)
    return value
