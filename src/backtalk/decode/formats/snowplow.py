"""Snowplow: the tracker protocol as a query or as JSON, self-describing JSON within it in base64."""

from __future__ import annotations

from typing import ClassVar

from backtalk.decode.formats.buffer import Buffer
from backtalk.decode.formats.format import Format, Names
from backtalk.model.message import Message

KINDS = frozenset({"pv", "pp", "se", "ue", "tr", "ti", "ad"})
POSTED = "iglu:com.snowplowanalytics.snowplow/payload_data/"
INNER = ("iglu:com.snowplowanalytics.snowplow/unstruct_event/", "iglu:com.snowplowanalytics.snowplow/contexts/")


class Snowplow(Format):
    ID: ClassVar[str] = "snowplow"
    TITLE: ClassVar[str] = "Snowplow"
    SIGNS: ClassVar[str] = (
        "a query or JSON with `e` (`pv`, `ue`, …), `p`, `tv` and `eid`; JSON whose `schema` is Snowplow's "
        "`payload_data`, `unstruct_event` or `contexts`"
    )
    FIELDS: ClassVar[Names] = {
        "data.schema": "event",
        "se_ac": "event",
        "e": "event",
        "dtm": "time",
        "stm": "time",
        "ttm": "time",
        "duid": "identifier",
        "nuid": "identifier",
        "tnuid": "identifier",
        "fp": "identifier",
        "mac": "identifier",
        "uid": "account",
        "sid": "session",
        "url": "url",
        "refr": "url",
        "page": "screen",
        "res": "device",
        "vp": "device",
        "ua": "device",
        "lang": "device",
        "ip": "place",
        "tz": "place",
        "aid": "project",
        "tna": "project",
        "tv": "library",
    }
    REFERENCES: ClassVar[tuple[str, ...]] = (
        "docs.snowplow.io, Snowplow tracker protocol",
        "snowplow-tracker (PyPI) and @snowplow/javascript-tracker (npm), as they send",
    )
    LIMITATIONS: ClassVar[tuple[str, ...]] = ("what a schema of the customer's own means is not known",)

    def read(self, buffer: Buffer) -> Message | None:
        first = buffer.first
        if first.get("e") in KINDS and {"p", "tv", "eid"} <= first.keys():
            return self.message(events=[self.hit(buffer.pairs)])
        if len(buffer.documents) != 1:
            return None
        root = buffer.documents[0]
        schema = root.string("schema")
        if schema.startswith(INNER):
            return self.message(events=[self.event(root)])
        events = root.listed("data")
        if not schema.startswith(POSTED) or not all(item.has("e", "p", "tv") for item in events):
            return None
        return self.message(shared=self.of_items(root, without=events), events=map(self.event, events))
