"""Matomo: one visit's actions as a query or form, or several queries in a list."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.document import Item
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message


class Matomo(Format):
    ID: ClassVar[str] = "matomo"
    TITLE: ClassVar[str] = "Matomo"
    SIGNS: ClassVar[str] = "a query or form with `idsite` and `rec=1`; JSON whose `requests` are such queries"
    FIELDS: ClassVar[Names] = {
        "e_a": "event",
        "e_c": "event",
        "cdt": "time",
        "_idts": "time",
        "_viewts": "time",
        "_id": "identifier",
        "cid": "identifier",
        "uid": "account",
        "url": "url",
        "urlref": "url",
        "_ref": "url",
        "link": "url",
        "download": "url",
        "action_name": "screen",
        "search": "search",
        "res": "device",
        "ua": "device",
        "uadata": "device",
        "lang": "device",
        "cip": "place",
        "country": "place",
        "city": "place",
        "lat": "place",
        "long": "place",
        "idsite": "project",
        "token_auth": "project",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "developer.matomo.org/api-reference/tracking-api",
        "@datapunt/matomo-tracker-js (npm), as it sends",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("the queries of a list are named one by one, each as it is undone",)

    def read(self, buffer: Buffer) -> Message | None:
        if buffer.first.get("rec") == "1" and "idsite" in buffer.first:
            return self.message(events=[self.hit(buffer.pairs)])
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        listed = root.get("requests")
        if listed is None or not listed.items or not all(_query(item) for item in listed.items):
            return None
        return self.message(shared=self.of_items(root))


def _query(item: Item) -> bool:
    return item.quoted and "idsite=" in item.text and "rec=1" in item.text
