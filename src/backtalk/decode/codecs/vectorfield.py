"""Encrypted values whose vector, and perhaps tag, stand in fields beside them that the keyring names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import msgspec

from backtalk.decode.budget import Meter
from backtalk.decode.codec import Buffer, Layer
from backtalk.decode.codecs.cipher import key_of, named, proof
from backtalk.decode.codecs.letters import within
from backtalk.decode.codecs.sealed import Beside, Sealed, opened, sealed, unwritten
from backtalk.model.decoding import Opaque, Span, Value
from backtalk.model.keyring import Key, Keyring


class VectorField(Beside):
    ID: ClassVar[str] = "vector-field"
    REFERENCES: ClassVar[tuple[str, ...]] = ("NIST SP 800-38A", "NIST SP 800-38D", "RFC 7518, section 7 (iv and tag)")
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "fields that are not of the same object or form as the value, or not in base64 or hex",
        "see the ciphers",
    )

    def layers(self, buffer: Buffer, free: Sequence[Span], meter: Meter) -> Iterator[Layer | Opaque]:
        keyring = buffer.keyring
        keys = [key for key in keyring.keys if key.iv_field] if keyring else []
        if not keys or not buffer.text:
            return
        values = list(sealed(buffer.data))
        for value in values:
            if not within(value.span, free):
                continue
            beside = [one for one in values if one.parent == value.parent and one is not value]
            for key in keys:
                layer = _layer(key, value, beside, proof(len(keys)), meter)
                if layer:
                    yield layer
                    break

    def undo_with(self, keyring: Keyring, data: bytes, span: Span, params: Mapping[str, Value]) -> bytes:
        tag = bytes.fromhex(str(params.get("seal", "")))
        return self.decrypted(key_of(keyring, params).data, unwritten(data[slice(*span)]) + tag, params)


def _layer(key: Key, value: Sealed, beside: Sequence[Sealed], needed: float, meter: Meter) -> Layer | None:
    iv = next((one.data for one in beside if one.name == key.iv_field), b"")
    if not iv or value.name in {key.iv_field, key.tag_field}:
        return None
    tag = next((one.data for one in beside if one.name == key.tag_field), b"")
    found = opened(msgspec.structs.replace(key, iv=iv), value.data + tag, needed, meter)
    if not found or found.params.get("iv") != iv.hex():
        return None
    params: dict[str, Value] = {"field": value.name, **named(key), **found.params}
    if tag:
        params["seal"] = tag.hex()
    return Layer(span=value.span, data=found.data, params=params)
