"""Avro object containers, read by the schema that they carry."""

from __future__ import annotations

import bz2
import json
import lzma
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Codec, Layer
from backtalk.decode.codecs.copies import FullError, Output
from backtalk.decode.codecs.cursor import Cursor
from backtalk.decode.codecs.records import MOST_FIELDS
from backtalk.decode.codecs.snappy import block as snappy
from backtalk.decode.streams import LARGEST_REPLAY
from backtalk.model.decoding import Opaque, Span, Value

MAGIC = b"Obj\x01"
SYNC = 16


def unpacked(data: bytes, codec: str, limit: int) -> bytes:
    """A block's bytes; ValueError when they are not so packed, or too many."""
    try:
        if codec == "deflate":
            out = zlib.decompressobj(-15).decompress(data, limit)
        elif codec == "bzip2":
            out = bz2.BZ2Decompressor().decompress(data, limit)
        elif codec == "xz":
            out = lzma.LZMADecompressor(memlimit=1 << 28).decompress(data, limit)
        elif codec == "snappy":
            copies = Output(limit)
            snappy(data, 0, len(data) - 4, copies)
            out = bytes(copies.data)
        elif codec in {"null", ""}:
            out = data
        else:
            raise ValueError("unknown codec")
    except (zlib.error, OSError, lzma.LZMAError, FullError) as error:
        raise ValueError("a block does not open") from error
    return out


class Records:
    """Reads records by a schema, as what JSON can write."""

    def __init__(self, schema: object) -> None:
        self.schema = schema
        self.named: dict[str, object] = {}
        self._learn(schema)

    def _learn(self, schema: object) -> None:
        if isinstance(schema, list):
            for one in schema:
                self._learn(one)
        elif isinstance(schema, dict):
            if isinstance(schema.get("name"), str) and schema.get("type") in ("record", "enum", "fixed", "error"):
                self.named[schema["name"]] = schema
                self.named[f"{schema.get('namespace', '')}.{schema['name']}"] = schema
            for key in ("type", "items", "values", "fields"):
                self._learn(schema.get(key))

    def read(self, cursor: Cursor, schema: object) -> object:
        """The value at the cursor."""
        if isinstance(schema, list):
            number = cursor.zigzag()
            if not 0 <= number < len(schema):
                raise ValueError("no such branch")
            return self.read(cursor, schema[number])
        if isinstance(schema, dict):
            return self._complex(cursor, schema)
        name = str(schema)
        if name in self.named:
            cursor.enter()
            value = self.read(cursor, self.named[name])
            cursor.leave()
            return value
        return self._plain(cursor, name)

    def _complex(self, cursor: Cursor, schema: dict[str, object]) -> object:
        kind = schema.get("type")
        cursor.enter()
        value: object
        if kind in ("record", "error") and isinstance(schema.get("fields"), list):
            fields = schema["fields"]
            assert isinstance(fields, list)
            value = {str(field.get("name")): self.read(cursor, field.get("type")) for field in fields}
        elif kind == "array":
            value = [self.read(cursor, schema.get("items")) for _ in self._blocks(cursor)]
        elif kind == "map":
            value = {
                cursor.take(cursor.zigzag()).decode("utf-8", "replace"): self.read(cursor, schema.get("values"))
                for _ in self._blocks(cursor)
            }
        elif kind == "enum":
            symbols = schema.get("symbols")
            number = cursor.zigzag()
            value = symbols[number] if isinstance(symbols, list) and 0 <= number < len(symbols) else number
        elif kind == "fixed":
            size = schema.get("size")
            value = cursor.take(size if isinstance(size, int) else 0).decode("latin-1")
        else:
            value = self.read(cursor, kind)
        cursor.leave()
        return value

    def _blocks(self, cursor: Cursor) -> Iterator[int]:
        """One for each item of an array or map."""
        while count := cursor.zigzag():
            if count < 0:
                count = -count
                cursor.zigzag()
            for number in range(count):
                cursor.take(0)
                yield number

    def _plain(self, cursor: Cursor, schema: str) -> object:
        if schema in {"int", "long"}:
            return cursor.zigzag()
        if schema in {"string", "bytes"}:
            return cursor.take(cursor.zigzag()).decode("utf-8" if schema == "string" else "latin-1", "replace")
        if schema == "boolean":
            return bool(cursor.byte())
        if schema in {"float", "double"}:
            form, size = ("<f", 4) if schema == "float" else ("<d", 8)
            return struct.unpack(form, cursor.take(size))[0]
        if schema == "null":
            return None
        raise ValueError("no such type")


class Avro(Codec):
    ID: ClassVar[str] = "avro"
    PATTERNS: ClassVar[tuple[str, ...]] = (r"^Obj\x01",)
    REFERENCES: ClassVar[tuple[str, ...]] = ("Apache Avro 1.12 Specification, Object Container Files",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "single records without their schema",
        "blocks that are cut short, or packed with zstandard",
        "bytes and fixed values are read as Latin-1",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        if list(free) != [(0, len(buffer.data))]:
            return
        try:
            yield from self._read(buffer.data, meter.allowance)
        except (ValueError, RecursionError):
            return

    def _read(self, data: bytes, limit: int) -> Iterator[Layer]:
        """The header's metadata, and every block's records as JSON, one a line."""
        cursor = Cursor(data, len(MAGIC))
        if not data.startswith(MAGIC):
            raise ValueError("no container")
        reader = Records(None)
        metadata = {
            cursor.take(cursor.zigzag()).decode("utf-8", "replace"): cursor.take(cursor.zigzag())
            for _ in reader._blocks(cursor)
        }
        sync = cursor.take(SYNC)
        head = b"\n".join(key.encode() + b": " + value for key, value in metadata.items())
        yield Layer(span=(0, cursor.at), data=head, params={"block": -1})
        reader = Records(json.loads(metadata.get("avro.schema", b"null")))
        codec = metadata.get("avro.codec", b"null").decode("ascii", "replace")
        number = 0
        while not cursor.over:
            start = cursor.at
            count = cursor.zigzag()
            if not 0 <= count <= MOST_FIELDS:
                raise ValueError("too many records")
            packed = cursor.take(cursor.zigzag())
            if cursor.take(SYNC) != sync:
                raise ValueError("not in step")
            inside = Cursor(unpacked(packed, codec, limit))
            lines = [json.dumps(reader.read(inside, reader.schema), ensure_ascii=False) for _ in range(count)]
            text = "\n".join(lines).encode("utf-8", "surrogatepass")
            yield Layer(span=(start, cursor.at), data=text, params={"block": number})
            number += 1

    def undo(self, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        try:
            for layer in self._read(data, LARGEST_REPLAY):
                if layer.span == span and layer.params == params:
                    return layer.data
        except RecursionError as error:
            raise ValueError("too deep") from error
        raise ValueError("no such block")
