"""All codecs, in the order in which they may claim a stretch of a buffer."""

from __future__ import annotations

from backtalk.decode.codec import Codec
from backtalk.decode.codecs.aescbc import AesCbc
from backtalk.decode.codecs.aesctr import AesCtr
from backtalk.decode.codecs.aesecb import AesEcb
from backtalk.decode.codecs.aesgcm import AesGcm
from backtalk.decode.codecs.alphabets import Alphabets
from backtalk.decode.codecs.avro import Avro
from backtalk.decode.codecs.base32 import Base32
from backtalk.decode.codecs.base58 import Base58
from backtalk.decode.codecs.base62 import Base62
from backtalk.decode.codecs.base64 import Base64
from backtalk.decode.codecs.base85 import Base85
from backtalk.decode.codecs.bplist import BinaryPlist
from backtalk.decode.codecs.brotli import Brotli
from backtalk.decode.codecs.bson import Bson
from backtalk.decode.codecs.bzip2 import Bzip2
from backtalk.decode.codecs.cbor import Cbor
from backtalk.decode.codecs.chacha import ChaCha
from backtalk.decode.codecs.deflate import Deflate
from backtalk.decode.codecs.delimited import Delimited
from backtalk.decode.codecs.entities import Entities
from backtalk.decode.codecs.escapes import Escapes
from backtalk.decode.codecs.form import Form
from backtalk.decode.codecs.grpc import Grpc
from backtalk.decode.codecs.gzip import Gzip
from backtalk.decode.codecs.hex import Hex
from backtalk.decode.codecs.javaser import JavaSerialized
from backtalk.decode.codecs.json import Json
from backtalk.decode.codecs.jwt import Jwt
from backtalk.decode.codecs.lz4 import Lz4
from backtalk.decode.codecs.lz4block import Lz4Block
from backtalk.decode.codecs.lzbytes import LzBytes
from backtalk.decode.codecs.lzstring import LzString
from backtalk.decode.codecs.mimeword import MimeWord
from backtalk.decode.codecs.msgpack import MessagePack
from backtalk.decode.codecs.multipart import Multipart
from backtalk.decode.codecs.percent import Percent
from backtalk.decode.codecs.protobuf import Protobuf
from backtalk.decode.codecs.punycode import Punycode
from backtalk.decode.codecs.quoted import Quoted
from backtalk.decode.codecs.rc4 import Rc4
from backtalk.decode.codecs.reversed import Reversed
from backtalk.decode.codecs.rot13 import Rot13
from backtalk.decode.codecs.rot47 import Rot47
from backtalk.decode.codecs.rsaaes import RsaAes
from backtalk.decode.codecs.snappy import Snappy, SnappyBlock
from backtalk.decode.codecs.sqlite import Sqlite
from backtalk.decode.codecs.sse import ServerSent
from backtalk.decode.codecs.thrift import ThriftBinary, ThriftCompact
from backtalk.decode.codecs.utf7 import Utf7
from backtalk.decode.codecs.utf16 import Utf16
from backtalk.decode.codecs.uuencode import Uuencode
from backtalk.decode.codecs.vectorfield import VectorField
from backtalk.decode.codecs.websocket import WebSocket
from backtalk.decode.codecs.xml import Xml
from backtalk.decode.codecs.xor import Xor
from backtalk.decode.codecs.xz import Xz
from backtalk.decode.codecs.zip import Zip
from backtalk.decode.codecs.zlib import Zlib
from backtalk.decode.codecs.zstd import Zstd

CODECS: tuple[Codec, ...] = (
    RsaAes(),
    VectorField(),
    AesGcm(),
    ChaCha(),
    AesCbc(),
    AesEcb(),
    AesCtr(),
    Rc4(),
    Avro(),
    Sqlite(),
    WebSocket(),
    Zip(),
    Gzip(),
    Zstd(),
    Lz4(),
    Bzip2(),
    Xz(),
    Snappy(),
    Zlib(),
    Multipart(),
    JavaSerialized(),
    BinaryPlist(),
    Grpc(),
    Protobuf(),
    Delimited(),
    MessagePack(),
    Cbor(),
    Bson(),
    ThriftCompact(),
    ThriftBinary(),
    Uuencode(),
    Quoted(),
    Utf16(),
    Xml(),
    ServerSent(),
    Json(),
    Form(),
    Percent(),
    MimeWord(),
    Entities(),
    Escapes(),
    Utf7(),
    Punycode(),
    Jwt(),
    Hex(),
    Base32(),
    LzString(),
    Base58(),
    Base62(),
    Base85(),
    Base64(),
    Alphabets(),
    LzBytes(),
    Lz4Block(),
    SnappyBlock(),
    Deflate(),
    Brotli(),
    Xor(),
    Rot13(),
    Rot47(),
    Reversed(),
)
"""What keys open comes first, for noise holds anything by chance; compression next, for it may hold text by chance
or stored plainly; structures before what they name; entities before escapes, which may make lines of what the
entities' quotes still hold together; what has no magic last, on buffers that nothing else opened."""

BY_ID: dict[str, Codec] = {codec.ID: codec for codec in CODECS}
