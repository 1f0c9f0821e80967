"""The form of `value`, `ts`, `nonce` and `sign` that some handsets' own analytics send."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message


class SignedValue(Format):
    ID: ClassVar[str] = "signed-value"
    TITLE: ClassVar[str] = "signed `value` form"
    SIGNS: ClassVar[str] = (
        "a form with `value`, `ts`, `nonce` and `sign`; within it JSON of `H` and a list `B` of such `H` and `B`"
    )
    FIELDS: ClassVar[Names] = {
        "ts": "time",
        "H.st": "time",
        "H.e_ts": "time",
        "H.event": "event",
        "H.instance_id": "identifier",
        "H.imei": "identifier",
        "H.oaid": "identifier",
        "H.gaid": "identifier",
        "H.uid": "account",
        "H.pn": "app",
        "H.pkg": "app",
        "H.model": "device",
        "H.mod": "device",
        "H.net": "place",
        "H.region": "place",
        "H.sdk_ver": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = ("published descriptions of the form; no capture is public",)
    LIMITATIONS: ClassVar[tuple[str, ...]] = (
        "built from published descriptions, not from traffic: `H.st` alone among the names in it is certain",
    )

    def read(self, buffer: Buffer) -> Message | None:
        if {"value", "ts", "nonce", "sign"} <= buffer.first.keys():
            return self.message(shared=self.of_pairs(pair for pair in buffer.pairs if pair.name != "value"))
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        head, body = root.get("H"), root.listed("B")
        if head is None or head.members is None or not body or not all(one.has("H", "B") for one in body):
            return None
        return self.message(shared=self.of_items(root, without=body), events=map(self.event, body))
