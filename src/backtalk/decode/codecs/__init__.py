"""All codecs, in the order in which they may claim a stretch of a buffer."""

from __future__ import annotations

from backtalk.decode.codec import Codec
from backtalk.decode.codecs.base64 import Base64
from backtalk.decode.codecs.brotli import Brotli
from backtalk.decode.codecs.deflate import Deflate
from backtalk.decode.codecs.delimited import Delimited
from backtalk.decode.codecs.entities import Entities
from backtalk.decode.codecs.escapes import Escapes
from backtalk.decode.codecs.form import Form
from backtalk.decode.codecs.grpc import Grpc
from backtalk.decode.codecs.gzip import Gzip
from backtalk.decode.codecs.hex import Hex
from backtalk.decode.codecs.json import Json
from backtalk.decode.codecs.multipart import Multipart
from backtalk.decode.codecs.percent import Percent
from backtalk.decode.codecs.protobuf import Protobuf
from backtalk.decode.codecs.reversed import Reversed
from backtalk.decode.codecs.rot13 import Rot13
from backtalk.decode.codecs.rot47 import Rot47
from backtalk.decode.codecs.zlib import Zlib
from backtalk.decode.codecs.zstd import Zstd

CODECS: tuple[Codec, ...] = (
    Gzip(),
    Zstd(),
    Zlib(),
    Multipart(),
    Grpc(),
    Protobuf(),
    Delimited(),
    Json(),
    Form(),
    Percent(),
    Entities(),
    Escapes(),
    Hex(),
    Base64(),
    Deflate(),
    Brotli(),
    Rot13(),
    Rot47(),
    Reversed(),
)
"""Compression comes first, for it may hold text by chance or stored plainly; structures before what they name;
entities before escapes, which may make lines of what the entities' quotes still hold together;
what has no magic last, on buffers that nothing else opened."""

BY_ID: dict[str, Codec] = {codec.ID: codec for codec in CODECS}
